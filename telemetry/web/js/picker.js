// The list of what can be plotted, by device, with a search. It is made when it is opened: a large line has hundreds of curves.

import { fill, h, sync } from "./dom.js";
import { plottable } from "./curves.js";
import { menu } from "./menu.js";

/** {node, set(keys)}; onChange gets the chosen keys. */
export function picker(app, onChange) {
  let chosen = [], made = "";
  const search = h("input", { type: "search", placeholder: "search series", "aria-label": "search series", oninput: () => hide() });
  const list = h("div", { class: "list" });
  const node = menu({ id: "plot-picker", class: "menu picker", ontoggle: () => draw() }, h("summary", {}, "+ add a curve"), h("div", { class: "list wide" }, search, list));
  const pick = (e) => onChange(e.target.checked ? [...chosen, e.target.value] : chosen.filter((k) => k !== e.target.value));

  function hide() {
    const word = search.value.toLowerCase();
    for (const row of list.querySelectorAll("label")) row.hidden = !row.textContent.toLowerCase().includes(word);
    for (const group of list.querySelectorAll("fieldset")) group.hidden = !group.querySelector("label:not([hidden])");
  }

  function set(keys) {
    chosen = keys;
    draw();
  }

  function draw() {
    if (!node.open || !app.store.status) return;
    const points = plottable(app.store.status);
    const mark = points.map((p) => p.key + p.description).join();
    if (mark !== made) {
      fill(list);
      sync(list, byDevice(points), (g) => g.key, (g) => group(g, pick));
      made = mark;
      hide();
    }
    for (const box of list.querySelectorAll("input")) box.checked = chosen.includes(box.value);
  }
  return { node, set };
}

function byDevice(points) {
  const groups = new Map();
  for (const p of points) {
    const key = `${p.source}/${p.device}`;
    if (!groups.has(key)) groups.set(key, { key, name: p.device, points: [] });
    groups.get(key).points.push(p);
  }
  return [...groups.values()];
}

function group(g, pick) {
  const node = h("fieldset", {}, h("legend", {}, g.name), g.points.map((p) =>
    h("label", {}, h("input", { type: "checkbox", value: p.key, onchange: pick }), h("span", {}, p.label.slice(g.name.length + 1)), h("small", {}, p.description))));
  return { node, update: () => {} };
}
