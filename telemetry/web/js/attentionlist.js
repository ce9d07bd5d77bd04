// Everything that needs attention, as a list that lies over the page and moves nothing beneath it. While it is open its rows keep their
// order: what is new comes below, what is over stays as it was until the list is closed.

import { h, setAttr, setText, sync } from "./dom.js";
import { many, span, when } from "./format.js";
import { acts, carryOut, verbOf } from "./acts.js";
import { mark, press, signOf } from "./attentionmarks.js";
import { sign } from "./icons.js";
import { inUnits } from "./unitwords.js";

/** {toggle(), draw(items)}. */
export function attentionList(app, button) {
  const { store } = app, rows = h("div", { class: "rows" });
  const ackAll = h("button", { id: "ack-shown", data: { right: "command" }, onclick: () => acknowledge() });
  const close = h("button", { "aria-label": "close the list", onclick: () => toggle(false) }, "✕");
  const armed = h("ul"), foot = h("details", { class: "armed" }, h("summary", {}), armed);
  const node = h("section", { id: "attention-list", class: "pop", role: "dialog", "aria-label": "Needs attention", tabindex: "-1", hidden: true },
    h("header", {}, h("h2", {}, "Needs attention"), h("span", { class: "dim" }, "most severe first, then newest"), h("span", { class: "end" }, ackAll, close)), rows, foot);
  document.body.append(node);
  let order = new Map(), shown = [];

  function toggle(open = node.hidden) {
    node.hidden = !open;
    setAttr(button, "aria-expanded", String(open));
    order = new Map();
    if (open) {
      draw(app.attention ?? []);
      node.focus();
    } else button.focus();
  }
  node.addEventListener("keydown", (e) => e.key === "Escape" && toggle(false));
  document.addEventListener("pointerdown", (e) => !node.hidden && !e.target.closest("#attention-list, #strip, dialog, #toasts") && toggle(false));

  function draw(items) {
    if (node.hidden) return;
    const now = new Map(items.map((i) => [i.key, i]));
    for (const i of items) order.set(i.key, i);
    shown = [...order.values()].map((i) => now.get(i.key) ?? { ...i, look: "note", past: true, acts: [], acked: true });
    sync(rows, shown, (i) => i.key, () => row(app));
    const open = toAcknowledge();
    ackAll.hidden = store.status?.role === "viewer";
    ackAll.disabled = open.length === 0;
    setText(ackAll, `Acknowledge ${open.length} shown`);
    quiet(foot, armed, store);
  }

  const toAcknowledge = () => shown.filter((i) => i.kind === "alarm" && i.acts.includes("ack"));
  // Alarms alone: a trip is never acknowledged in a heap.
  async function acknowledge() {
    for (const item of toAcknowledge()) await carryOut(app, item, "ack");
  }
  return { toggle, draw };
}

function row(app) {
  let item = null, made = "";
  const picture = h("span", { class: "picture" }), title = h("b"), text = h("small"), detail = h("small", { class: "detail" }), at = h("time", { class: "dim" });
  const buttons = [0, 1].map(() => h("button", { onclick: (e) => carryOut(app, item, e.target.dataset.act) }));
  const happened = h("a", { data: { act: "black-box" } }, "what happened around it");
  const node = h("article", { class: "ar" }, picture, h("p", {}, title, text, detail, happened), at, h("span", { class: "ac" }, buttons));
  const update = (now) => {
    item = now;
    mark(node, item);
    setAttr(node, "data-past", item.past ? "yes" : null);
    const shape = `${signOf(item)} ${item.acked}`;
    if (made !== shape) picture.replaceChildren(sign(signOf(item), item.acked || item.over));
    made = shape;
    setText(title, [item.source && app.store.status.role === "viewer" && item.kind !== "agent" && `${item.source}: `, item.title].filter(Boolean).join(""));
    setText(text, item.past ? "over" : item.text);
    setText(detail, item.detail ?? "");
    happened.hidden = item.kind !== "trip" || !item.since || Boolean(item.past);
    happened.setAttribute("href", `#/runs?${new URLSearchParams({ trip: item.of, of: item.source })}`);
    setText(at, item.since ? `${when(item.since, app.store.now())} · ${span((app.store.now() - item.since) / 1000)}` : "");
    const first = verbOf(item);
    press(app, buttons[0], item, item.past || first === "shelve" ? "" : first);
    press(app, buttons[1], item, ["shelve", "forget"].find((verb) => item.acts.includes(verb)) ?? "");
    for (const b of buttons) b.hidden = !acts(app, item, b.dataset.act);
  };
  return { node, update };
}

// What is armed and quiet, behind a line.
function quiet(node, list, store) {
  const rules = (store.status?.rules ?? []).filter((r) => !r.tripped && !r.bypassed_until), alarms = (store.status?.alarms ?? []).filter((a) => !a.active);
  node.hidden = rules.length + alarms.length === 0;
  setText(node.querySelector("summary"), `Armed and quiet: ${many(rules.length, "rule")}, ${many(alarms.length, "alarm")}`);
  const say = (x, kind) => ({ key: `${kind} ${x.source}/${x.name}`, text: `${store.status.role === "viewer" ? `${x.source}: ` : ""}${x.name}: ${inUnits(x.when, store.units)}` });
  sync(list, [...rules.map((r) => say(r, "rule")), ...alarms.map((a) => say(a, "alarm"))], (x) => x.key, () => {
    const line = h("li");
    return { node: line, update: (x) => setText(line, x.text) };
  });
}
