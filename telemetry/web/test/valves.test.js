import assert from "node:assert/strict";
import { test } from "node:test";
import { onlyValves, valvesOf } from "../js/valves.js";
import { inUnits } from "../js/unitwords.js";
import { fleetRuns, joinedRuns, runsNow, runWords } from "../js/runnow.js";

const states = (device) => valvesOf({ health: "healthy", source: "s", ...device }).map((v) => [v.name, v.state]);

test("valves of their own, of boxes, of relay cards and of a family are valves", () => {
  const box = { name: "airbox", family: "", points: [{ point: "V9", channel: "V9", name: "open", value: 1 }, { point: "V10", channel: "V10", name: "open", value: 0 }], controls: [{ control: "V9" }, { control: "V10", moving: true }] };
  assert.deepEqual(states(box), [["V9", "open"], ["V10", "moving"]]);
  assert.equal(onlyValves(box), true);
  assert.equal(valvesOf(box)[0].control.control, "V9");
  assert.deepEqual(states({ name: "V1", family: "valve", points: [{ point: "open", channel: "", name: "open", value: 0 }, { point: "commanded", name: "commanded", channel: "", value: 1 }], controls: [] }), [["V1", "mismatch"]]);
  assert.deepEqual(states({ name: "V2", family: "valve", points: [] }), [["V2", "unknown"]]);
  assert.equal(onlyValves({ family: "", points: [{ name: "pressure" }] }), false);
});

test("what is old or silent is not known; what nobody reported yet is no failure", () => {
  const v = (point, more = {}) => states({ name: "V1", family: "valve", points: [{ point: "open", channel: "", name: "open", ...point }], ...more })[0][1];
  assert.equal(v({ value: 0 }, { health: "unavailable" }), "unknown");
  assert.equal(v({ value: null, last: 0, stale: true }), "unknown");
  assert.equal(v({ value: null, missing: "both switches" }), "unknown");
  assert.equal(v({ value: null, last: null, missing: "not reported" }, { model: "manual" }), "unreported");
  assert.equal(v({ value: 1 }, { model: "manual" }), "open");
});

test("pressures in a sentence come in the unit chosen", () => {
  assert.equal(inUnits("ion1.ig = 1.4e-03 torr > torr(1e-3)", "torr"), "ion1.ig = 1.4e-3 Torr > 1e-3 Torr");
  assert.equal(inUnits("above 1 mbar for 10 s", "pa"), "above 100 Pa for 10 s");
  assert.equal(inUnits("torr(1) or 5 V", "mbar"), "1.33 mbar or 5 V");
  assert.equal(inUnits("pump 2 torrid", "mbar"), "pump 2 torrid");
  assert.equal(inUnits("P346: serial:///dev/ttyUSB0?baud=9600: no answer in time", "torr"), "P346: no answer in time");
});

const e = (metric_name, labels, minute, source = "jan") => ({ metric_name, labels, kind: "lifecycle", lane: "ingest", source, ms: minute * 60000 });

test("the run now is the last one that began and did not end", () => {
  const events = [e("run_started", { run_id: "a", queue: "q", sample: "sanidine" }, 0), e("run_completed", { run_id: "a", queue: "q", status: "success" }, 9), e("run_started", { run_id: "b", queue: "q", sample: "sanidine" }, 10), e("extraction_started", { run_id: "b" }, 11)];
  const [run, ...others] = runsNow(events, 12 * 60000);
  assert.deepEqual([run.id, run.phase, run.phaseSince, others.length], ["b", "extraction", 660000, 0]);
  const words = runWords([run], 12 * 60000);
  assert.equal(words.title, "RUN · sanidine · queue q");
  assert.match(words.small, /^extraction since /);
  assert.equal(words.short, words.small, "nothing is said of how far it is");
  assert.equal(runWords([run], 0, true).short, "was in extraction");
  assert.equal(runWords([run], 0, true).small, "not known whether it goes on");
  assert.equal(runWords([], 0).big, "no run");
  assert.deepEqual([runWords([], 0).brief, runWords([], 0, true).brief], ["", "not known"], "nothing is said twice beside the title");
  assert.deepEqual(runsNow([...events, e("queue_completed", { queue: "q" }, 20)], 21 * 60000), []);
  assert.deepEqual(runsNow(events, 30 * 3600e3), []);
});

test("how far a run is, where earlier ones of its kind say how long it lasts", () => {
  const log = runsNow([e("run_started", { run_id: "b" }, 10)], 12 * 60000), server = (progress) => [{ source: "jan", id: "b", started: new Date(600e3).toISOString(), progress }];
  assert.deepEqual([runWords(joinedRuns(log, []), 12 * 60000).share, runWords(joinedRuns(log, server(null)), 12 * 60000).share], [null, null], "no length is invented");
  assert.match(runWords(joinedRuns(log, server({ expected: 240, of: 6 })), 12 * 60000).short, /^under way · about .* left$/);
  const half = runWords(joinedRuns(log, server({ expected: 240, of: 6 })), 12 * 60000);
  assert.equal(half.share, 0.5);
  assert.match(half.small, / · about 2 min left$/);
  const over = runWords(joinedRuns(log, server({ expected: 60, of: 6 })), 12 * 60000);
  assert.equal(over.share, 1);
  assert.match(over.small, / · past the usual 1 min 0 s$/);
});

test("a run whose beginning left the page's log is still under way", () => {
  const known = [{ source: "jan", id: "c", name: "66573-01A", started: new Date(60e3).toISOString(), phase: "extraction", phases: [{ name: "extraction", started: new Date(120e3).toISOString() }], progress: null }];
  const [run, ...others] = joinedRuns([], known);
  assert.deepEqual([run.name, run.phase, run.phaseSince, run.expected, others.length], ["66573-01A", "extraction", 120e3, null, 0]);
  assert.equal(joinedRuns(runsNow([e("run_started", { run_id: "c" }, 1)], 2e5), known).length, 1, "one run, known twice");
});

test("a run of an agent that is not heard is not told as one that goes on", () => {
  const runs = [{ source: "line1", name: "66573-01A" }, { source: "line2", name: "66574-01B" }];
  assert.deepEqual(fleetRuns(runs, false, new Set(["line1"])), { title: "RUNS NOW", short: "RUNS NOW", big: "1", small: "line1 66573-01A · 1 not known", brief: "line1 66573-01A · 1 not known", share: null, unknown: false });
  assert.equal(fleetRuns(runs, false, new Set(["line1", "line2"])).big, "2");
  assert.deepEqual([fleetRuns(runs, true, new Set(["line1"])).big, fleetRuns(runs, false, new Set()).big], ["–", "–"]);
});
