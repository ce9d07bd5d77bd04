import assert from "node:assert/strict";
import { test } from "node:test";
import { Hub } from "../js/hub.js";
import { ElectedStream, WorkerStream } from "../js/sharedstream.js";
import { Stream } from "../js/stream.js";

// A stream that a test lets speak.
class Fake {
  constructor(handlers, made) {
    Object.assign(this, { handlers, openedAt: 7, began: [], stopped: 0 });
    made.push(this);
  }
  start(...from) {
    this.began.push(from);
  }
  stop() {
    this.stopped++;
  }
  say(events, last) {
    this.lastId = last;
    this.handlers.onEvents(events);
  }
}

const member = () => {
  const got = [];
  return { got, post: (m) => got.push(m) };
};

test("the pages of a browser have one stream, and each gets every event", async () => {
  const made = [], hub = new Hub((h) => new Fake(h, made), Date.now, (f) => queueMicrotask(f));
  const pages = Array.from({ length: 6 }, member);
  for (const p of pages) hub.join(p, { source: "", after: "b.1", token: "t" });
  assert.equal(made.length, 1);
  assert.deepEqual(made[0].began, [["", "b.1", "t"]]);
  made[0].handlers.onState("live");
  made[0].say([{ seq: 2 }], "b.2");
  await null;
  assert.deepEqual(pages.map((p) => p.got[0].joined), ["first", "late", "late", "late", "late", "late"]);
  for (const p of pages) assert.deepEqual(p.got.slice(-2), [{ state: "live", openedAt: 7 }, { events: [{ seq: 2 }], last: "b.2" }]);
});

test("a flood reaches a page in few messages, in order, and nothing overtakes it", () => {
  const made = [], due = [], hub = new Hub((h) => new Fake(h, made), Date.now, (f) => due.push(f)), page = member();
  hub.join(page, { source: "", after: "", token: "" });
  for (let i = 1; i <= 100; i++) made[0].say([{ seq: i }], `b.${i}`);
  assert.equal(due.length, 1);
  due[0]();
  made[0].say([{ seq: 101 }], "b.101");
  made[0].handlers.onGap(3);
  assert.deepEqual(page.got.slice(1).map((m) => m.gap ?? [m.events.length, m.events.at(-1).seq, m.last]), [[100, 100, "b.100"], [1, 101, "b.101"], 3]);
  due[1]();
  assert.equal(page.got.length, 4, "and nothing twice");
});

test("another source or token has a stream of its own, and the last that leaves ends it", () => {
  const made = [], hub = new Hub((h) => new Fake(h, made)), [a, b, c] = [member(), member(), member()];
  hub.join(a, { source: "", after: "", token: "" });
  hub.join(b, { source: "line2", after: "", token: "" });
  hub.join(c, { source: "", after: "", token: "t" });
  assert.equal(made.length, 3);
  hub.join(b, { source: "", after: "", token: "" });
  assert.deepEqual(made.map((s) => s.stopped), [0, 1, 0]);
  hub.leave(a);
  assert.equal(made[0].stopped, 0);
  hub.leave(b);
  hub.leave(b);
  assert.equal(made[0].stopped, 1);
});

test("a page that died is forgotten, one that speaks is not, and comes late when it returns", () => {
  let now = 0;
  const made = [], hub = new Hub((h) => new Fake(h, made), () => now, (f) => f()), [dead, alive] = [member(), member()];
  const wanted = { source: "", after: "", token: "" };
  hub.join(dead, wanted);
  hub.join(alive, wanted);
  for (now = 20000; now <= 120000; now += 20000) hub.join(alive, wanted);
  made[0].say([{ seq: 1 }], "b.1");
  assert.equal(dead.got.filter((m) => m.events).length, 0);
  assert.equal(alive.got.filter((m) => m.events).length, 1);
  assert.equal(alive.got.filter((m) => m.joined).length, 1);
  hub.join(dead, wanted);
  assert.equal(dead.got.findLast((m) => m.joined).joined, "late");
});

const answer = (events) => new Response(events.map((e) => `${JSON.stringify(e)}\n`).join(""), { headers: { "X-Pychron-Edge-After": "b.9" } });

// What a page is told, and the answers that its fetches get.
function page(answers = []) {
  const seen = { events: [], states: [], asked: [] };
  globalThis.fetch = async (path, options) => {
    seen.asked.push([String(path), options.headers]);
    return (answers.shift() ?? (() => answer([])))();
  };
  return { seen, handlers: { onEvents: (e) => seen.events.push(...e), onState: (s) => seen.states.push(s), onGap: () => {} } };
}

const soon = () => new Promise((r) => setTimeout(r, 20));

test("a page that joins late fetches what came before by itself", async () => {
  const { seen, handlers } = page([() => answer([{ seq: 5 }])]);
  const port = { sent: [], postMessage: (m) => port.sent.push(m) };
  const stream = new WorkerStream(handlers, () => ({ port }));
  stream.start("line1", "b.4");
  assert.deepEqual(port.sent[0], { join: { source: "line1", after: "b.4", token: "" } });
  port.onmessage({ data: { joined: "late" } });
  port.onmessage({ data: { state: "live", openedAt: 3 } });
  port.onmessage({ data: { events: [{ seq: 6 }], last: "b.6" } });
  await soon();
  assert.match(seen.asked[0][0], /after=b\.4&source=line1/);
  assert.deepEqual([seen.events.map((e) => e.seq).sort(), seen.states, stream.openedAt, stream.lastId], [[5, 6], ["live"], 3, "b.6"]);
  stream.stop();
  assert.deepEqual(port.sent.at(-1), { leave: true });
});

test("where the worker does not work the page has its own stream", async () => {
  for (const makeWorker of [() => { throw new Error("forbidden"); }, () => { const worker = { port: { postMessage() {} } }; setTimeout(() => worker.onerror()); return worker; }]) {
    const { seen, handlers } = page();
    const stream = new WorkerStream(handlers, makeWorker);
    stream.start("", "b.4");
    await soon();
    assert.match(seen.asked[0][0], /^events\?after=b\.4/);
    stream.stop();
  }
});

// Locks as browsers have them: one holder of a name, the others wait in line.
function fakeLocks() {
  const line = [];
  const next = () => line.length && line[0].grant().finally(() => (line.shift(), next()));
  return {
    request: (name, { signal }, grant) => {
      const one = { grant: async () => (signal.aborted ? null : grant()) };
      if (line.push(one) === 1) next();
      return Promise.resolve();
    },
  };
}

// Channels as browsers have them: what one says all others of its name hear.
function fakeChannels() {
  const all = new Set();
  return class {
    constructor(name) {
      this.name = name;
      all.add(this);
    }
    postMessage(data) {
      for (const c of all) if (c !== this && c.name === this.name) c.onmessage?.({ data: structuredClone(data) });
    }
    close() {
      all.delete(this);
    }
  };
}

test("without shared workers one page is elected, and when it goes another goes on where it was", async () => {
  const made = [], locks = fakeLocks(), Channel = fakeChannels(), { handlers: quiet } = page(), heard = [[], [], []];
  const pages = heard.map((h) => new ElectedStream({ ...quiet, onEvents: (e) => h.push(...e.map((x) => x.seq)) }, { locks, Channel, make: (h) => new Fake(h, made) }));
  for (const p of pages) p.start("", "b.1");
  await soon();
  assert.equal(made.length, 1);
  made[0].handlers.onState("live");
  made[0].say([{ seq: 2 }], "b.2");
  assert.deepEqual(heard, [[2], [2], [2]]);
  pages[0].stop();
  await soon();
  assert.equal(made[0].stopped, 1);
  assert.equal(made.length, 2);
  assert.deepEqual(made[1].began, [["", "b.2"]]);
  made[1].say([{ seq: 3 }], "b.3");
  assert.deepEqual(heard, [[2], [2, 3], [2, 3]]);
  for (const p of pages) p.stop();
});

test("where there are too many streams the page asks, and says so", async () => {
  const { seen, handlers } = page([() => new Response("{}", { status: 429 })]);
  const stream = new Stream(handlers, "http://a/line1/");
  stream.start("", "b.1", "secret");
  await soon();
  stream.stop();
  assert.deepEqual(seen.states, ["crowded"]);
  assert.deepEqual(seen.asked.map(([path]) => path.split("?")[0]), ["http://a/line1/events", "http://a/line1/events"]);
  for (const [, headers] of seen.asked) assert.equal(headers["X-Pychron-Edge-Token"], "secret");
});
