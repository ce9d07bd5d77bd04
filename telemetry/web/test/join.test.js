// uPlot joins curves of different times; a gap of one must stay a gap whatever times the others have.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const context = vm.createContext({ window: undefined });
vm.runInContext(readFileSync(new URL("../uplot/uPlot.iife.min.js", import.meta.url), "utf8") + "; globalThis.uPlot = uPlot;", context);

test("a null reaches to the next value of its own curve", () => {
  const source = readFileSync(new URL("../js/chart.js", import.meta.url), "utf8"), mode = Number(/t\.map\(\(\) => (\d)\)/.exec(source)[1]);
  const tables = [[[0, 10, 10.001, 20], [1, 1, null, 2]], [[0, 5, 12, 14, 16, 20], [7, 7, 7, 7, 7, 7]]];
  const [t, gappy] = context.uPlot.join(tables, tables.map((x) => x.map(() => mode)));
  const between = [...t].map((x, i) => [x, gappy[i]]).filter(([x]) => x > 10 && x < 20);
  assert.ok(between.length >= 4 && between.every(([, v]) => v === null), JSON.stringify(between));
});
