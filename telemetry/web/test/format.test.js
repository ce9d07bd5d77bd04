import assert from "node:assert/strict";
import { test } from "node:test";
import { fromTo, count, labels, logfmt, span, utc } from "../js/format.js";

test("a length of time is said in what matters", () => {
  for (const [s, want] of [[0.31, "0.3 s"], [48.2, "48 s"], [119.4, "119 s"], [720, "12 min"], [11100, "3 h 05 min"], [187200, "2 d 4 h"], [-3, "0.0 s"], [NaN, "–"], [null, "–"]]) {
    assert.equal(span(s), want, `span(${s})`);
  }
});

test("a time in UTC, and none", () => {
  assert.equal(utc(Date.UTC(2026, 10, 22, 18, 19, 4, 123)), "2026-11-22 18:19:04.123 UTC");
  assert.equal(utc(NaN), "");
});

test("the note of a command is pairs", () => {
  assert.deepEqual(logfmt('who=jr via=page old=0 new=1 took=122ms why="to \\"pump\\" it"'), { who: "jr", via: "page", old: "0", new: "1", took: "122ms", why: 'to "pump" it' });
  assert.deepEqual(logfmt("why="), { why: "" });
});

test("other notes are not", () => {
  for (const note of ["", "chamber.cc 4.7e-3 > 1e-3 Torr", "sent a=b then nothing", 'why="open']) assert.equal(logfmt(note), null, `logfmt(${note})`);
});

test("labels without the device", () => {
  assert.equal(labels({ device: "V1", channel: "a" }, ["device"]), "channel=a");
  assert.equal(labels(undefined), "");
});

test("thousands are set apart", () => assert.equal(count(1234567), "1\u202f234\u202f567"));

test("a span of time says its days where they are not today's", () => {
  const at = (text) => new Date(text).getTime(), now = at("2026-11-28T12:04:06");
  assert.equal(fromTo(at("2026-11-28T11:44:05"), now, now), "11:44:05 – 12:04:06");
  assert.equal(fromTo(at("2026-11-27T11:44:05"), now, now), "11-27 11:44 – 11-28 12:04");
  assert.equal(fromTo(at("2026-11-21T11:44:05"), at("2026-11-21T11:49:05"), now), "11-21 11:44 – 11-21 11:49");
});
