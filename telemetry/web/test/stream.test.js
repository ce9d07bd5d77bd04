import assert from "node:assert/strict";
import { test } from "node:test";
import { parser } from "../js/sse.js";
import { Log } from "../js/log.js";
import { Trend, pointKey, splitKey } from "../js/trend.js";

const STREAM = "retry: 2000\n: alive\nid: b.1.0.0\n\ndata: {\"a\":1}\nid: b.2.0.0\n\nevent: gap\ndata: {\"from\":1,\ndata: \"to\":3}\n\n";
const WANT = [{ id: "b.2.0.0", event: "message", data: '{"a":1}' }, { id: "b.2.0.0", event: "gap", data: '{"from":1,\n"to":3}' }];

test("a stream is cut into messages, however it is torn", () => {
  for (const size of [1, 2, 7, 1000]) {
    for (const text of [STREAM, STREAM.replaceAll("\n", "\r\n")]) {
      const cut = parser(), got = [];
      for (let i = 0; i < text.length; i += size) got.push(...cut.feed(text.slice(i, i + size)));
      assert.deepEqual(got, WANT, `pieces of ${size}`);
    }
  }
});

const event = (lane, seq, second = seq) => ({ source: "s", boot: "b", lane, seq, metric_name: "m", timestamp: new Date(second * 1000).toISOString() });

test("a duplicate is added once", () => {
  const log = new Log();
  assert.equal(log.add([event("audit", 1), event("audit", 1)], { now: 0 }).length, 1);
  assert.equal(log.add([event("audit", 1), event("readings", 1), null, {}], { now: 0 }).length, 1);
});

test("a flood of readings does not push out a command", () => {
  const log = new Log({ total: 100, readings: 60 });
  log.add([event("audit", 1)], { now: 0 });
  for (let i = 0; i < 50; i++) log.add(Array.from({ length: 40 }, (_, k) => event("readings", i * 40 + k)), { now: 0 });
  assert.ok(log.events.length <= 600, `${log.events.length} events, want a bounded number`);
  assert.ok(log.events.some((e) => e.lane === "audit"));
  assert.equal(log.keys.size, log.events.length);
});

test("what comes late is replayed, and stands in its place in the viewer", () => {
  const log = new Log();
  log.add([event("audit", 1, 100), event("audit", 3, 300)], { now: 300e3, live: true, sorted: true });
  log.add([event("audit", 2, 200)], { now: 300e3, live: true, sorted: true });
  assert.deepEqual(log.events.map((e) => e.seq), [1, 2, 3]);
  assert.deepEqual(log.events.map((e) => e.replayed), [true, true, false]);
});

test("a point's name has three parts", () => assert.deepEqual(splitKey(pointKey("line1", "ion1", "ig")), { source: "line1", device: "ion1", point: "ig" }));

test("silence is a gap, a late sample finds its place", () => {
  const trend = new Trend();
  for (const [t, v] of [[0, 1], [60, 2], [300, 3], [30, 9], [60, 7]]) trend.add("k", t, v);
  assert.deepEqual(trend.get("k"), { t: [0, 30, 60, 180, 300], v: [1, 9, 2, null, 3], known: [] });
});

test("a series is bounded", () => {
  const trend = new Trend();
  for (let i = 0; i < 10000; i++) trend.add("k", i, i);
  assert.ok(trend.get("k").t.length <= 1800);
});

test("what was recorded with a wrong clock is dated from the boot's zero", () => {
  const log = new Log();
  const wrong = { ...event("audit", 1, 5), up: 5 }, brought = { ...event("ingest", 1, 7), up: 6 };
  log.add([wrong, brought], { now: 0 });
  assert.equal(wrong.ms, 5000);
  log.add([{ ...event("audit", 2, 1.7e9), up: 20, kind: "clock", note: "zero=2026-11-22T18:00:00Z synchronised=true how=adjtimex" }], { now: 0 });
  assert.equal(new Date(wrong.ms).toISOString(), "2026-11-22T18:00:05.000Z");
  assert.equal(wrong.computed, true);
  assert.equal(brought.ms, 7000, "the time an ingested event brought is left alone");
});
