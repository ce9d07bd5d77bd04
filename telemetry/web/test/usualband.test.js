import assert from "node:assert/strict";
import { test } from "node:test";
import { Usual, usualOf } from "../js/usualband.js";

const hours = (n, value, step = 600) => ({ t: Array.from({ length: n * 3600 / step + 1 }, (_, i) => i * step), mean: Array.from({ length: n * 3600 / step + 1 }, (_, i) => value(i)) });

test("nine tenths of the time lie in the band", () => {
  assert.deepEqual(usualOf(hours(100, (i) => i)), { low: 29, high: 569 });
  assert.deepEqual(usualOf({ t: [0, ...hours(30, () => 1).t.map((t) => t + 1)], mean: [9, ...hours(30, () => 1).mean] }), { low: 1, high: 1 }, "a second of another value is not usual");
});

test("less than a day of data gives no band, however many readings there are and whatever the time they are spread over", () => {
  assert.equal(usualOf(hours(23, () => 1)), null);
  assert.equal(usualOf(hours(10, () => 1, 36)), null, "a thousand readings of ten hours");
  assert.equal(usualOf({ t: [0, 5e5, 6e5], mean: [1, 1, 1] }), null, "three readings in a week");
  assert.equal(usualOf(hours(40, (i) => (i % 2 ? null : 1))), null, "not known half of the time");
  assert.notEqual(usualOf(hours(24, () => 1)), null);
  assert.equal(usualOf({}), null);
});

test("each channel is asked for once an hour, and a failure is no band", async () => {
  const usual = new Usual(), asked = [], points = ["a", "b"].map((point) => ({ key: `s/d.${point}`, source: "s", device: "d", point }));
  const answer = async (path) => {
    asked.push(new URLSearchParams(path.split("?")[1]).get("point"));
    if (asked.at(-1) === "b") throw new Error("no answer");
    return hours(30, (i) => i);
  };
  await usual.ask(points, 7e8, () => true, answer, 0);
  await usual.ask(points, 7e8, () => true, answer, 0);
  assert.deepEqual(asked, ["a", "b"]);
  assert.deepEqual([usual.get("s/d.a"), usual.get("s/d.b"), usual.get("s/d.c")], [{ low: 8, high: 170 }, null, null]);
});
