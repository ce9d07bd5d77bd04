import assert from "node:assert/strict";
import { test } from "node:test";
import { effective } from "../js/chips.js";
import { scopesOf } from "../js/export.js";
import { empty } from "../js/filter.js";

test("what may be exported is what is seen, and said so", () => {
  const scopes = (filter, shown) => scopesOf(filter, shown).map(([name]) => name);
  const device = { ...empty(), device: ["ion1"] };
  assert.deepEqual(scopes(device, effective(device)), ["filter", "all", "range"], "a filter is the likeliest");
  assert.deepEqual(scopes(empty(), effective(empty())), ["all", "filter", "range"], "the log without its readings, where nothing is filtered");
  assert.deepEqual(scopes(empty(), empty()), ["all", "range"], "the instruments, which show no log");
});
