// A panel: a titled part of a view.

import { h } from "./dom.js";

/** A panel with a title and a word at its right. */
export function panel(id, title, ...content) {
  const note = h("span", { class: "note" });
  const head = h("header", {}, h("h2", { id: `${id}-title` }, title), note);
  const node = h("section", { id, class: "panel", "aria-labelledby": `${id}-title` }, head, content);
  return { node, note, head };
}
