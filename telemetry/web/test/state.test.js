import assert from "node:assert/strict";
import { test } from "node:test";
import { pointState, valveState } from "../js/state.js";

const device = (more) => ({ name: "ion1", health: "healthy", retry_in: 0, error: "", ...more });
const point = (more) => ({ point: "ig", name: "pressure", unit: "pascals", metric: "pressure_pascals", value: 133.322368, last: 133.322368, bound: "exact", missing: "", stale: false, age: 0.3, ...more });

test("a live value is shown with its age", () => {
  const s = pointState(device(), point(), "torr", 0.5);
  assert.deepEqual([s.state, s.text, s.unit, s.reason], ["live", "1", "Torr", ""]);
  assert.ok(Math.abs(s.age - 0.8) < 1e-9);
});

test("no old number is ever the value", () => {
  const cases = [
    ["stale", device(), point({ stale: true, value: null, age: 48 })],
    ["stale although a value was sent", device(), point({ stale: true, age: 48 })],
    ["device down", device({ health: "unavailable", error: "no answer" }), point({ age: 48 })],
    ["device disabled", device({ health: "disabled" }), point()],
    ["missing", device(), point({ value: null, missing: "sensor off" })],
  ];
  for (const [name, d, p] of cases) {
    const s = pointState(d, p, "torr", 0);
    assert.notEqual(s.state, "live", name);
    assert.equal(s.text, "", name);
    assert.notEqual(s.reason, "", name);
  }
});

test("an old value says that it is old", () => {
  assert.equal(pointState(device(), point({ stale: true, value: null, age: 47 }), "torr", 1).old, "old value 1 Torr, 48 s ago");
});

test("an old number has its parts, for who has the unit elsewhere", () => {
  const { text, unit } = pointState(device(), point({ stale: true, value: null, age: 47 }), "torr", 1).was;
  assert.deepEqual([text, unit, pointState(device(), point(), "torr").was], ["1", "Torr", null]);
});

test("a missing value says why", () => {
  assert.equal(pointState(device(), point({ value: null, last: null, missing: "sensor off" }), "torr").reason, "no value: sensor off");
});

test("a silent device says when it is tried again", () => {
  assert.equal(pointState(device({ health: "unavailable", error: "no answer in 500 ms", retry_in: 12 }), point(), "torr", 2.5).reason, "no answer in 500 ms · retry in 10 s");
});

const valve = (open, more = {}) => ({ name: "V1", health: "healthy", points: [{ point: "open", value: open, stale: false }], controls: [{ control: "open", moving: false }], ...more });

test("an unknown valve never reads as closed", () => {
  const cases = [
    ["open", valve(1)], ["closed", valve(0)], ["unknown", valve(null)], ["unknown", valve(0.5)], ["unknown", valve(0, { health: "unavailable" })], ["unknown", valve(0, { points: [] })],
    ["unknown", valve(0, { points: [{ point: "open", value: null, last: 0, stale: true }] })],
    ["moving", valve(0, { controls: [{ control: "open", moving: true }] })],
    ["mismatch", valve(0, { points: [{ point: "open", value: 0 }, { point: "commanded", value: 1 }] })],
  ];
  for (const [want, d] of cases) assert.equal(valveState(d), want);
});

test("an old state says that it is old", () => {
  const p = { point: "open", name: "open", unit: "", metric: "valve_is_open", value: null, last: 0, bound: "exact", missing: "", stale: true, age: 52 };
  assert.equal(pointState(device(), p, "torr").old, "old value closed, 52 s ago");
});

test("one of a few values is shown by its name", () => {
  const point = { point: "state", unit: "number", metric: "pump_state", states: { 0: "off", 4: "running" }, age: 0 };
  assert.equal(pointState({ health: "healthy" }, { ...point, value: 4 }, "torr").text, "running");
  assert.equal(pointState({ health: "healthy" }, { ...point, value: 7 }, "torr").text, "7");
});

test("what was never heard has no age", () => {
  const s = pointState(device(), point({ value: null, last: null, missing: "not read yet", age: null, timestamp: null }), "torr", 5);
  assert.equal(s.age, null);
  assert.equal(s.state, "missing");
});
