// The pipettes: how many shots each gave, and of how many nobody knows.

import { h, setAttr, setText, sync } from "./dom.js";
import { panel } from "./panel.js";
import { shotWords } from "./standing.js";

/** {node, update(status)}. */
export function pipettes(app) {
  const table = h("table", { class: "shots" });
  const p = panel("pipettes", "Pipettes", table);
  const update = (status) => {
    p.node.hidden = !status.pipettes?.length;
    const many = status.role === "viewer" && !app.store.source;
    sync(table, status.pipettes ?? [], (x) => `${x.source}/${x.name}`, () => pipette(many));
  };
  return { node: p.node, update };
}

function pipette(many) {
  const cells = [h("th", { scope: "row" }), h("td", { class: "dim" }), h("td", { class: "uncertain" }), h("td", { class: "number shots" })];
  const node = h("tr", {}, cells);
  const update = (x) => {
    node.dataset.pipette = x.name;
    setText(cells[0], many ? `${x.source}: ${x.name}` : x.name);
    setText(cells[1], `${x.inner} → ${x.outer}`);
    const words = shotWords(x);
    setText(cells[2], words.uncertain);
    setAttr(cells[2], "title", words.uncertain ? "shots that were cut short: nobody knows whether they were taken" : null);
    setText(cells[3], words.shots);
  };
  return { node, update };
}
