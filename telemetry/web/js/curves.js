// From points to what a chart draws: labels, colours, the person's units, and the stretches in which there is nothing.

import { ink } from "./chart.js";
import { marksOf } from "./marks.js";
import { splitKey, pointKey } from "./trend.js";
import { lowerBound } from "./downsample.js";
import { reading } from "./units.js";

/** Every point that can be plotted: [{key, label, unit, name, device}]. */
export function plottable(status) {
  return (status?.devices ?? []).flatMap((d) => (d.points ?? []).filter((p) => p.point).map((p) => ({
    key: pointKey(d.source, d.name, p.point), label: `${d.name}.${p.point}`, unit: p.unit, flag: p.unit === "" && p.metric?.includes("is_"),
    description: p.description || d.description, device: d.name, source: d.source,
  })));
}

/** The series of keys for a chart between two times; each keeps its place's colour. */
export function curves(store, feed, keys, from, to) {
  const known = new Map(plottable(store.status).map((p) => [p.key, p]));
  const many = new Set(keys.map((k) => splitKey(k).source)).size > 1;
  return keys.map((key, i) => {
    const metric = key.startsWith("metric:") ? store.metricTrend?.(key) : null;
    const point = known.get(key) ?? { label: key.replace(/^[^/]*\//, ""), unit: metric?.unit ?? "", flag: false };
    const how = reading(point.unit, store.units);
    const data = cut(metric?.data ?? feed.data(key), from, to);
    return {
      key, label: metric ? metric.label : many ? key : point.label, unit: point.flag ? "" : how.label || "value", log: how.log, step: point.flag, color: ink(i),
      data: { t: data.t, min: times(data.min, how), mean: times(data.mean, how), max: times(data.max, how) },
    };
  });
}

// One sample outside each end is kept, so that lines run to the edges.
function cut(data, from, to) {
  const a = Math.max(0, lowerBound(data.t, from) - 1), b = lowerBound(data.t, to) + 1;
  return { t: data.t.slice(a, b), min: data.min.slice(a, b), mean: data.mean.slice(a, b), max: data.max.slice(a, b) };
}

function times(values, { factor, log }) {
  return values.map((v) => (v == null || (log && v <= 0) ? null : v * factor));
}

/** Marks, gaps and replayed stretches of what is drawn. */
export function extras(store, series, from, to, events = store.log.events) {
  const keys = new Set(series.map((s) => s.key));
  const replays = store.trend.replays.filter((r) => keys.has(r.key) && r.to > from && r.from < to);
  const bounds = store.trend.bounds.filter((b) => keys.has(b.key) && b.to > from && b.from < to);
  return { bounds, marks: marksOf(events, from, to), gaps: [...common(series), ...declared(store, from, to)], replays };
}

// A gap that was declared reaches from the event before it to the one after it; where the page has not both, it is a line at the
// time of its declaration.
function declared(store, from, to) {
  return (store.status?.gaps ?? []).slice(-20).map((g) => {
    const own = store.log.events.filter((e) => e.source === g.source && e.boot === g.boot && e.lane === g.lane);
    const before = own.find((e) => e.seq === g.from - 1), after = own.find((e) => e.seq === g.to + 1);
    const at = Date.parse(g.timestamp) / 1000;
    return before && after ? { from: before.ms / 1000, to: after.ms / 1000, label: "gap, declared" } : { from: at, to: at, label: "" };
  }).filter((g) => g.to >= from && g.from <= to);
}

// A stretch in which no series has a value: drawn grey. A series of its own just breaks.
function common(series) {
  let gaps = null;
  for (const s of series) {
    if (!s.data.t.length) continue;
    const own = breaks(s.data);
    gaps = gaps === null ? own : gaps.flatMap((h) => own.map((o) => ({ from: Math.max(h.from, o.from), to: Math.min(h.to, o.to) })).filter((x) => x.to > x.from));
  }
  return (gaps ?? []).slice(0, 100).map((h) => ({ ...h, label: `gap ${Math.round(h.to - h.from)} s` }));
}

function breaks({ t, mean }) {
  const out = [];
  for (let i = 1; i < t.length; i++) {
    if (mean[i] != null || mean[i - 1] == null) continue;
    let j = i;
    while (j < t.length && mean[j] == null) j++;
    if (j < t.length && t[j] - t[i - 1] > 3) out.push({ from: t[i - 1], to: t[j] });
    i = j;
  }
  return out;
}
