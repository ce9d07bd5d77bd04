// A plot as a table: exactly what is drawn. Pure.

import { lowerBound } from "./downsample.js";

/**
 * Rows of a picture {series, bars, marks, gaps, compare} between two times; of the time after end nothing is known. One row for each time at which
 * something is drawn: a reading, both ends of a value that holds, a bar that changes, an event, a gap.
 */
export function rowsOf({ series, bars = [], marks = [], gaps = [], compare = null }, from, to, end) {
  const curves = compare ? [...series, compare] : series, until = Math.min(to, end), rows = new Map();
  const at = (t) => rows.get(t) ?? rows.set(t, { cells: [], bars: [], notes: [] }).get(t);
  curves.forEach((s, k) => {
    const { t, mean } = s.data, stop = s === compare ? Math.min(to, s.end ?? to) : until;
    for (let i = lowerBound(t, from); i < t.length && t[i] <= to; i++) at(t[i]).cells[k] = mean[i] === null ? undefined : triple(s, i);
    for (const edge of [from, stop]) {
      const i = lowerBound(t, edge) - 1;
      if (i < 0 || mean[i] === null || t[i] === edge || edge < from || at(edge).cells[k]) continue;
      at(edge).cells[k] = triple(s, i);
      at(edge).notes.push(`${s.label}: of ${new Date((t[i] - (s.offset ?? 0)) * 1000).toISOString()}, holds`);
    }
  });
  bars.forEach((b, k) => b.stretches.forEach((s) => (at(s.from).bars[k] = s.state)));
  for (const g of gaps) at(Math.max(g.from, from)).notes.push(g.label);
  for (const m of marks) at(m.t).notes.push(m.label);
  const head = ["Timestamp", "Epoch", ...curves.flatMap((s) => ["mean", "min", "max"].map((what) => `${s.label} ${what}${s.unit ? ` [${s.unit}]` : ""}`)), ...bars.map((b) => b.name), "Note"];
  return [head, ...[...rows].sort((a, b) => a[0] - b[0]).map(([t, r]) => [new Date(t * 1000).toISOString(), t, ...curves.flatMap((_, k) => r.cells[k] ?? [null, null, null]), ...bars.map((_, k) => r.bars[k] ?? null), r.notes.join("; ")])];
}

function triple({ data }, i) {
  return [data.mean[i], data.min[i], data.max[i]].map((v) => (v == null ? null : Number(v.toPrecision(12))));
}
