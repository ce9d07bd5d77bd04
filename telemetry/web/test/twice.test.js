process.env.TZ = "Europe/Berlin"; // clocks go back on 2026-10-25 at 01:00 UTC, from 03:00 to 02:00
import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, fromTo, localInput } from "../js/format.js";
import { timeTicks } from "../js/timeaxis.js";
import { both, ofField, zone } from "../js/twice.js";

const at = (h, m = 0) => Date.UTC(2026, 9, 25, h, m);

test("an hour that comes twice says which of the two it is", () => {
  assert.deepEqual([at(0, 30), at(1, 30)].map((t) => clock(t, false)), ["02:30:00 +02", "02:30:00 +01"]);
  assert.deepEqual([at(-1, 59), at(2), at(12)].map((t) => clock(t, false)), ["01:59:00", "03:00:00", "13:00:00"]);
  assert.equal(clock(NaN), "–");
  assert.equal(fromTo(at(0, 30), at(1, 10), at(1, 20)), "02:30:00 +02 – 02:10:00 +01");
  assert.equal(fromTo(at(0, 30), at(1, 10), at(40)), "10-25 02:30 +02 – 10-25 02:10 +01");
});

test("a range of fields has both, one that comes once has it", () => {
  assert.deepEqual([ofField("2026-10-25T02:30:00"), ofField("2026-10-25T02:30:00", true)], [at(0, 30), at(1, 30)]);
  assert.deepEqual([ofField("2026-10-25T12:30:00"), ofField("2026-10-25T12:30:00", true)], [at(11, 30), at(11, 30)]);
  assert.ok(Number.isNaN(ofField("")));
  assert.equal(localInput(at(1, 30)), "2026-10-25T02:30:00", "a field takes no zone");
});

test("what is now stands in a range that ends now", () => assert.ok(ofField(localInput(at(1, 45)), true) >= at(1, 45)));

test("the hour that clocks leave out in spring does not come twice", () => {
  const spring = Date.UTC(2026, 2, 29, 1, 30);
  assert.deepEqual([both(spring), zone(spring)], [{ first: spring, last: spring }, ""]);
});

test("ticks of an axis", () => {
  const ticks = (h, n, step) => timeTicks(Array.from({ length: n }, (_, i) => at(h) / 1000 + i * step), step);
  assert.deepEqual(ticks(-3, 6, 3600), ["23:00\n2026-10-24", "00:00\n10-25", "01:00", "02:00 +02", "02:00 +01", "03:00"]);
  assert.deepEqual(ticks(8, 2, 10), ["09:00:00\n2026-10-25", "09:00:10"]);
  assert.deepEqual(ticks(8, 2, 0.5), ["09:00:00.000\n2026-10-25", "09:00:00.500"]);
  assert.deepEqual(timeTicks([at(-2) / 1000, at(23) / 1000], 86400), ["10-25\n2026", "10-26"]);
  assert.deepEqual(timeTicks([at(12) / 1000], 28 * 86400), ["2026-10"]);
});
