// From points to what a chart draws: labels, colours, the person's units, the line of each, and what is around them.

import { barsOf, lanesOf, stretches } from "./bars.js";
import { ink } from "./chart.js";
import { lowerBound } from "./downsample.js";
import { gapsOf, placed } from "./gaps.js";
import { limitsFor, limitsOf } from "./limits.js";
import { marksOf } from "./marks.js";
import { held } from "./splice.js";
import { splitKey, pointKey } from "./trend.js";
import { reading } from "./units.js";

const PIXELS = 1200; // what is closer than the width over this cannot be told apart

/** Every point that can be plotted: [{key, label, unit, name, device}]. */
export function plottable(status) {
  return (status?.devices ?? []).flatMap((d) => (d.points ?? []).filter((p) => p.point).map((p) => ({
    key: pointKey(d.source, d.name, p.point), label: `${d.name}.${p.point}`, unit: p.unit, flag: p.unit === "" && Boolean(p.metric?.includes("is_")),
    description: p.description || d.description, device: d.name, source: d.source, every: d.every ?? 1,
  })));
}

/** The series of keys for a chart between two times, in steps; each keeps its place's colour. shift seconds are added to the times of all. */
export function* curves(store, feed, keys, from, to, shift = 0) {
  const known = new Map(plottable(store.status).map((p) => [p.key, p]));
  const many = new Set(keys.map((k) => splitKey(k).source)).size > 1;
  const all = [];
  for (const [i, key] of keys.entries()) {
    const metric = key.startsWith("metric:") ? store.metricTrend?.(key) : null;
    const point = known.get(key) ?? { label: key.replace(/^[^/]*\//, ""), unit: metric?.unit ?? "", flag: false, every: 1 };
    const how = reading(point.unit, store.units), si = metric ? cut(metric.data, from, to) : feed.data(key, from - shift, to - shift), shown = moved(si, how, shift);
    const end = Math.min(to, shift ? to : store.now() / 1000, shown.known?.at(-1)?.[1] ?? to);
    all.push({
      key, label: metric ? metric.label : many ? key : point.label, unit: point.flag ? "" : how.label || "value", log: how.log, step: point.flag, color: ink(i), factor: how.factor, digits: how.digits,
      data: shown, line: metric ? shown : held(shown, Math.max(point.every, (to - from) / PIXELS), end),
    });
    yield;
  }
  return all;
}

// One sample outside each end is kept, so that lines run to the edges.
function cut({ t, min, mean, max }, from, to) {
  const a = Math.max(0, lowerBound(t, from) - 1), b = lowerBound(t, to) + 1;
  return { t: t.slice(a, b), min: min.slice(a, b), mean: mean.slice(a, b), max: max.slice(a, b) };
}

function moved(data, { factor, log }, shift) {
  const column = (values) => values.map((v) => (v == null || (log && v <= 0) ? null : v * factor));
  return { t: shift ? data.t.map((t) => t + shift) : data.t, min: column(data.min), mean: column(data.mean), max: column(data.max), known: data.known?.map((s) => s.map((t) => t + shift)) };
}

// What is around the curves between two times, without lanes: limits, gaps, what is under or over range.
function extras(store, series, from, to, events) {
  const now = store.now() / 1000, keys = new Set(series.map((s) => s.key)), units = new Map(series.map((s) => [s.key, s]));
  const bounds = store.trend.bounds.filter((b) => keys.has(b.key) && b.to > from && b.from < to);
  const limits = limitsFor(limitsOf(store.status), series).map((l) => ({ ...l, unit: units.get(l.key).unit, shown: l.value * units.get(l.key).factor }));
  const points = series.filter((s) => !s.key.startsWith("metric:") && !s.step);
  return { end: now, bounds, limits, gaps: gapsOf(points, from, to, now, events, placed(store.status?.gaps ?? [], events)) };
}

/** All of a picture, in steps: extras and lanes. room is how many bars there is room for; hidden are kinds of marks that are not shown. */
export function* pictureOf(store, series, from, to, { events, runs, keys, room, hidden }) {
  const around = extras(store, series, from, to, events);
  yield;
  const now = store.now() / 1000, { shown, more } = lanesOf(barsOf(store.status, store.lost ? store.lostSince / 1000 : null), keys, events, from, to, room), bars = [];
  for (const b of shown) {
    bars.push({ ...b, stretches: stretches(b, events, from, to, now) });
    yield;
  }
  const drawn = new Set([...series.map((s) => s.key), ...shown.map((b) => b.key)]);
  yield;
  const replays = store.trend.replays.filter((r) => drawn.has(r.key) && r.to > from && r.from < to);
  return { ...around, runs, more, bars, replays, marks: marksOf(events, from, to, hidden) };
}
