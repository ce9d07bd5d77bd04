import assert from "node:assert/strict";
import { test } from "node:test";
import { Trend } from "../js/trend.js";

const reading = (device, seconds, value) => ({ source: "s", device, kind: "reading", ms: seconds * 1000, value, labels: {} });

test("a device that failed breaks its own curves, and no other", () => {
  const trend = new Trend();
  for (const t of [1, 2, 3]) for (const d of ["ion1", "ion10"]) trend.event(reading(d, t, t), "ig");
  trend.failed("s", "ion1", 3.5);
  for (const d of ["ion1", "ion10"]) trend.event(reading(d, 12, 9), "ig");
  assert.deepEqual(trend.get("s/ion1.ig"), { t: [1, 2, 3, 3.5, 12], v: [1, 2, 3, null, 9], known: [] });
  assert.deepEqual(trend.get("s/ion10.ig"), { t: [1, 2, 3, 12], v: [1, 2, 3, 9], known: [] });
});

test("a failure told late is put in its place", () => {
  const trend = new Trend();
  for (const t of [1, 9]) trend.event(reading("ion1", t, t), "ig");
  trend.failed("s", "ion1", 4);
  assert.deepEqual(trend.get("s/ion1.ig").v, [1, null, 9]);
});

const status = (now, value, more = {}) => [{ devices: [{ source: "s", name: "ion1", every: 1, points: [{ point: "ig", value, timestamp: new Date((now - 0.2) * 1000).toISOString(), ...more }] }] }, now];

test("what the page knows is what it heard again and again", () => {
  const trend = new Trend();
  for (const t of [100, 101, 102, 130, 131]) trend.status(...status(t, 1));
  assert.deepEqual(trend.source("s/ion1.ig").known, [[100, 102], [130, 131]]);
});

test("of an agent that is silent nothing is known after its last word, and there its curve ends", () => {
  const trend = new Trend(), last = 102.5;
  const of = (now, more) => [{ ...status(Math.min(now, last), 1, more)[0], sources: [{ source: "s", last_word: new Date(Math.min(now, last) * 1000).toISOString() }] }, now];
  for (const t of [100, 101, 102, 103, 104, 105]) trend.status(...of(t));
  assert.deepEqual(trend.source("s/ion1.ig").known, [[100, last]]);
  for (const t of [106, 107]) trend.status(...of(t, { stale: true }));
  const { t, v } = trend.get("s/ion1.ig");
  assert.deepEqual([t.at(-1), v.at(-1)], [last, null]);
  for (const t of [108, 109]) trend.status({ ...status(t, 2)[0], sources: [{ source: "s", last_word: new Date(t * 1000).toISOString() }] }, t);
  assert.deepEqual(trend.source("s/ion1.ig").known, [[100, 109]]);
});

test("an event of before the page opened is nothing it knows of", () => {
  const trend = new Trend();
  trend.event(reading("ion1", 10, 5), "ig");
  trend.failed("s", "ion1", 20);
  trend.status(...status(100, 1));
  trend.status(...status(101, 1));
  assert.deepEqual(trend.source("s/ion1.ig").known, [[100, 101]]);
});

test("what is forgotten is not known any more", () => {
  const trend = new Trend();
  for (let t = 0; t < 4000; t++) trend.status(...status(t, t));
  const { t, known } = trend.source("s/ion1.ig");
  assert.ok(known.length === 1 && known[0][0] >= t[0] && known[0][1] === 3999);
});

test("a sparkline goes on from its history, over a failure of long ago", () => {
  const trend = new Trend();
  trend.seed("s/ion1.ig", { t: [10, 50, 90], min: [1, 1, 1], mean: [1, 2, 3], max: [1, 2, 3] }, 0, 100);
  trend.event(reading("ion1", 20, 5), "ig");
  trend.failed("s", "ion1", 25);
  for (const t of [100, 101, 102]) trend.status(...status(t, 4));
  assert.deepEqual(trend.recent("s/ion1.ig").v.includes(null), false);
  assert.deepEqual(trend.recent("s/ion1.ig").t.slice(0, 3), [10, 50, 90]);
});

test("a value that is older than the gap noted after it holds when the status says so", () => {
  const trend = new Trend();
  trend.status(...status(100, 1));
  trend.gap(103.6);
  trend.status(...status(104, 1, { timestamp: new Date(99.8e3).toISOString() }));
  assert.deepEqual(trend.get("s/ion1.ig").v, [1, null, 1]);
});
