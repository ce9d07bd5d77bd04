import assert from "node:assert/strict";
import { test } from "node:test";
import { PAINT, Steps } from "../js/steps.js";

// A page whose frames come when they are asked for, and whose clock goes on with each step. A step is its name and how long it takes.
function stage() {
  const frames = [], ran = [];
  let now = 0;
  const steps = new Steps({ frame: (f) => frames.push(f), clock: () => now, room: 6 });
  const work = (...list) => function* () {
    for (const [name, ms, what] of list) {
      now += ms;
      ran.push(name);
      if (what instanceof Error) throw what;
      yield what;
    }
  };
  const next = () => {
    frames.splice(0).forEach((f) => f());
    return ran.splice(0).join(" ");
  };
  return { steps, work, next, frames };
}

test("as many steps in a frame as there is time for", () => {
  const { steps, work, next, frames } = stage();
  steps.run(work(["a", 2], ["b", 2], ["c", 30], ["d", 1]));
  assert.deepEqual([next(), next(), next()], ["a b c", "d", ""]);
  assert.equal(frames.length, 0, "and no frame is asked for when all is done");
});

test("what a step has put on the page is painted before the next", () => {
  const { steps, work, next } = stage();
  steps.run(work(["a", 0, PAINT], ["b", 0], ["c", 0]));
  assert.deepEqual([next(), next(), next()], ["a", "b c", ""]);
});

test("of what is asked for meanwhile the last follows", () => {
  const { steps, work, next } = stage();
  steps.run(work(["a", 9], ["b", 9]));
  assert.equal(next(), "a");
  steps.run(work(["not this", 9]));
  steps.run(work(["c", 9]));
  assert.deepEqual([next(), next(), next(), next()], ["b", "", "c", ""]);
});

test("a step that fails holds up nothing", () => {
  const { steps, work, next } = stage();
  steps.run(work(["a", 9, new Error("no")], ["b", 9]));
  assert.throws(next, /no/);
  steps.run(work(["c", 1]));
  assert.deepEqual([next(), next()], ["a c", ""]);
});
