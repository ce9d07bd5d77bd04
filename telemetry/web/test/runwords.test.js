import assert from "node:assert/strict";
import { test } from "node:test";
import { causeWords, grouped, howFar, lasted, nameOf, runState, spanWords, usualWords } from "../js/runwords.js";

const now = Date.parse("2026-11-28T12:00:00");
const run = (more) => ({ id: "a", name: "66573-01A", state: "ended", status: "success", why: "", phase: "", phases: [], operations: [], progress: null, started: "2026-11-28T11:50:00", ended: "2026-11-28T11:59:00", kind: "air", ...more });

test("durations carry their units", () => {
  assert.deepEqual([0, 0.214, 4.26, 42, 252.4, 3599.7, 16500, null, NaN].map(lasted), ["0 s", "214 ms", "4.3 s", "42 s", "4 min 12 s", "1 h 0 min", "4 h 35 min", "", ""]);
});

test("a uuid is cut, a name is not", () => {
  assert.equal(nameOf({ name: "6f0e4f2a-9b1c-4c57-8f0e-2f6f3f1d7a10" }), "6f0e4f2a");
  assert.equal(nameOf({ name: "66573-01A" }), "66573-01A");
});

test("a failed run is bad, a canceled one stopped, one whose end was not told is neither", () => {
  assert.equal(runState(run()).mark, "good");
  assert.deepEqual(runState(run({ status: "failed" })), { text: "failed", mark: "bad", title: "" });
  assert.equal(runState(run({ status: "not run" })).mark, "bad");
  assert.equal(runState(run({ status: "canceled" })).mark, "stopped");
  assert.deepEqual(runState(run({ state: "lost", status: "", why: "its queue ended" })), { text: "no end was told", mark: "lost", title: "its queue ended" });
  assert.deepEqual(runState(run({ operations: [{ name: "repository push", status: "failed" }] })), { text: "done, saved; repository push failed", mark: "warn", title: "" });
});

test("progress is not invented", () => {
  const running = run({ state: "running", ended: null, phase: "extraction", phases: [{ name: "extraction", started: "2026-11-28T11:58:00", ended: null }] });
  assert.deepEqual(howFar(running, now), { share: null, text: "extraction for 2 min 0 s" });
  const known = howFar({ ...running, progress: { expected: 1200, of: 7 } }, now);
  assert.equal(known.share, 0.5);
  assert.match(known.text, /about 10 min 0 s left, as 7 others/);
  assert.match(howFar({ ...running, progress: { expected: 300, of: 7 } }, now).text, /5 min 0 s longer than half of 7 others/);
});

test("what runs stands first, then days", () => {
  const list = [run({ id: "b", started: "2026-11-27T10:00:00" }), run({ id: "c", state: "running", started: "2026-11-26T10:00:00" }), run()];
  assert.deepEqual(grouped(list, now).map((g) => [g.title, g.runs.length]), [["Running now", 1], ["2026-11-27", 1], ["Earlier today", 1]]);
});

test("usual is said from five others on", () => {
  assert.match(usualWords({ run: run({ kind: "" }), usual: [], alike: 0 }), /no kind was posted/);
  assert.match(usualWords({ run: run(), usual: [], alike: 4 }), /not known: 4 other air runs .* it takes five/);
  assert.match(usualWords({ run: run(), usual: [{ name: "whole run", usual: true }], alike: 5 }), /^Usual: .* last 5 air runs/);
  assert.equal(usualWords({ run: run(), usual: [{ name: "whole run", usual: true }, { name: "energy of laser", usual: false }], alike: 6 }), "Not usual among the last 6 air runs that ended well: energy of laser.");
});

test("times and causes", () => {
  assert.equal(spanWords(run()), "2026-11-28, 11:50:00.000 to 11:59:00.000");
  assert.match(spanWords(run({ started: null })), /when it began is not known; it ended/);
  assert.equal(causeWords({ kind: "trip", about: "overpressure" }), "Tripped: overpressure");
});
