import test from "node:test";
import assert from "node:assert/strict";
import { firstWords } from "../js/textwidth.js";

const wide = (text) => text.length;

test("words that have no room give way whole, so that no number is cut", () => {
  for (const [text, room, want] of [
    ["no answer in time", 17, "no answer in time"], ["no answer in time", 16, "no answer in…"], ["no answer in time", 9, "no…"],
    ["old value 1.23e-7 Torr", 15, "old value…"], ["old value 1.23e-7 Torr", 18, "old value 1.23e-7…"], ["unplugged", 5, ""], ["", 0, ""],
  ]) assert.equal(firstWords(text, room, wide), want, `${text} in ${room}`);
});
