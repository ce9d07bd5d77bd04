// What an item that needs attention looks like, in the row and in the list alike.

import { setAttr, setText } from "./dom.js";
import { acts } from "./acts.js";

/** Says on a node what it is about, for styles and for tests. */
export function mark(node, item) {
  setAttr(node, "data-look", item.look);
  setAttr(node, "data-kind", item.kind);
  setAttr(node, "data-of", item.of);
  setAttr(node, "data-source", item.source);
  setAttr(node, "data-rule", item.kind === "trip" ? item.of : null);
  setAttr(node, "data-alarm", item.kind === "alarm" ? item.of : null);
  setAttr(node, "data-bypassed", item.bypassed ? "yes" : null);
  setAttr(node, "data-acked", item.acked ? "yes" : null);
}

/** The sign of an item. */
export function signOf(item) {
  if (item.kind === "silent" || item.kind === "agent") return "unknown";
  if (item.kind === "alarm") return "alarm";
  return item.kind === "note" ? "note" : "trip";
}

/** Puts a verb on a button that keeps its place: where nothing can be done it is not seen, and not pressed. */
export function press(app, button, item, verb, ready = true) {
  const act = acts(app, item, verb);
  setText(button, act?.word ?? "");
  setAttr(button, "data-act", verb || null);
  setAttr(button, "data-right", act?.right ?? null);
  setAttr(button, "aria-label", act ? `${act.word} ${item.of || item.title}` : null);
  button.style.visibility = act ? "" : "hidden";
  button.hidden = !act && app.store.status?.role === "viewer"; // there it never comes
  button.disabled = !act || !ready || Boolean(act.why);
  setAttr(button, "title", act?.why || null);
}
