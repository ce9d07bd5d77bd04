// A sparkline: ten minutes of one point on a small canvas. Gaps stay gaps; a point that is not live is drawn grey.

import { colour, h } from "./dom.js";
import { extremes, lowerBound } from "./downsample.js";

const SECONDS = 600;

/** {node, draw(series, now, log, state)}; it redraws only when the series, the size or the theme changed. */
export function sparkline() {
  const node = h("canvas", { class: "spark", "aria-hidden": "true" });
  let drawn = "";
  function draw(series, now, log, state) {
    const width = node.clientWidth, height = node.clientHeight;
    if (!width) return;
    const ink = colour(state === "live" ? "--blue" : "--dim");
    const mark = [series.t.at(-1), series.t.length, width, ink, Math.floor(now / 5)].join();
    if (mark === drawn) return;
    drawn = mark;
    const ratio = devicePixelRatio || 1;
    node.width = width * ratio;
    node.height = height * ratio;
    const pen = node.getContext("2d");
    pen.scale(ratio, ratio);
    line(pen, recentPart(series, now), { width, height, now, log, ink });
  }
  return { node, draw };
}

function recentPart(series, now) {
  const from = lowerBound(series.t, now - SECONDS);
  return extremes(series.t.slice(from), series.v.slice(from), 100);
}

function line(pen, s, { width, height, now, log, ink }) {
  const f = log ? (v) => (v > 0 ? Math.log10(v) : null) : (v) => v;
  const v = s.v.map((x) => (x == null ? null : f(x)));
  const good = v.filter((x) => x != null);
  if (good.length < 2) return;
  const least = log ? 0.3 : 1e-9 + 0.002 * Math.abs(good[0]); // noise does not fill the height
  const middle = (Math.max(...good) + Math.min(...good)) / 2;
  const reach = Math.max(least, Math.max(...good) - Math.min(...good)) / 2;
  const x = (t) => width * (1 - (now - t) / SECONDS);
  const y = (u) => height / 2 - ((u - middle) / reach) * (height / 2 - 2);
  pen.strokeStyle = ink;
  pen.lineWidth = 1.4;
  pen.lineJoin = "round";
  pen.beginPath();
  let down = false;
  for (let i = 0; i < v.length; i++) {
    if (v[i] == null) down = false;
    else if (down) pen.lineTo(x(s.t[i]), y(v[i]));
    else {
      pen.moveTo(x(s.t[i]), y(v[i]));
      down = true;
    }
  }
  pen.stroke();
}
