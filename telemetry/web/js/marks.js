// What is drawn over and under the curves: events as dashed lines with a flag and a dot on each curve, declared gaps as grey
// stretches, and replayed stretches as a hatched strip along the bottom.

import { colour } from "./dom.js";
import { lowerBound } from "./downsample.js";
import { subject, valueOf } from "./words.js";

const INK = { command: "--green", state: "--green", trip: "--red", alarm: "--amber", failure: "--red", recovery: "--teal", lifecycle: "--violet", system: "--dim", clock: "--dim" };
const ROW = 13;
const ROWS = 3;

/** The room above a plot for the flags, in CSS pixels. */
export const HEADROOM = ROWS * ROW + 6;

/** The events of a log that are drawn on plots between two times (epoch seconds): one mark each, for a command and its state only the state. */
export function marksOf(events, from, to, most = 120) {
  const found = [];
  for (const e of events) {
    const t = e.ms / 1000;
    if (e.lane === "readings" || t < from || t > to || e.kind === "reading" || e.kind === "clock" || e.kind === "system") continue;
    if (e.kind === "state" && (e.metric_name === "valve_is_commanded" || /^old=unknown\b/.test(e.note ?? ""))) continue; // how things stood at a start
    if (e.kind === "command" && e.status === "success" && e.labels?.result === "success") continue; // its state event is drawn
    found.push({ t, label: flag(e), color: INK[e.kind] ?? "--dim", event: e });
  }
  return found.slice(-most);
}

function flag(e) {
  if (e.kind === "state") return `${e.device} ${e.point === "open" || e.point === "enabled" ? "" : `${e.point} `}${valueOf(e)}`;
  if (e.kind === "trip") return `${valueOf(e)}: ${e.labels?.rule ?? e.note ?? ""}`;
  if (e.kind === "alarm") return `${e.labels?.alarm ?? "alarm"} ${valueOf(e)}`;
  if (e.kind === "failure" || e.kind === "recovery") return `${subject(e)} ${e.kind === "failure" ? e.status : "back"}`;
  if (e.kind === "command") return `${e.device || e.labels?.device || ""} ${e.status}`;
  return e.metric_name.replace(/_total$/, "").replaceAll("_", " ");
}

/** The uPlot plugin that draws chart.extra. */
export function overlay(chart) {
  return {
    hooks: {
      drawClear: [(u) => { for (const g of chart.extra.gaps) stretch(u, g); }],
      draw: [(u) => {
        for (const r of chart.extra.replays) strip(u, r);
        for (const b of chart.extra.bounds) limits(u, chart, b);
        flags(u, chart);
      }],
    },
  };
}

function stretch(u, { from, to, label }) {
  const { ctx, bbox } = u;
  const x0 = Math.max(u.valToPos(from, "x", true), bbox.left), x1 = Math.min(u.valToPos(to, "x", true), bbox.left + bbox.width);
  if (!(x1 >= x0)) return;
  ctx.save();
  ctx.fillStyle = colour("--gap");
  ctx.fillRect(x0, bbox.top, Math.max(2, x1 - x0), bbox.height);
  ctx.fillStyle = colour("--dim");
  ctx.font = font();
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  if (x1 - x0 > ctx.measureText(label).width + 8) ctx.fillText(label, x0 + 4, bbox.top + bbox.height - 6 * devicePixelRatio);
  ctx.restore();
}

function strip(u, { from, to }) {
  const { ctx, bbox } = u;
  const x0 = Math.max(u.valToPos(from, "x", true), bbox.left), x1 = Math.min(u.valToPos(to, "x", true), bbox.left + bbox.width);
  if (!(x1 >= x0)) return;
  const height = 5 * devicePixelRatio, top = bbox.top + bbox.height - height;
  ctx.save();
  ctx.strokeStyle = colour("--violet");
  ctx.beginPath();
  ctx.rect(x0, top, Math.max(3, x1 - x0), height);
  ctx.clip();
  for (let x = x0 - height; x < x1 + height; x += 4 * devicePixelRatio) {
    ctx.moveTo(x, top + height);
    ctx.lineTo(x + height, top);
  }
  ctx.stroke();
  ctx.restore();
}

// Triangles along a stretch that is under (pointing down) or over range: the curve there is a limit, not the quantity.
function limits(u, chart, { key, from, to, bound }) {
  const s = chart.series.find((x) => x.key === key);
  if (!s) return;
  const { ctx, bbox } = u, size = 4 * devicePixelRatio, away = bound === "at_most" ? size : -size;
  const x0 = Math.max(u.valToPos(from, "x", true), bbox.left), x1 = Math.min(u.valToPos(to, "x", true), bbox.left + bbox.width);
  ctx.save();
  ctx.fillStyle = colour(s.color);
  ctx.beginPath();
  for (let x = x0; x <= x1; x += 36 * devicePixelRatio) {
    const value = valueAt(s, u.posToVal(x / devicePixelRatio - bbox.left / devicePixelRatio, "x"));
    if (value == null) continue;
    const y = u.valToPos(value, s.unit || "state", true) + away / 2;
    ctx.moveTo(x - size, y);
    ctx.lineTo(x + size, y);
    ctx.lineTo(x, y + 1.6 * away);
  }
  ctx.fill();
  ctx.restore();
}

function valueAt(s, t) {
  const i = lowerBound(s.data.t, t);
  const y1 = s.data.mean[i], y0 = s.data.mean[i - 1];
  if (y0 == null || y1 == null) return y1 ?? y0 ?? null;
  const part = (t - s.data.t[i - 1]) / (s.data.t[i] - s.data.t[i - 1] || 1);
  return s.log && y0 > 0 && y1 > 0 ? y0 * (y1 / y0) ** part : y0 + (y1 - y0) * part;
}

function flags(u, chart) {
  const { ctx, bbox } = u;
  const ends = new Array(ROWS).fill(-Infinity);
  ctx.save();
  ctx.font = font();
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  for (const m of chart.extra.marks) {
    const x = Math.round(u.valToPos(m.t, "x", true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = ctx.fillStyle = colour(m.color);
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top - 4 * devicePixelRatio);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    label(ctx, bbox, m, x, ends);
    ctx.setLineDash([]);
    dots(u, chart, m.t, x);
  }
  ctx.restore();
}

function label(ctx, bbox, mark, x, ends) {
  const text = mark.label.length > 34 ? mark.label.slice(0, 33) + "…" : mark.label;
  const width = ctx.measureText(text).width + 8 * devicePixelRatio;
  const right = x + width < bbox.left + bbox.width;
  const start = right ? x : x - width;
  const row = ends.findIndex((end) => end < start);
  if (row < 0) return; // no room: the line and its window remain
  ends[row] = start + width;
  ctx.fillText(text, start + 4 * devicePixelRatio, bbox.top - (ROWS * ROW + 3 - (row + 1) * ROW) * devicePixelRatio);
}

// A dot where the event meets each curve.
function dots(u, chart, t, x) {
  for (const s of chart.series) {
    const value = s.step ? null : valueAt(s, t);
    if (value == null) continue;
    u.ctx.beginPath();
    u.ctx.arc(x, u.valToPos(value, s.unit || "state", true), 3 * devicePixelRatio, 0, 2 * Math.PI);
    u.ctx.fill();
  }
}

function font() {
  return `${11 * devicePixelRatio}px ui-monospace, "DejaVu Sans Mono", monospace`;
}
