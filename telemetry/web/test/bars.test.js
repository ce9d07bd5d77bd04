import assert from "node:assert/strict";
import { test } from "node:test";
import { barsOf, lanesOf, stretches } from "../js/bars.js";

const bar = (more = {}) => ({ key: "s/V1.open", name: "V1", source: "s", device: "V1", point: "open", valve: true, value: 0, since: 50, heard: 100, ...more });
const state = (t, value, note = `old=${1 - value}`) => ({ source: "s", device: "V1", point: "open", kind: "state", ms: t * 1000, value, note });
const other = (t, kind) => ({ source: "s", device: "V1", point: "", kind, ms: t * 1000, value: 0, metric_name: "device_up" });
const agent = (t, metric_name) => ({ source: "s", device: "", kind: "system", ms: t * 1000, metric_name });
const of = (b, events, from = 0, to = 100, now = 100) => stretches(b, events, from, to, now).map((s) => [s.from, s.to, s.state]);

test("what was before the first event stands in its note", () => {
  assert.deepEqual(of(bar({ since: 50 }), [state(20, 1), state(50, 0)]), [[0, 20, 0], [20, 50, 1], [50, 100, 0]]);
});

test("a valve that did not move is as it has stood", () => {
  assert.deepEqual(of(bar({ value: 1, since: -500 }), []), [[0, 100, 1]]);
});

test("a valve of which nothing is known before it was first seen", () => {
  assert.deepEqual(of(bar({ value: 1, since: 30 }), []), [[0, 30, null], [30, 100, 1]]);
});

test("a box that does not answer: not known, until it answers again", () => {
  assert.deepEqual(of(bar({ value: 1, since: 10 }), [state(10, 1), other(40, "failure"), other(60, "recovery")]), [[0, 10, 0], [10, 40, 1], [40, 60, null], [60, 100, 1]]);
});

test("a box that still does not answer", () => {
  assert.deepEqual(of(bar({ value: null, heard: 39 }), [state(10, 1), other(40, "failure")]), [[0, 10, 0], [10, 40, 1], [40, 100, null]]);
});

test("an agent that was away does not know", () => {
  assert.deepEqual(of(bar({ value: 0, since: 70 }), [state(10, 1), agent(40, "agent_stops_total"), agent(60, "agent_starts_total"), state(70, 0, "old=unknown")]),
    [[0, 10, 0], [10, 40, 1], [40, 70, null], [70, 100, 0]]);
});

test("what nobody hears of is not known: the page without a connection, an agent that is silent, a point that is old", () => {
  assert.deepEqual(of(bar({ value: 1, since: 10, until: 60 }), [state(10, 1)]), [[0, 10, 0], [10, 60, 1], [60, 100, null]], "no connection since 60");
  assert.deepEqual(of(bar({ value: null, heard: 10, until: 60 }), [state(10, 1)]), [[0, 10, 0], [10, 60, 1], [60, 100, null]], "the agent's last word was at 60");
  assert.deepEqual(of(bar({ value: null, heard: 10 }), [state(10, 1)]), [[0, 10, 0], [10, 100, null]], "no new value");
  const device = { name: "V1", source: "s", family: "valve", points: [{ point: "open", metric: "valve_is_open", unit: "", value: 1 }] };
  const until = (sources, lost) => barsOf({ devices: [device], sources }, lost)[0].until;
  assert.equal(until([{ source: "s", state: "offline", last_word: "1970-01-01T00:01:00Z" }], null), 60);
  assert.equal(until([{ source: "s", state: "online", last_word: "1970-01-01T00:01:00Z" }], null), null);
  assert.equal(until(undefined, 70), 70);
});

test("never beyond the present", () => assert.deepEqual(of(bar({ value: 1, since: 10 }), [state(10, 1)], 0, 200), [[0, 10, 0], [10, 100, 1]]));

test("valves that moved have a lane, and what was chosen", () => {
  const bars = [bar(), bar({ key: "s/V2.open", device: "V2", name: "V2" }), bar({ key: "s/laser.enabled", valve: false })];
  const names = (chosen, room = 9) => { const l = lanesOf(bars, chosen, [state(20, 1)], 0, 100, room); return [l.shown.map((b) => b.key), l.more]; };
  assert.deepEqual(names([]), [["s/V1.open"], 0]);
  assert.deepEqual(names(["s/laser.enabled"]), [["s/V1.open", "s/laser.enabled"], 0]);
  assert.deepEqual(names(["s/laser.enabled"], 1), [["s/laser.enabled"], 1]);
});

test("bars are what is on or off", () => {
  const point = (point, metric, unit = "") => ({ point, metric, unit, value: 1, timestamp: "2026-11-28T00:00:01Z", since: "2026-11-28T00:00:00Z" });
  const status = { devices: [{ name: "V1", source: "s", family: "valve", points: [point("open", "valve_is_open"), point("commanded", "valve_is_commanded")] },
    { name: "ion1", source: "s", points: [point("ig", "pressure_pascals", "pascals")] }] };
  assert.deepEqual(barsOf(status).map((b) => [b.name, b.valve, b.heard - b.since]), [["V1", true, 1], ["V1 commanded", false, 1]]);
});
