// What is shown, as a picture or as numbers.

import { colour, download } from "./dom.js";
import { table } from "./csv.js";
import { lowerBound } from "./downsample.js";

/** The plot with its title and legend as a PNG. */
export function savePNG(chart, series, title) {
  const from = chart.plot?.ctx.canvas;
  if (!from) return;
  const ratio = devicePixelRatio || 1, head = 44 * ratio;
  const to = document.createElement("canvas");
  to.width = from.width;
  to.height = from.height + head;
  const pen = to.getContext("2d");
  pen.fillStyle = colour("--panel");
  pen.fillRect(0, 0, to.width, to.height);
  pen.font = `${13 * ratio}px system-ui, sans-serif`;
  pen.fillStyle = colour("--ink");
  pen.fillText(title, 12 * ratio, 17 * ratio);
  let x = 12 * ratio;
  for (const s of series) {
    pen.fillStyle = colour(s.color);
    pen.fillRect(x, 29 * ratio, 14 * ratio, 3 * ratio);
    pen.fillStyle = colour("--ink");
    const text = `${s.label} (${s.unit || "state"})`;
    pen.fillText(text, x + 19 * ratio, 35 * ratio);
    x += pen.measureText(text).width + 40 * ratio;
  }
  pen.drawImage(from, 0, head);
  to.toBlob((blob) => blob && download(blob, name("png")), "image/png");
}

/** The numbers within the bounds as CSV, in the units shown: one row for each time, min and max where they differ from the mean. */
export function saveCSV(series, [from, to]) {
  const times = [...new Set(series.flatMap((s) => s.data.t.filter((t) => t >= from && t <= to)))].sort((a, b) => a - b);
  const head = ["Timestamp", "Epoch", ...series.flatMap((s) => [column(s, "mean"), column(s, "min"), column(s, "max")])];
  const rows = times.map((t) => [new Date(t * 1000).toISOString(), t, ...series.flatMap((s) => cells(s, t))]);
  download(new Blob([table([head, ...rows])], { type: "text/csv" }), name("csv"));
}

function column(s, what) {
  return `${s.label} ${what}${s.unit ? ` [${s.unit}]` : ""}`;
}

function cells(s, t) {
  const i = lowerBound(s.data.t, t);
  if (s.data.t[i] !== t) return [null, null, null];
  return [s.data.mean[i], s.data.min[i], s.data.max[i]].map((v) => (v == null ? null : Number(v.toPrecision(12))));
}

function name(ending) {
  return `plot-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}.${ending}`;
}
