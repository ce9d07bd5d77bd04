import assert from "node:assert/strict";
import { test } from "node:test";
import { convert, display, isChoice, number } from "../js/units.js";
import { unitOf } from "../js/exposition.js";

test("a pressure reads in each person's unit", () => {
  for (const [choice, want] of [["torr", 760], ["mbar", 1013.25], ["pa", 101325]]) {
    assert.ok(Math.abs(convert(101325, "pascals", choice) - want) < 1e-9, `convert(101325, ${choice}) = ${convert(101325, "pascals", choice)}, want ${want}`);
  }
});

test("a number keeps three digits", () => {
  const cases = [[1.2345e-9, "1.23e-9"], [0.0123, "0.0123"], [0, "0"], [760, "760"], [123456, "1.23e5"], [9999.4, "9999.4"], [-273.2, "-273"], [NaN, "–"], [null, "–"], [Infinity, "–"]];
  for (const [value, want] of cases) assert.equal(number(value), want);
  assert.equal(number(811.74, 1), "811.7");
});

test("a bound is shown in front of the value", () => {
  assert.deepEqual(display(133.322368, "pascals", "torr", "at_most"), { text: "< 1", unit: "Torr", hint: "under range" });
  assert.equal(display(1e-3, "pascals", "pa", "at_least").text, "> 1.00e-3");
  assert.deepEqual(display(null, "celsius", "torr"), { text: "–", unit: "°C", hint: "" });
});

test("an unknown unit or choice is shown as it is", () => {
  assert.deepEqual(display(3, "bananas", "torr"), { text: "3", unit: "bananas", hint: "" });
  assert.equal(isChoice("constructor"), false);
  assert.equal(display(1, "constructor", "torr").unit, "constructor");
});

test("the unit of a family is at the end of its name", () => {
  for (const [name, unit] of [["pressure_pascals", "pascals"], ["laser_power_percent", "percent"], ["valve_is_open", ""], ["intensity_counts_per_second", "counts_per_second"]]) {
    assert.equal(unitOf(name), unit);
  }
});
