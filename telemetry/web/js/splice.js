// One series from several that each know a part of the time: the archive, and what the page heard itself. Each is {t, min, mean, max, known}: t ascending
// in epoch seconds, null = from here on there is no value, known = the stretches of which it can say so, as in spans.js. Where a source knows nothing, its
// silence means nothing: neither a value nor a gap is taken from there.

import { lowerBound } from "./downsample.js";
import { joined, within, without } from "./spans.js";

const TOUCH = 1.5; // s between what two sources know, over which the curve goes on

/** The sources put together between two times, the first that knows a moment being believed: {t, min, mean, max, known}. */
export function splice(sources, from, to) {
  const out = { t: [], min: [], mean: [], max: [], known: [] };
  let end = -Infinity; // what is known so far reaches to here
  for (const { source, a, b } of shares(sources, from, to)) {
    if (a - end > TOUCH) {
      ended(out, end);
      begin(out, source, a);
    } else if (out.mean.length && out.mean.at(-1) === null) begin(out, source, a);
    take(out, source, a, b);
    out.known = joined(out.known, a, b, TOUCH);
    end = b;
  }
  return out;
}

// Who is believed when, in order of time.
function shares(sources, from, to) {
  const all = [];
  let taken = [];
  for (const source of sources) {
    for (const [a, b] of without(within(source.known, from, to), taken)) all.push({ source, a, b });
    for (const [a, b] of source.known) taken = joined(taken, a, b);
  }
  return all.sort((x, y) => x.a - y.a);
}

// What is known ended: so does the curve, until somebody knows again.
function ended(out, end) {
  if (out.t.length && out.mean.at(-1) !== null) put(out, Math.max(end, out.t.at(-1)), null, null, null);
}

// A value from before a stretch holds at its beginning, if nothing ended it.
function begin(out, source, a) {
  const i = lowerBound(source.t, a);
  if (i === 0 || source.t[i] === a || source.mean[i - 1] === null) return;
  put(out, a, source.min[i - 1], source.mean[i - 1], source.max[i - 1]);
}

function take(out, source, a, b) {
  for (let i = lowerBound(source.t, a); i < source.t.length && source.t[i] <= b; i++) put(out, source.t[i], source.min[i], source.mean[i], source.max[i]);
}

function put(out, t, min, mean, max) {
  const n = out.t.length;
  if (n && t <= out.t[n - 1]) {
    if (t < out.t[n - 1] || mean !== null || out.mean[n - 1] === null) return;
    t += 1e-6;
  }
  out.t.push(t);
  out.min.push(min);
  out.mean.push(mean);
  out.max.push(max);
}

/**
 * A series as its line is drawn. A reading is told when it moves, so the last one holds until just before the next: step seconds before it, which is when
 * it was last asked. At a null it holds to the null, and at the end to where knowledge ends.
 */
export function held(data, step, end) {
  const out = { t: [], min: [], mean: [], max: [] };
  for (let i = 0; i < data.t.length; i++) {
    put(out, data.t[i], data.min[i], data.mean[i], data.max[i]);
    const v = data.mean[i];
    if (v === null) continue;
    const next = i + 1 < data.t.length ? (data.mean[i + 1] === null ? data.t[i + 1] - 1e-6 : data.t[i + 1] - step) : end;
    if (next - data.t[i] > (i + 1 < data.t.length ? 1.5 * step : 0)) put(out, next, v, v, v);
  }
  return out;
}
