// The curve of a gauge in the drawing: ten minutes as a path, a dot for the present. Gaps stay gaps.

import { svg } from "./dom.js";
import { extremes, lowerBound } from "./downsample.js";
import { reading } from "./units.js";

const SECONDS = 600, W = 120, H = 20;

/** {node, draw(series, now, unit)}: a curve of 120 by 20. */
export function curve() {
  const path = svg("path", { class: "curve" }), dot = svg("circle", { class: "dot", r: 2.6 }), band = svg("rect", { class: "usual", width: W, height: 0 });
  const node = svg("g", { "aria-hidden": "true" }, svg("rect", { class: "paper", width: W, height: H }), band, path, dot);
  let drawn = "";
  function draw(series, now, unit, live, usual = null) {
    const mark = [series.t.at(-1), series.t.length, Math.floor(now / 5), live, usual?.low, usual?.high].join();
    if (mark === drawn) return;
    drawn = mark;
    const { d, end, y } = shapeOf(series, now, unit);
    const [top, bottom] = usual && y ? [y(usual.high), y(usual.low)].map((v) => Math.min(H, Math.max(0, v))) : [0, 0];
    band.setAttribute("y", Math.min(top, Math.max(0, bottom - 1)).toFixed(1));
    band.setAttribute("height", Math.max(0, bottom - Math.min(top, Math.max(0, bottom - 1))).toFixed(1));
    path.setAttribute("d", d);
    dot.setAttribute("visibility", live && end ? "visible" : "hidden");
    if (end) {
      dot.setAttribute("cx", end[0]);
      dot.setAttribute("cy", end[1]);
    }
  }
  return { node, draw };
}

/** The path of a series' last ten minutes, where it ends, and y of a value; log for pressures. */
export function shapeOf(series, now, unit) {
  const from = lowerBound(series.t, now - SECONDS);
  const s = extremes(series.t.slice(from), series.v.slice(from), 100);
  const log = reading(unit).log;
  const v = s.v.map((x) => (x == null || (log && x <= 0) ? null : log ? Math.log10(x) : x));
  const good = v.filter((x) => x != null);
  if (good.length < 2) return { d: "", end: null, y: null };
  const low = Math.min(...good), high = Math.max(...good);
  const reach = Math.max(log ? 0.3 : 1e-9 + 0.002 * Math.abs(good[0]), high - low) / 2, middle = (low + high) / 2;
  const y = (u) => H / 2 - ((u - middle) / reach) * (H / 2 - 3);
  let d = "", down = false, end = null;
  v.forEach((u, i) => {
    if (u == null) {
      down = false;
      return;
    }
    end = [W * Math.max(0, 1 - (now - s.t[i]) / SECONDS), y(u)].map((x) => Number(x.toFixed(1)));
    d += `${down ? "L" : "M"}${end.join(" ")}`;
    down = true;
  });
  return { d, end: v.at(-1) == null ? null : end, y: (x) => (log ? (x > 0 ? y(Math.log10(x)) : H) : y(x)) };
}
