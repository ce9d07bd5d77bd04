// Another stretch of time or run laid over a plot: one grey curve, aligned at t0.

import { getEvents } from "./api.js";
import { runsOf } from "./bands.js";
import { curves } from "./curves.js";
import { fill, h } from "./dom.js";
import { clock, day, localInput, span } from "./format.js";
import { ofField } from "./twice.js";
import { Feed } from "./feed.js";
import { keyOf } from "./log.js";

const BEFORE = [[3600, "1 h before"], [86400, "a day before"], [604800, "a week before"]];
const WEEK = 604800;

/** How far a comparison is moved: {shift, t0, name} in seconds, null for none. choice is "", seconds before, "run:<key>" or a time; t0 is ours, where chosen. */
export function alignment(choice, runs, from, to, t0) {
  if (!choice) return null;
  const before = Number(choice);
  if (before > 0) return { shift: before, t0: null, name: BEFORE.find(([s]) => s === before)?.[1] ?? `${span(before)} before` };
  const run = choice.startsWith("run:") ? runs.find((r) => r.key === choice.slice(4)) : null;
  const theirs = run ? run.from : Date.parse(choice) / 1000;
  if (!Number.isFinite(theirs)) return null;
  const own = runs.filter((r) => r.from >= from && r.from <= to && r.key !== run?.key).at(-1);
  const ours = t0 ?? own?.from ?? from;
  return { shift: ours - theirs, t0: ours, name: run ? run.name : `${day(theirs * 1000)} ${clock(theirs * 1000, false)}` };
}

// A choice that is in no list: it came by the address.
function named(choice) {
  if (Number(choice) > 0) return `${span(Number(choice))} before`;
  return choice.startsWith("run:") ? choice.slice(4) : `${day(Date.parse(choice))} ${clock(Date.parse(choice), false)}`;
}

/** {nodes, curve(series, from, to), set(choice)}: the control of it. */
export function comparison(app, past, onChange) {
  const { store } = app;
  const feed = new Feed(store, onChange);
  let choice = "", t0 = null, runs = [], made = null, asked = null;
  const select = h("select", { id: "plot-compare", "aria-label": "compare with", onchange: () => pick(select.value), onfocus: () => list() });
  const other = h("input", { id: "plot-compare-at", type: "datetime-local", step: "1", "aria-label": "time to compare with", hidden: true, onchange: () => other.value && pick(new Date(ofField(other.value)).toISOString()) });

  function pick(value) {
    other.hidden = value !== "at";
    if (value === "at") other.value = localInput(store.now() - 86400e3);
    else {
      [choice, t0] = [value, null];
      onChange();
    }
  }

  // The runs of the last week, asked for when somebody wants to choose.
  async function list() {
    if (asked === store.source) return;
    asked = store.source;
    const params = new URLSearchParams({ kind: "lifecycle", since: new Date(store.now() - WEEK * 1000).toISOString(), limit: "5000" });
    if (asked) params.set("source", asked);
    const { events } = await getEvents(params, { timeout: 20000 }).catch(() => ({ events: [] }));
    runs = runsOf(events.map((e) => ({ ...e, key: keyOf(e), ms: Date.parse(e.timestamp) })));
    options();
  }

  const all = () => [...new Map([...runs, ...past.runs].map((r) => [r.key, r])).values()].sort((a, b) => a.from - b.from);

  function options() {
    const own = all().slice(-60).reverse(), mark = own.map((r) => r.key + r.name).join() + choice;
    if (mark === made) return;
    made = mark;
    fill(select, h("option", { value: "" }, "compare with…"), BEFORE.map(([s, text]) => h("option", { value: s }, text)),
      own.map((r) => h("option", { value: `run:${r.key}` }, `${r.name}, ${day(r.from * 1000)} ${clock(r.from * 1000, false)}`)), h("option", { value: "at" }, "another time…"));
    if (choice && ![...select.options].some((o) => o.value === choice)) select.append(h("option", { value: choice }, named(choice)));
    select.value = choice;
  }

  /** The grey curve over the first of series, and t0, in steps: {compare, t0}. */
  function* curve(series, from, to) {
    options();
    yield;
    const base = series.find((s) => !s.step && !s.key.startsWith("metric:"));
    const how = base && alignment(choice, all(), from, to, t0);
    if (!how) return { compare: null, t0: null };
    feed.want([base.key], from - how.shift, to - how.shift);
    const [s] = yield* curves(store, feed, [base.key], from, to, how.shift);
    return { t0: how.t0, compare: { ...s, key: `compare:${s.key}`, label: `${how.name}, ${s.label}`, color: "--dim", compare: true, offset: how.shift, end: Math.min(to, store.now() / 1000 + how.shift) } };
  }

  return {
    nodes: [select, other], curve, get: () => ({ choice, t0 }),
    set: (next, at) => { [choice, t0] = [next, at]; other.hidden = true; if (choice.startsWith("run:")) list(); }, // the options are made when it is drawn
  };
}
