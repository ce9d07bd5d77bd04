// The row below the strip that always exists: one grey sentence, or what needs somebody, each with its button in a place that never moves.
// What does not fit is counted; the whole list lies over the page.

import { byId, fill, h, setAttr, setText } from "./dom.js";
import { attention, calm, pressing } from "./attention.js";
import { attentionList } from "./attentionlist.js";
import { carryOut, verbOf } from "./acts.js";
import { mark, press, signOf } from "./attentionmarks.js";
import { sign } from "./icons.js";
import { Slots } from "./slots.js";
import { clock, span } from "./format.js";
import { isLaser, laserNow } from "./laserstate.js";

const PLACES = 3;

/** Builds the row. */
export function attentionRow(app) {
  const { store } = app, node = byId("attention"), slots = new Slots(PLACES);
  const quiet = h("p", { class: "quiet" });
  const places = Array.from({ length: PLACES }, () => place(app));
  const all = h("button", { id: "attention-all", class: "all", "aria-expanded": "false", onclick: () => list.toggle() }, "all quiet");
  fill(node, h("div", { class: "items" }, quiet, places.map((p) => p.node)), all);
  const list = attentionList(app, all);
  const spoken = h("p", { class: "spoken", role: "status", "aria-live": "assertive" });
  node.append(spoken);
  let pointed = false, focused = false;
  node.addEventListener("pointerenter", () => (pointed = true));
  node.addEventListener("pointerleave", () => (pointed = false));
  node.addEventListener("focusin", () => (focused = true));
  node.addEventListener("focusout", () => (focused = false));

  function draw() {
    if (!store.status) return;
    const items = current(app), seen = pressing(items), now = performance.now();
    const held = (pointed && matchMedia("(hover: hover)").matches) || focused;
    const put = slots.put(seen, now, held);
    put.forEach((slot, n) => places[n].show(slot.item, slots.ready(slot, now)));
    quiet.hidden = seen.length > 0;
    setText(quiet, seen.length ? "" : calm(store.status));
    setAttr(node, "data-count", seen.length);
    setText(all, seen.length ? `${seen.length} in all` : items.length ? `${items.length} shelved` : "list");
    setText(spoken, seen.filter((i) => !i.acked && i.kind !== "note").map((i) => i.title).join(". "));
    app.attention = items;
    list.draw(items);
  }
  for (const topic of ["status", "lost", "tick", "units"]) store.on(topic, draw);
  app.fail = (text) => {
    app.fault = text;
    draw();
  };
}

/** What needs somebody, the page's own troubles among it. */
export function current(app) {
  const { store } = app;
  const own = app.fault ? [fault(app.fault)] : [];
  if (store.lost) return [lost(store), ...own];
  return [...own, ...attention(store.status, { now: store.now(), units: store.units })];
}

const plain = { source: "", of: "", since: 0, severity: 0, acked: false, shelved: false };

function fault(text) {
  return { ...plain, key: "page", kind: "page", look: "bad", title: "The page itself failed", text: `${text}. Reload it.`, acts: ["reload"] };
}

function lost(store) {
  const lasers = (store.status.devices ?? []).filter(isLaser).map((d) => ({ d, s: laserNow(d, { now: store.now(), lost: true }) })).filter((x) => x.s.state === "maybe");
  const ends = lasers.map(({ d, s }) => (s.ends ? `the agent ends the beam of ${d.name} by ${clock(s.ends, false)}, if it still runs; if not, nothing here ends it: use the key or the wired stop` : `${d.name} may be on: use the key or the wired stop`));
  const text = [`${span(store.sinceStatus())}: nothing here is now`, ...ends].join(" · ");
  return { ...plain, key: "lost", kind: "lost", look: "bad", title: `No connection since ${clock(store.lostSince, false)}`, text, acts: ["try"] };
}

function place(app) {
  let item = null, made = "";
  const picture = h("span", { class: "picture" }), title = h("b"), text = h("span", { class: "text" });
  const verbHere = () => (item.source && everywhere(app) ? "enter" : verbOf(item)); // commands are given at the agent
  const button = h("button", { class: "act", onclick: () => item && carryOut(app, item, verbHere()) });
  const node = h("article", { class: "item" }, picture, h("p", {}, title, text), button);
  const show = (now, ready) => {
    item = now;
    node.hidden = !item;
    if (!item) return;
    mark(node, item);
    const verb = verbHere(), shape = `${signOf(item)} ${item.acked || item.over}`;
    if (made !== shape) picture.replaceChildren(sign(signOf(item), item.acked || item.over));
    made = shape;
    const agent = item.source && everywhere(app) && item.kind !== "agent" ? `${item.source} · ` : "";
    setText(title, agent + item.title);
    setText(text, item.text);
    setAttr(node, "title", [agent + item.title, item.text, item.detail].filter(Boolean).join("\n"));
    press(app, button, item, verb, ready);
  };
  return { node, show };
}

const everywhere = (app) => app.store.status?.role === "viewer" && !app.store.source;
