import assert from "node:assert/strict";
import { test } from "node:test";
import { age } from "../js/age.js";

test("a clock that is set back makes nothing fresh, nor does a machine that slept", (t) => {
  let wall = Date.parse("2026-03-29T01:59:00Z"), steady = 5000;
  t.mock.method(Date, "now", () => wall);
  t.mock.method(performance, "now", () => steady);
  const heard = age(wall - 200);
  assert.equal(heard(), 200, "what was heard a while before it was taken");
  [wall, steady] = [wall + 1000, steady + 1000];
  assert.equal(heard(), 1200);
  wall -= 3600e3;
  steady += 3000;
  assert.equal(heard(), 4200, "set back by an hour: the other clock goes on");
  wall += 2 * 3600e3;
  assert.equal(heard(), 3601200, "slept, or set forward: old rather than live");
  assert.equal(age(wall + 900)(), 0, "never less than nothing");
});
