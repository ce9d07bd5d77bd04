// The stretches of a plot in which nobody knows a value, with their length and what is known of the cause. Pure.

import { span } from "./format.js";
import { common, within } from "./spans.js";
import { splitKey } from "./trend.js";

const NEAR = 6; // s between the end of a value and what is told of its cause
const SHORT = 1; // s: less is a breath between two readings

/** Where a series has no value between two times: [from, to] in order. Of the time after end nobody can know. */
export function breaks({ t, mean, known }, from, to, end) {
  const out = [], until = Math.min(to, end);
  let last = within(known ?? [], from, until)[0]?.[0]; // where knowledge begins: before its first value there is none
  for (let i = 0; i < t.length; i++) {
    if (mean[i] === null) last ??= t[i];
    else {
      if (last !== undefined && t[i] > last) out.push([Math.max(last, from), Math.min(t[i], until)]);
      last = undefined;
    }
  }
  if (last !== undefined) out.push([Math.max(last, from), until]);
  return out.filter(([a, b]) => b - a > SHORT);
}

/**
 * The gaps of series [{key, label, data}] between two times: those all have in common, and those of one alone (with its key). Each is {from, to, key,
 * label, cause, kind}; kind is declared (events were lost, and it was said), asked (they were asked for again) or silence. events are the log's,
 * declared {source, from, to, lost, n} where places of losses are known.
 */
export function gapsOf(series, from, to, end, events = [], losses = []) {
  const sources = new Set(series.map((s) => splitKey(s.key).source)), declared = losses.filter((d) => sources.has(d.source));
  const own = series.map((s) => ({ s, spans: breaks(s.data, from, to, end) }));
  const all = own.length > 1 ? common(own.map((o) => o.spans)).filter(([a, b]) => b - a > SHORT) : [];
  const out = all.map(([a, b]) => told(a, b, series, null, events, declared));
  for (const { s, spans } of own) {
    for (const [a, b] of spans) if (!all.some(([x, y]) => x <= a + NEAR && y >= b - NEAR)) out.push(told(a, b, [s], s, events, declared));
  }
  for (const d of declared) if (!out.some((g) => g.kind !== "silence" && g.from < d.to && g.to > d.from) && d.to >= from && d.from <= to) out.push(lost(d));
  return out.sort((x, y) => x.from - y.from);
}

function told(from, to, series, one, events, declared) {
  const parts = new Set(series.map((s) => splitKey(s.key).source));
  const d = declared.find((x) => parts.has(x.source) && x.from < to && x.to > from);
  const cause = d ? (d.lost ? "lost, declared" : "asked for again") : why(from, to, series, events);
  return { from, to, key: one?.key ?? null, cause, kind: d ? (d.lost ? "declared" : "asked") : "silence", label: `${one ? one.label + ": " : ""}${span(to - from)} ${cause}` };
}

function lost(d) {
  const cause = d.lost ? "lost, declared" : "asked for again";
  const what = d.to - d.from > SHORT ? span(d.to - d.from) : `${d.n} ${d.n === 1 ? "event" : "events"}`;
  return { from: d.from, to: d.to, key: null, cause, kind: d.lost ? "declared" : "asked", label: `${what} ${cause}` };
}

// What was told at the beginning of a gap, of its device or its agent.
function why(from, to, series, events) {
  const devices = new Set(series.map((s) => splitKey(s.key)).map((k) => `${k.source}/${k.device}`)), sources = new Set(series.map((s) => splitKey(s.key).source));
  const near = events.filter((e) => sources.has(e.source) && e.ms / 1000 >= from - NEAR && e.ms / 1000 <= to + 1);
  const down = notRunning(from, to, near);
  if (down) return down;
  const failure = near.find((e) => e.kind === "failure" && devices.has(`${e.source}/${e.device}`));
  if (failure) return failure.status || "no answer";
  const missing = near.find((e) => e.missing && devices.has(`${e.source}/${e.device}`));
  return missing ? missing.missing : "no readings";
}

// Why nobody could read where the agent was not running, "" where it was. A start explains what was before it, not that a first reading came late.
function notRunning(from, to, events) {
  const at = (e) => e.ms / 1000;
  const starts = events.filter((e) => /agent_(unclean_)?starts_total$/.test(e.metric_name)), stop = events.find((e) => /agent_stops_total$/.test(e.metric_name));
  const stopped = stop && !starts.some((e) => at(e) > at(stop) && at(e) <= from + SHORT);
  if (stopped) return "the agent was stopped";
  return starts.some((e) => at(e) > from + SHORT && at(e) <= to + SHORT) ? "the agent was not running" : "";
}

/** Where declared gaps [{source, lane, boot, from, to, lost, timestamp}] lie: between the events before and after, or at the time of the declaration. */
export function placed(declared, events) {
  return declared.map((g) => {
    const own = events.filter((e) => e.source === g.source && e.boot === g.boot && e.lane === g.lane);
    const before = own.filter((e) => e.seq < g.from).at(-1), after = own.find((e) => e.seq > (g.to || g.from));
    const at = Date.parse(g.timestamp) / 1000, n = Math.max(1, (g.to || g.from) - g.from + 1);
    const exact = before && after && before.seq === g.from - 1;
    return exact ? { source: g.source, lost: g.lost, n, from: before.ms / 1000, to: after.ms / 1000 } : { source: g.source, lost: g.lost, n, from: at, to: at };
  });
}
