// Which kinds of events are marked on plots.

import { h, setText } from "./dom.js";
import { KINDS } from "./marks.js";
import { menu } from "./menu.js";

/** {node, set(hidden)}; onChange gets the set of hidden kinds. */
export function kindsMenu(onChange) {
  let hidden = new Set();
  const names = Object.keys(KINDS), title = h("summary", {});
  const boxes = names.map((kind) => h("input", { type: "checkbox", value: kind, onchange: (e) => {
    const next = new Set(hidden);
    if (e.target.checked) next.delete(kind);
    else next.add(kind);
    set(next);
    onChange(next);
  } }));
  const node = menu({ id: "plot-kinds", class: "menu" }, title, h("div", { class: "list" }, names.map((kind, i) => h("label", {}, boxes[i], KINDS[kind].word))));
  function set(next = new Set()) {
    hidden = next;
    boxes.forEach((box) => (box.checked = !hidden.has(box.value)));
    setText(title, `marks: ${names.length - [...hidden].filter((k) => KINDS[k]).length} kinds of ${names.length}`);
  }
  set();
  return { node, set };
}
