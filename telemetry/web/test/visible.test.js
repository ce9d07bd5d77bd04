import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { cell } from "../js/csv.js";
import { visible } from "../js/visible.js";

test("what is not seen but changes the rest stands as its number", () => {
  for (const [text, want] of [
    ["sample\u202etxt.exe", "sample\\u202etxt.exe"], ["a\u200bb\u2060c\ufeff", "a\\u200bb\\u2060c\\ufeff"], ["\u2066x\u2069", "\\u2066x\\u2069"], ["soft\u00adhyphen", "soft\\u00adhyphen"],
    ["\u001b[31mred", "\\u001b[31mred"], ["bell\u0007", "bell\\u0007"], ["c1\u009b", "c1\\u009b"], ["two\u2028lines\u2029", "two\\u2028lines\\u2029"], ["tag\u{e0041}", "tag\\u{e0041}"],
    ["\u061cx", "\\u061cx"],
  ]) assert.equal(visible(text), want);
});

test("what people write stays as it is", () => {
  for (const text of ["", "2,4 µm · 10⁻⁷ mbar", "line one\nline two\tand a tab", "مرحبا", "שלום", "日本", "a\u202fb", "\u{1f600}"]) assert.equal(visible(text), text);
});

test("a cell of a table shows it too", () => assert.equal(cell("a\u202eb"), "a\\u202eb"));

test("no module puts a text on the page or on a canvas by another way", () => {
  const js = new URL("../js/", import.meta.url);
  for (const name of readdirSync(js)) {
    const text = readFileSync(new URL(name, js), "utf8");
    if (name !== "dom.js") assert.doesNotMatch(text, /\.(textContent|innerText|nodeValue) = |createTextNode/, name);
    for (const [, what] of text.matchAll(/fillText\(([^,]*),/g)) assert.match(what, /^(visible\(|shown$|"|n\.value$)/, `${name} draws ${what}`);
  }
});
