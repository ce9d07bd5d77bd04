// A run among others of its kind: for each measure the others as dots, this run as the large one.

import { h, svg } from "./dom.js";
import { number, reading } from "./units.js";
import { lasted } from "./runwords.js";

const WIDTH = 240, HEIGHT = 18, ROOM = 6;

/** A table of comparisons [{name, unit, value, low, high, usual, others}]. */
export function usualPlot(usual, units) {
  const rows = usual.map((u) => h("tr", { data: { measure: u.name, usual: u.usual ? "yes" : "no" } },
    h("th", { scope: "row" }, u.name), h("td", { class: "number own" }, said(u.value, u.unit, units)),
    h("td", { class: "number dim" }, said(u.low, u.unit, units)), h("td", {}, dots(u)), h("td", { class: "number dim" }, said(u.high, u.unit, units))));
  return h("table", {}, h("thead", {}, h("tr", {}, ["", "this run", "lowest", "", "highest"].map((t, i) => h("th", { scope: "col", class: i ? "number" : "" }, t)))), h("tbody", {}, rows));
}

function said(v, unit, units) {
  if (unit === "seconds") return lasted(v);
  const how = reading(unit === "percent_seconds" ? "" : unit, units);
  return `${number(v * how.factor)} ${unit === "percent_seconds" ? "% s" : how.label}`.trim();
}

function dots(u) {
  const low = Math.min(u.low, u.value), high = Math.max(u.high, u.value);
  const log = u.unit === "pascals" && low > 0, of = (v) => (log ? Math.log(v) : v);
  const x = (v) => ROOM + ((of(v) - of(low)) / (of(high) - of(low) || 1)) * (WIDTH - 2 * ROOM);
  return svg("svg", { width: WIDTH, height: HEIGHT, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": u.usual ? "within the others" : "outside of the others" },
    svg("line", { x1: ROOM, x2: WIDTH - ROOM, y1: HEIGHT / 2, y2: HEIGHT / 2, class: "grid" }),
    ...u.others.map((v, i) => svg("circle", { cx: x(v), cy: HEIGHT / 2 + ((i * 7) % 5) - 2, r: 2.6, class: "other" })),
    svg("circle", { cx: x(u.value), cy: HEIGHT / 2, r: 4.6, class: u.usual ? "own" : "own odd" }));
}
