// What is drawn of a run: its pressures from /series, its laser and valves from its passport. Times are seconds after its begin.

import { getJSON } from "./api.js";
import { convert, reading } from "./units.js";

const CURVES = 4; // in one panel; more hide each other

/** The pressures of a passport: {unit, list: [{label, t, v}]}, those that moved most. */
export async function curvesOf(passport, store) {
  const { run } = passport, from = Date.parse(run.started ?? ""), to = Date.parse(run.ended ?? "") || store.now();
  const how = reading("pascals", store.units);
  if (Number.isNaN(from) || to <= from) return { unit: how.label, list: [] };
  const moved = (g) => (g.min > 0 ? g.max / g.min : 0);
  const gauges = passport.pressures.filter((g) => g.max != null).sort((a, b) => moved(b) - moved(a)).slice(0, CURVES).sort((a, b) => `${a.device}.${a.point}`.localeCompare(`${b.device}.${b.point}`));
  const list = await Promise.all(gauges.map(async (g) => {
    const params = new URLSearchParams({ device: g.device, point: g.point, since: new Date(from).toISOString(), until: new Date(to).toISOString(), points: "700" });
    if (store.status?.role === "viewer") params.set("source", run.source);
    const series = await getJSON(`series?${params}`, { timeout: 30000 }).catch(() => ({ t: [], mean: [] }));
    return { label: `${g.device}.${g.point}`, t: series.t.map((t) => t - from / 1000), v: series.mean.map((v) => convert(v, "pascals", store.units)) };
  }));
  return { unit: how.label, list: list.filter((c) => c.t.length) };
}

/** The phases as bands. */
export function phasesOf({ run }, now) {
  const zero = Date.parse(run.started ?? ""), end = Date.parse(run.ended ?? "") || now;
  if (Number.isNaN(zero)) return [];
  return run.phases.filter((p) => p.started).map((p) => ({ name: p.name, from: (Date.parse(p.started) - zero) / 1000, to: ((Date.parse(p.ended ?? "") || end) - zero) / 1000 }));
}

/** Lasers and valves as bars of when they were on or open. What is not known is no bar. */
export function barsOf(passport, now) {
  const { run } = passport, zero = Date.parse(run.started ?? ""), end = Date.parse(run.ended ?? "") || now;
  if (Number.isNaN(zero)) return [];
  const after = (text) => (Date.parse(text) - zero) / 1000;
  const lasers = passport.lasers.map((l) => ({ label: l.device, kind: "beam", spans: l.spans.map((s) => [after(s.from), after(s.until)]) }));
  const valves = new Map();
  for (const m of passport.valves) {
    const name = m.point === "open" ? m.device : `${m.device}.${m.point}`;
    if (!valves.has(name)) valves.set(name, []);
    valves.get(name).push(m);
  }
  const bars = [...valves].sort(([a], [b]) => a.localeCompare(b, undefined, { numeric: true })).map(([label, moves]) => ({ label, spans: opened(moves, after, (end - zero) / 1000) }));
  return [...lasers, ...bars].slice(0, 14);
}

// A valve that closes first was open before; one whose state is lost is open no more as far as is known.
function opened(moves, after, end) {
  const spans = [];
  let since = moves[0].open === false ? 0 : null;
  for (const m of moves) {
    const t = after(m.timestamp);
    if (m.open === true) since ??= t;
    else if (since != null) {
      spans.push([since, t]);
      since = null;
    }
  }
  if (since != null) spans.push([since, end]);
  return spans;
}
