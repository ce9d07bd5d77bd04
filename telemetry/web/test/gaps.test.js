import assert from "node:assert/strict";
import { test } from "node:test";
import { breaks, gapsOf, placed } from "../js/gaps.js";

const curve = (key, t, mean, known = [[0, 100]]) => ({ key, label: key.split("/")[1], data: { t, mean, known } });
const failure = (t, device, status = "no answer") => ({ source: "s", device, kind: "failure", status, ms: t * 1000, metric_name: "device_up" });

test("where there is no value", () => {
  assert.deepEqual(breaks({ t: [10, 20, 30, 40], mean: [1, null, 2, 3], known: [[0, 100]] }, 0, 50, 100), [[0, 10], [20, 30]]);
  assert.deepEqual(breaks({ t: [10, 20], mean: [1, null], known: [[0, 100]] }, 0, 80, 60), [[0, 10], [20, 60]], "nothing is said of the future");
  assert.deepEqual(breaks({ t: [5, 50], mean: [1, 1], known: [[0, 100]] }, 10, 40, 100), [], "a value holds");
  assert.deepEqual(breaks({ t: [], mean: [], known: [[0, 100]] }, 0, 50, 100), [[0, 50]]);
  assert.deepEqual(breaks({ t: [], mean: [], known: [] }, 0, 50, 100), [], "what was not asked for is no gap");
});

test("what all have in common is one gap, what one has alone is its own", () => {
  const a = curve("s/ion1.ig", [0, 20, 30, 60, 70], [1, null, 2, null, 3]), b = curve("s/ion2.ig", [0, 60, 71], [1, null, 2]);
  const gaps = gapsOf([a, b], 0, 100, 100, [failure(19, "ion1"), failure(59, "ion1", "port lost")]);
  assert.deepEqual(gaps.map((g) => [g.from, g.to, g.key, g.label, g.kind]), [[20, 30, "s/ion1.ig", "ion1.ig: 10 s no answer", "silence"], [60, 70, null, "10 s port lost", "silence"]]);
});

test("a declared loss is told apart, and one that is asked for again", () => {
  const a = curve("s/ion1.ig", [0, 20, 62, 70], [1, null, 2, 2]);
  const [gap] = gapsOf([a], 0, 100, 100, [], [{ source: "s", lost: true, n: 42, from: 19, to: 63 }]);
  assert.deepEqual([gap.kind, gap.label], ["declared", "ion1.ig: 42 s lost, declared"]);
  assert.equal(gapsOf([a], 0, 100, 100, [], [{ source: "s", lost: false, n: 42, from: 19, to: 63 }])[0].kind, "asked");
  assert.equal(gapsOf([a], 0, 100, 100, [], [{ source: "t", lost: true, n: 42, from: 19, to: 63 }])[0].kind, "silence", "another agent's loss");
});

test("a loss whose place is not known is said where it was declared", () => {
  const a = curve("s/ion1.ig", [0, 50], [1, 2]);
  assert.deepEqual(gapsOf([a], 0, 100, 100, [], placed([{ source: "s", lane: "readings", boot: "b", from: 3, to: 5, lost: true, timestamp: new Date(30e3).toISOString() }], [])).map((g) => [g.from, g.to, g.label]),
    [[30, 30, "3 events lost, declared"]]);
});

test("a loss lies between its neighbours", () => {
  const e = (seq, ms) => ({ source: "s", lane: "readings", boot: "b", seq, ms });
  assert.deepEqual(placed([{ source: "s", lane: "readings", boot: "b", from: 3, to: 5, lost: true, timestamp: new Date(90e3).toISOString() }], [e(2, 10e3), e(6, 20e3)]), [{ source: "s", lost: true, n: 3, from: 10, to: 20 }]);
});

test("a restart is said", () => {
  const a = curve("s/ion1.ig", [0, 20.000001, 50], [1, null, 2]);
  const of = (metric_name, t) => gapsOf([a], 0, 100, 100, [{ source: "s", device: "", kind: "system", metric_name, ms: t * 1000 }])[0].cause;
  assert.equal(of("agent_stops_total", 20), "the agent was stopped");
  assert.equal(of("agent_starts_total", 49), "the agent was not running");
  assert.equal(of("agent_unclean_starts_total", 50.5), "the agent was not running");
  assert.equal(of("agent_starts_total", 18), "no readings", "it ran all the time");
  assert.equal(of("agent_starts_total", 20.5), "no readings", "its first reading came late");
  const event = (metric_name, t) => ({ source: "s", device: "", kind: "system", metric_name, ms: t * 1000 });
  const told = (...events) => gapsOf([a], 0, 100, 100, events)[0].cause;
  assert.equal(told(event("agent_stops_total", 16), event("agent_starts_total", 18)), "no readings", "it was stopped and started before");
  assert.equal(told(event("agent_stops_total", 19), event("agent_starts_total", 48)), "the agent was stopped");
});
