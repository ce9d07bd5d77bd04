// What is shown, as a picture or as numbers.

import { colour, download } from "./dom.js";
import { table } from "./csv.js";
import { rowsOf } from "./plotcsv.js";
import { visible } from "./visible.js";

const HEAD = 34; // px above the plot
const FACE = "system-ui, sans-serif";

/** The plot with its title and names as a PNG; one of a simulation says so and has a striped edge. names are {label, value, color, y}. */
export function savePNG(chart, names, title, simulated) {
  const from = chart.plot?.ctx.canvas;
  if (!from) return;
  const ratio = devicePixelRatio || 1, to = document.createElement("canvas");
  to.width = from.width;
  to.height = from.height + HEAD * ratio;
  const pen = to.getContext("2d"), width = to.width / ratio;
  pen.scale(ratio, ratio);
  pen.fillStyle = colour("--panel");
  pen.fillRect(0, 0, width, to.height / ratio);
  pen.drawImage(from, 0, HEAD, width, from.height / ratio);
  heading(pen, title, simulated, width);
  const { geometry: g } = chart;
  names.forEach((n) => {
    pen.fillStyle = colour(n.color);
    pen.font = `600 12px ${FACE}`;
    pen.fillText(visible(n.label), g.left + g.width + 48, HEAD + n.y + 12, width - g.left - g.width - 50);
    pen.font = `400 12px ${FACE}`;
    pen.fillText(n.value, g.left + g.width + 48, HEAD + n.y + 27);
  });
  to.toBlob((blob) => blob && download(blob, name("png")), "image/png");
}

function heading(pen, title, simulated, width) {
  let x = 12;
  if (simulated) {
    for (let at = 0; at < width; at += 16) {
      pen.fillStyle = colour(at % 32 ? "--panel" : "--ink");
      pen.fillRect(at, 0, 16, 5);
    }
    pen.font = `700 12px ${FACE}`;
    const wide = pen.measureText("SIMULATED").width;
    pen.fillStyle = colour("--ink");
    pen.fillRect(x, 12, wide + 12, 18);
    pen.fillStyle = colour("--panel");
    pen.fillText("SIMULATED", x + 6, 25);
    x += wide + 24;
  }
  pen.fillStyle = colour("--ink");
  pen.font = `600 13px ${FACE}`;
  pen.fillText(visible(title), x, 25);
}

/** Exactly what is drawn as CSV, in the units shown. */
export function saveCSV(picture, from, to) {
  download(new Blob([table(rowsOf(picture, from, to, picture.end))], { type: "text/csv" }), name("csv"));
}

function name(ending) {
  return `plot-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}.${ending}`;
}
