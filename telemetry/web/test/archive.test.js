// The drawn series compared with what was recorded of an agent and a viewer: the ring's readings, the answers of /series, the statuses of each second.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Archive } from "../js/archive.js";
import { Trend } from "../js/trend.js";
import { held } from "../js/splice.js";
import { breaks } from "../js/gaps.js";
import { rowsOf } from "../js/plotcsv.js";

const recorded = JSON.parse(readFileSync(new URL("recorded.json", import.meta.url), "utf8"));
const KEY = "s/ion1.ig";
const ring = recorded.events.filter(([, kind]) => kind === "reading");
const outages = recorded.events.filter(([, kind]) => kind === "failure").map(([t]) => [t, recorded.events.find(([u, kind]) => kind === "recovery" && u > t)?.[0]]);

// What the server would have answered at a time of asking.
function answer(role, from, to) {
  const { t, min, mean, max } = recorded.series[role], pick = (a) => a.filter((_, i) => t[i] >= from && t[i] <= to);
  return { t: pick(t), min: pick(min), mean: pick(mean), max: pick(max) };
}

// A page that is opened at a time, asks as it would, and is looked at some seconds later.
function page(role, opened, looked, { width = 120, deaf = [] } = {}) {
  const trend = new Trend(), archive = new Archive(width, 1200, role === "agent" ? 1 : 10);
  const asked = [];
  const hear = (from, to) => {
    for (const [t, kind, value] of recorded.events) {
      if (t < from || t >= to || deaf.some(([a, b]) => t > a && t < b)) continue;
      if (kind === "reading") trend.event({ source: "s", device: "ion1", kind, ms: t * 1000, value }, "ig");
      if (kind === "failure") trend.failed("s", "ion1", t);
    }
  };
  let heard = opened;
  hear(0, opened); // the backlog of the log
  for (const [now, value, stale, at] of recorded.statuses[role]) {
    if (now < opened || now > looked || deaf.some(([a, b]) => now > a && now < b)) continue;
    hear(heard, now); // the stream
    heard = now;
    trend.status({ devices: [{ source: "s", name: "ion1", every: 0.5, points: [{ point: "ig", value, stale: Boolean(stale), timestamp: new Date(at * 1000).toISOString() }] }] }, now);
    for (const [from, to] of archive.missing(now - width, now, now, trend.get(KEY).known)) {
      asked.push([from, to]);
      archive.take(from, to, now, answer(role, from, to));
    }
  }
  return { drawn: archive.series(looked - width, looked, trend.source(KEY)), asked, from: looked - width };
}

// What is drawn at a time: the reading of that moment, else what holds.
function valueAt(s, t) {
  const near = s.t.findIndex((x, i) => Math.abs(x - t) < 0.01 && s.mean[i] !== null);
  return near >= 0 ? s.mean[near] : s.mean[s.t.findLastIndex((x) => x <= t)];
}

test("six loads, right after a failure and long after: what is drawn is what the ring and /series have", () => {
  for (const role of ["agent", "viewer"]) {
    for (const opened of [150, 159.5, 163, 168.5, 190, 219.5]) {
      const looked = opened + 45, { drawn, from } = page(role, opened, looked);
      for (const [t, , value] of ring.filter(([t]) => t > from + 1 && t < looked - 12)) {
        const got = valueAt(drawn, t);
        assert.ok(got !== null && Math.abs(got / value - 1) < 0.03, `${role}, opened at ${opened}: ${got} is drawn at ${t}, the ring has ${value}`);
      }
      const answered = answer(role, from, looked - 40);
      answered.t.forEach((t, i) => answered.mean[i] === null || assert.equal(valueAt(drawn, t), answered.mean[i], `${role}, opened at ${opened}: at ${t} as /series says`));
    }
  }
});

test("a true silence of ten seconds is shown, and no other", () => {
  for (const role of ["agent", "viewer"]) {
    for (const opened of [150, 163, 190]) {
      const looked = opened + 45, { drawn, from } = page(role, opened, looked);
      const want = outages.filter(([a, b]) => a > from + 3 && b < looked - 2), got = breaks(drawn, from, looked, looked).filter(([a, b]) => b - a > 2 && a > from + 3 && b < looked - 2);
      assert.equal(got.length, want.length, `${role}, opened at ${opened}: ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
      got.forEach(([a, b], i) => assert.ok(Math.abs(a - want[i][0]) < 3 && Math.abs(b - want[i][1]) < 2, `${role}: ${a} to ${b}, want ${want[i]}`));
    }
  }
});

test("no line is drawn over what is not known", () => {
  const { drawn, from } = page("agent", 150, 195), line = held(drawn, 1, 195);
  for (const [a, b] of breaks(drawn, from, 195, 195)) {
    for (let i = 1; i < line.t.length; i++) assert.ok(!(line.mean[i] !== null && line.mean[i - 1] !== null && line.t[i - 1] < b - 0.1 && line.t[i] > a + 0.1), `a line from ${line.t[i - 1]} to ${line.t[i]} over ${a} to ${b}`);
  }
});

test("a page that was deaf for a while asks for what it missed", () => {
  const { drawn, asked } = page("agent", 150, 215, { deaf: [[180, 200]] });
  assert.ok(asked.some(([a, b]) => a < 182 && b > 199), `asked ${JSON.stringify(asked)}`);
  assert.deepEqual(breaks(drawn, 172, 214, 215), []);
});

test("it asks for little: what it has is not asked for again", () => {
  const { asked } = page("agent", 125, 260);
  const seconds = asked.slice(1).reduce((n, [a, b]) => n + b - a, 0);
  assert.ok(asked.length <= 9 && seconds < 170, `${asked.length} questions for ${seconds} s in 135 s`);
});

test("late events have all asked for anew", () => {
  const archive = new Archive(100, 1000, 1), series = (v) => ({ t: [10, 50], min: v, mean: v, max: v });
  archive.take(0, 100, 100, series([1, null]));
  assert.deepEqual(archive.missing(0, 100, 101, []), []);
  archive.stale = true;
  assert.deepEqual(archive.missing(0, 100, 101, []), [[-5, 100]]);
  archive.take(-5, 100, 101, series([1, 2]));
  assert.deepEqual(archive.series(0, 100, { t: [], min: [], mean: [], max: [], known: [] }).mean, [1, 2]);
});

test("a zoom asks for finer readings, and shows the coarse ones until they come", () => {
  const archive = new Archive(86400, 1000, 1);
  assert.equal(archive.fits(600), false);
  assert.equal(archive.fits(86000), true);
  assert.equal(archive.pointsFor(0, 86400), 1000);
  assert.equal(archive.pointsFor(0, 10), 20);
});

test("the table has every reading that is drawn, and says what holds and where nothing is known", () => {
  const { drawn, from } = page("agent", 150, 195);
  const [head, ...rows] = rowsOf({ series: [{ key: KEY, label: "ion1.ig", unit: "Pa", data: drawn }], bars: [], marks: [], gaps: [{ from: 156.9, to: 167.7, key: null, label: "10 s no answer" }] }, from, 195, 195);
  assert.deepEqual(head.slice(0, 5), ["Timestamp", "Epoch", "ion1.ig mean [Pa]", "ion1.ig min [Pa]", "ion1.ig max [Pa]"]);
  const values = rows.filter((r) => r[2] !== null);
  const want = drawn.t.filter((t, i) => t >= from && t <= 195 && drawn.mean[i] !== null);
  assert.deepEqual(values.map((r) => r[1]).filter((t) => want.includes(t)), want);
  assert.ok(values.length <= want.length + 2, "and at most both ends of what holds");
  assert.ok(rows.some((r) => r.at(-1) === "10 s no answer"));
});
