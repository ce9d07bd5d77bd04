// Prometheus' text format, read into families of series, and what can be computed from a histogram's buckets.

import { UNITS } from "./units.js";

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+\S+)?$/;
const PAIR = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"\s*,?\s*/gy;
const SUFFIXES = ["_bucket", "_sum", "_count"];

const TOGETHER = 100; // lines that are read before a step ends

/**
 * Reads a scrape in steps: a generator that gives its families at the end, in its order: [{name, type, help, series: [{key, labels, value | buckets, sum, count}]}].
 * Bad lines are left out.
 */
export function* parsing(text) {
  const families = new Map();
  for (const [i, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line.startsWith("#")) readComment(families, line);
    else if (line) readSample(families, line);
    if (i % TOGETHER === TOGETHER - 1) yield;
  }
  return [...families.values()].filter((f) => f.series.size).map((f) => ({ ...f, series: [...f.series.values()] }));
}

function family(families, name) {
  if (!families.has(name)) families.set(name, { name, type: "untyped", help: "", series: new Map() });
  return families.get(name);
}

function readComment(families, line) {
  const m = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line);
  if (!m) return;
  if (m[1] === "HELP") family(families, m[2]).help = m[3].replace(/\\n/g, "\n").replace(/\\\\/g, "\\");
  else family(families, m[2]).type = m[3];
}

function readSample(families, line) {
  const m = LINE.exec(line);
  if (!m) return;
  const labels = parseLabels(m[2] ?? "");
  const value = parseValue(m[3]);
  if (labels === null || Number.isNaN(value) && m[3] !== "NaN") return;
  const suffix = SUFFIXES.find((s) => m[1].endsWith(s) && families.get(m[1].slice(0, -s.length))?.type === "histogram");
  if (suffix) return readPart(family(families, m[1].slice(0, -suffix.length)), suffix, labels, value);
  const f = family(families, m[1]);
  const key = keyOf(f.name, labels);
  f.series.set(key, { key, labels, value });
}

function readPart(f, suffix, labels, value) {
  const { le, ...rest } = labels;
  const key = keyOf(f.name, rest);
  if (!f.series.has(key)) f.series.set(key, { key, labels: rest, buckets: [], sum: NaN, count: NaN });
  const series = f.series.get(key);
  if (suffix === "_bucket") series.buckets.push({ le: parseValue(le ?? ""), count: value });
  else series[suffix.slice(1)] = value;
}

function parseLabels(text) {
  const labels = {};
  PAIR.lastIndex = 0;
  let end = 0;
  for (let m; (m = PAIR.exec(text)); end = PAIR.lastIndex) {
    labels[m[1]] = m[2].replace(/\\(.)/g, (_, c) => (c === "n" ? "\n" : c));
  }
  return end === text.length ? labels : null;
}

function parseValue(text) {
  if (text === "+Inf" || text === "Inf") return Infinity;
  return text === "-Inf" ? -Infinity : text === "" ? NaN : Number(text);
}

/** The unit a family's name ends in, or "": the text format says it nowhere else. */
export function unitOf(name) {
  return UNITS.find((u) => name.endsWith("_" + u)) ?? "";
}

/** One spelling for a series: name{a="x",b="y"} with labels in order. */
export function keyOf(name, labels) {
  const pairs = Object.keys(labels).sort().map((k) => `${k}="${labels[k]}"`);
  return pairs.length ? `${name}{${pairs.join(",")}}` : name;
}

/** The q-quantile (0..1) of cumulative buckets, linear within a bucket, as Prometheus does; NaN when there is nothing. */
export function quantile(q, buckets) {
  const sorted = [...buckets].sort((a, b) => a.le - b.le);
  const total = sorted.at(-1)?.count ?? 0;
  if (!(total > 0) || sorted.at(-1).le !== Infinity) return NaN;
  const rank = q * total;
  const i = sorted.findIndex((b) => b.count >= rank);
  if (sorted[i].le === Infinity) return sorted.length > 1 ? sorted[i - 1].le : NaN;
  const below = i > 0 ? sorted[i - 1] : { le: Math.min(0, sorted[0].le), count: 0 };
  const inside = sorted[i].count - below.count;
  return inside > 0 ? below.le + ((sorted[i].le - below.le) * (rank - below.count)) / inside : sorted[i].le;
}

/** A quantile in words: between two bounds its number, below the first "≤ 0.1" and beyond the last "> 1": nothing is invented. */
export function quantileWords(q, buckets, say) {
  const bounds = buckets.map((b) => b.le).filter(Number.isFinite).sort((a, b) => a - b);
  const value = quantile(q, buckets), total = Math.max(0, ...buckets.map((b) => b.count));
  if (Number.isNaN(value) || !bounds.length) return "–";
  const within = (le) => buckets.find((b) => b.le === le).count >= q * total;
  if (within(bounds[0])) return `≤ ${say(bounds[0])}`;
  return within(bounds.at(-1)) ? say(value) : `> ${say(bounds.at(-1))}`;
}

/** Increase per second between two readings of a counter; a reset counts from 0; NaN without a time between. */
export function rate(before, after, seconds) {
  if (!(seconds > 0)) return NaN;
  return (after >= before ? after - before : after) / seconds;
}
