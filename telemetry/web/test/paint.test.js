import assert from "node:assert/strict";
import { test } from "node:test";
import { geometry } from "../js/geometry.js";
import { over } from "../js/paint.js";

// A pen that notes where it writes.
function noting() {
  const texts = [], nothing = () => {};
  const text = (what, x, y, ink, { align = "left", size = 12 } = {}) => {
    const width = what.length * size * 0.6, left = x - { left: 0, right: width, center: width / 2 }[align];
    texts.push({ what, x0: left, x1: left + width, y });
    return width;
  };
  return { texts, text, ink: (name) => name, rect: nothing, line: nothing, hatch: nothing, shape: nothing };
}

const line = (values) => ({ t: [0, 600], mean: values, min: values, max: values });
const series = [{ key: "a/ion1.ig", unit: "Torr", log: true, color: "--blue", label: "ion1.ig", line: line([1e-9, 1e-2]) }];

test("the words of a gap lie on those of no limit, whatever the height", () => {
  for (let height = 200; height <= 700; height += 20) {
    const picture = { end: 600, marks: [], gaps: [{ from: 0, to: 580, label: "10 min the agent was not running", kind: "silence" }],
      limits: [{ key: "a/ion1.ig", unit: "Torr", kind: "trip", name: "bone pressure", shown: 1e-3 }, { key: "a/ion1.ig", unit: "Torr", kind: "alarm", name: "bone pressure", shown: 1e-5 }] };
    const pen = noting();
    over(pen, geometry(series, picture, { width: 350, height, right: 14, from: 0, to: 600 }), picture, series);
    assert.equal(pen.texts.length, 3);
    const wrong = pen.texts.flatMap((a, i) => pen.texts.slice(i + 1).filter((b) => a.x0 < b.x1 && b.x0 < a.x1 && Math.abs(a.y - b.y) < 12).map((b) => `${height}: ${a.what} on ${b.what}`));
    assert.deepEqual(wrong, []);
  }
});
