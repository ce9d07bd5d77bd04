import assert from "node:assert/strict";
import { test } from "node:test";
import { lasted, pumpWords, refusal, regionWords, riseRows, riseWords, stateWords, valveLabel, valveOf } from "../js/linewords.js";

const part = (more) => ({ name: "V6", kind: "valve", device: "V6", point: "open", ...more });
const device = (control, more) => ({ name: "V6", description: "bone to spectrometer", controls: [{ control: "open", enabled: true, forbidden: "", state: "closed", ...control }], ...more });

test("a valve that the agent does not know, or that a lost page cannot, is not known", () => {
  const closed = { state: "closed" };
  assert.equal(valveOf(device(), part(), closed).state, "closed");
  assert.equal(valveOf({ controls: [] }, part(), closed).state, "closed", "one that only reads");
  for (const [why, d, standing, more] of [["unknown", device(), { state: "unknown" }], ["no state", device(), undefined], ["lost", device(), closed, { lost: true }], ["lost while it moves", device(), closed, { lost: true, pending: true }]]) {
    assert.equal(valveOf(d, part(), standing, more).state, "unknown", why);
  }
});

test("what nothing verifies is told, or as reported", () => {
  assert.equal(stateWords(part(), { state: "closed", told: true }), "told closed");
  assert.equal(stateWords(part({ hand: true }), { state: "open", told: true }), "open, as reported");
  assert.equal(stateWords(part(), { state: "closed", told: false }), "closed");
});

test("a valve's label says all that is seen", () => {
  const d = device({ forbidden: "x" });
  assert.equal(valveLabel(part(), d, valveOf(d, part(), { state: "closed" })), "V6, bone to spectrometer, closed, verified, may not open");
  const told = device({ told: true }, { lock: { owner: "jr" } });
  assert.equal(valveLabel(part(), told, valveOf(told, part(), { state: "closed", told: true })), "V6, bone to spectrometer, closed, not verified, locked by jr, may open");
  assert.equal(valveLabel(part(), device({ forbidden: "no" }), valveOf(device({ forbidden: "no" }), part(), { state: "closed" }), "may not open"), "V6, may not open, bone to spectrometer, closed, verified", "what is written beside it stands once, after the name");
});

test("a refusal says which condition fails, with its present value", () => {
  const conditions = [{ what: "V1 verified closed", now: "closed", good: true }, { what: "V2 verified closed", now: "open", good: false }, { what: "rule bone pressure", now: "tripped, good now: ion1.ig = 2e-9 torr", good: false }];
  assert.equal(refusal({ forbidden: "V2.open must be …", conditions }), "V2 is open and must be closed; rule bone pressure is tripped, good now");
  assert.equal(refusal({ forbidden: "not among the controls of jr", conditions: [] }), "not among the controls of jr");
  assert.equal(refusal({ forbidden: "V2.open is open: refused", conditions: [] }), "V2.open is open");
  assert.equal(refusal({ forbidden: "", conditions }), "");
});

test("a region says how long it is so, and on what that rests", () => {
  assert.equal(regionWords({ condition: "static", since: 190, told: ["V8 told closed"] }, 2), "static 3 min 12 s, V8 told closed");
  assert.equal(regionWords({ condition: "static", since: 20, at_least: true, told: [] }), "static at least 20 s");
  assert.equal(regionWords({ condition: "static", since: 0, undated: true, told: ["V8 told closed"] }, 2), "static, not known how long, V8 told closed");
  assert.equal(regionWords({ condition: "pumped", since: 0, undated: true, pumps: ["t"], told: [] }, 9), "pumped by t");
  assert.equal(regionWords({ condition: "pumped", since: 2460, pumps: ["t"], told: [] }, 0, () => "turbo"), "pumped by turbo · 41 min 0 s");
  assert.equal(regionWords({ condition: "unknown", since: 5, unsure: ["V9"], told: [] }), "not known: V9 is not known");
  assert.equal(regionWords({ condition: "unknown", since: 0, unsure: ["V1"], moving: ["V1"], told: [] }), "V1 moves");
  assert.equal(lasted(172800), "2 d 0 h");
});

test("beside a pump that does not run stands so", () => {
  assert.deepEqual(["running", "stopped", "unknown", undefined].map(pumpWords), ["", "stopped", "not known", "not known"]);
});

test("a rise is not invented", () => {
  const rise = { verdict: "rising", rate: 133.322368421 * 3.1e-7, error: 133.322368421 * 1e-8, log_rate: 0.01, log_error: 0.001, points: 60, seconds: 60, shape: "linear", leak: null };
  assert.equal(riseWords(rise, "torr"), "rising 3.10e-7 Torr/s");
  assert.equal(riseWords({ ...rise, verdict: "steady" }, "torr"), "steady within 1.00e-8 Torr/s");
  assert.equal(riseWords({ ...rise, verdict: "not yet", rate: null }, "torr"), "rise: not yet");
  assert.equal(riseWords({ ...rise, verdict: "not known", rate: null }, "torr"), "rise: not known");
  assert.equal(riseRows({ verdict: "not known", points: 0, rate: null }, "torr").length, 1);
  assert.equal(riseRows({ points: 4, seconds: 2, rate: null }, "torr")[0][1], "not yet: 10 readings of 30 s are needed");
});
