// The kinds of event the log shows, as chips in one row: what was done, refused, tripped … Readings are off until asked for. Pure but for
// the chips themselves.

import { h, setAttr, setText } from "./dom.js";
import { KINDS } from "./filter.js";
import { icon } from "./icons.js";
import { count } from "./format.js";

const CHIPS = [
  { name: "commands", kinds: ["command"], icon: "set" }, { name: "changes", kinds: ["state"], icon: "valve" }, { name: "trips, alarms", kinds: ["trip", "alarm"], icon: "refused" },
  { name: "failures", kinds: ["failure", "recovery"], icon: "help" }, { name: "runs", kinds: ["lifecycle"], icon: "run" }, { name: "program", kinds: ["system", "clock"], icon: "program" },
  { name: "readings", kinds: ["reading"], icon: "reading" },
];
const USUAL = KINDS.filter((k) => k !== "reading");

/** The kinds that a filter shows: those it names, else all but readings. */
export function kindsOf(filter) {
  return filter.kind.length ? filter.kind : USUAL;
}

/** The filter as it is meant: without a kind it lets all through but readings. */
export function effective(filter) {
  return { ...filter, kind: kindsOf(filter) };
}

/** The kinds after a chip was pressed; [] where that is the usual choice, as the address then needs none. */
export function pressed(filter, kinds) {
  const now = new Set(kindsOf(filter)), on = kinds.every((k) => now.has(k));
  for (const k of kinds) on ? now.delete(k) : now.add(k);
  const list = KINDS.filter((k) => now.has(k));
  return list.join() === USUAL.join() || !list.length ? [] : list;
}

/** {node, set(filter, events)}; change gets the new kinds. */
export function chips(change) {
  let filter = { kind: [] };
  const all = CHIPS.map((c) => {
    const number = h("span", { class: "n" });
    const node = h("button", { class: "chip", type: "button", data: { kinds: c.kinds.join(" ") }, onclick: () => change(pressed(filter, c.kinds)) }, icon(c.icon), `${c.name} `, number);
    return { ...c, node, number };
  });
  function set(next, events) {
    filter = next;
    const shown = new Set(kindsOf(next)), counts = new Map();
    for (const e of events) counts.set(e.kind, (counts.get(e.kind) ?? 0) + 1);
    for (const c of all) {
      const on = c.kinds.every((k) => shown.has(k));
      setAttr(c.node, "aria-pressed", String(on));
      setText(c.number, on ? count(c.kinds.reduce((n, k) => n + (counts.get(k) ?? 0), 0)) : "off");
    }
  }
  return { node: h("div", { class: "chips", role: "group", "aria-label": "kinds of event" }, all.map((c) => c.node)), set };
}
