import assert from "node:assert/strict";
import { test } from "node:test";
import { getEvents } from "../js/api.js";

// Answers the next call with a text, and gives the address that was asked.
function answering(text, headers = {}) {
  const asked = [];
  globalThis.fetch = async (path) => (asked.push(path), new Response(text, { headers }));
  return asked;
}

const lines = (n) => Array.from({ length: n }, (_, i) => `${JSON.stringify({ seq: i, note: "a\nb" })}\n`).join("");

test("events come a line each, however many", async () => {
  for (const n of [0, 1, 250, 251, 1000]) {
    const asked = answering(lines(n), { "X-Pychron-Edge-After": "b.7" });
    const got = await getEvents(new URLSearchParams({ limit: "5000" }), { base: "/x/" });
    assert.deepEqual(got.events.map((e) => e.seq), Array.from({ length: n }, (_, i) => i));
    assert.deepEqual([asked[0], got.after, got.cut], ["/x/events?limit=5000&format=ndjson", "b.7", ""]);
  }
});

test("why there are not more is no event", async () => {
  answering(`{"cut":"older events"}\n${lines(2)}`, { "X-Pychron-Edge-Cut": "older events" });
  const got = await getEvents(new URLSearchParams());
  assert.deepEqual([got.events.map((e) => e.seq), got.cut], [[0, 1], "older events"]);
});

test("a page in sight may paint between two parts of many", async () => {
  answering(lines(600));
  globalThis.document = { hidden: false };
  try {
    let pauses = 0;
    const counting = setInterval(() => pauses++);
    await getEvents(new URLSearchParams());
    clearInterval(counting);
    assert.ok(pauses > 0, "timers ran meanwhile");
  } finally {
    delete globalThis.document;
  }
});

test("half an answer is none", async () => {
  answering('{"seq":1}\n{"seq":');
  await assert.rejects(getEvents(new URLSearchParams()), SyntaxError);
});
