import assert from "node:assert/strict";
import { test } from "node:test";
import { cell, table } from "../js/csv.js";

test("a cell that a spreadsheet would run is made harmless", () => {
  for (const [value, want] of [["=1+1", "'=1+1"], ["@x", "'@x"], ["-cmd|x", "'-cmd|x"], ["-1.5", "-1.5"], [-1.5, "-1.5"], ['a"b', '"a""b"'], ["a,b", '"a,b"'], [null, ""], [NaN, ""], ["=a,b", `"'=a,b"`]]) {
    assert.equal(cell(value), want);
  }
});

test("rows end as the standard says", () => assert.equal(table([["a", 1], [null, "b\nc"]]), 'a,1\r\n,"b\nc"\r\n'));
