import assert from "node:assert/strict";
import { test } from "node:test";
import { runsIn, runsOf } from "../js/bands.js";

const step = (t, metric_name, labels, status = "success") => ({ source: "s", kind: "lifecycle", ms: t * 1000, metric_name, labels, status });

test("a run with its phases", () => {
  const id = { queue: "a", run_id: "66573-01A" };
  const runs = runsOf([step(1, "run_started", { ...id, sample: "sanidine" }), step(2, "extraction_started", id), step(60, "extraction_completed", id), step(61, "measurement_started_total", id),
    step(100, "measurement_completed_total", { ...id, status: "failed" }), step(101, "run_completed", { ...id, status: "failed" })]);
  assert.equal(runs.length, 1);
  assert.deepEqual([runs[0].name, runs[0].from, runs[0].to, runs[0].status], ["66573-01A · sanidine", 1, 101, "failed"]);
  assert.deepEqual(runs[0].phases.map((p) => [p.name, p.from, p.to, p.status]), [["extraction", 2, 60, "success"], ["measurement", 61, 100, "failed"]]);
});

test("a run that lasts has no end, and its phase neither", () => {
  const [run] = runsOf([step(1, "run_started", { run_id: "6f0e4f2a-9b1c-4c57-8f0e-2f6f3f1d7a10" }), step(2, "extraction_started", { run_id: "6f0e4f2a-9b1c-4c57-8f0e-2f6f3f1d7a10" })]);
  assert.deepEqual([run.name, run.to, run.phases[0].to], ["6f0e4f2a", null, null]);
  assert.equal(runsIn([run], 100, 200).length, 1);
});

test("two runs at once, of two agents the same name, and what is no run", () => {
  const runs = runsOf([step(1, "run_started", { run_id: "a" }), step(2, "run_started", { run_id: "b" }), { ...step(3, "run_started", { run_id: "a" }), source: "t" },
    step(4, "queue_started", { queue: "q" }), step(5, "something_else", { run_id: "a" })]);
  assert.deepEqual(runs.map((r) => r.key), ["s/a", "s/b", "t/a"]);
  assert.equal(runsIn([{ from: 1, to: 2 }], 3, 4).length, 0);
});
