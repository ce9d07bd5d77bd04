import test from "node:test";
import assert from "node:assert/strict";
import { firstWords, shortName } from "../js/textwidth.js";

const wide = (text) => text.length;

test("words that have no room give way whole, so that no number is cut", () => {
  for (const [text, room, want] of [
    ["no answer in time", 17, "no answer in time"], ["no answer in time", 16, "no answer in…"], ["no answer in time", 9, "no…"],
    ["old value 1.23e-7 Torr", 15, "old value…"], ["old value 1.23e-7 Torr", 18, "old value 1.23e-7…"], ["unplugged", 5, ""], ["", 0, ""],
  ]) assert.equal(firstWords(text, room, wide), want, `${text} in ${room}`);
});

test("a name that has no room keeps its last part, which tells the channels of a device apart", () => {
  for (const [text, room, want] of [
    ["gauges.ig", 9, "gauges.ig"], ["gauge_000_of_rack_3.ig", 12, "gauge_00….ig"], ["gauge_000_of_rack_3.cg", 12, "gauge_00….cg"],
    ["laser chamber, both gauges", 12, "laser chamb…"], ["a.much_too_long", 4, "a….much_too_long"], ["\u{1F525}\u{1F525}\u{1F525}", 3, "\u{1F525}…"],
  ]) assert.equal(shortName(text, room, wide), want, `${text} in ${room}`);
});
