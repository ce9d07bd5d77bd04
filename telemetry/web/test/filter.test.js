import assert from "node:assert/strict";
import { test } from "node:test";
import { readFileSync } from "node:fs";
import { empty, isEmpty, matcher, parse, query } from "../js/filter.js";

const event = (more) => ({ event_type: "counter", kind: "command", severity: "info", lane: "audit", device: "V3", source: "line1", metric_name: "commands_total",
  status: "success", note: "who=jr", labels: { control: "open" }, ms: 1000, ...more });

test("an empty filter lets everything through", () => {
  assert.ok(isEmpty(empty()));
  assert.ok(matcher(empty())(event()));
});

test("a filter survives the address bar", () => {
  const filter = { ...empty(), type: ["gauge"], kind: ["trip", "alarm"], device: ["V1", "V2"], lane: ["audit"], severity: "warning", source: "line1", q: "a&b=c", since: 1e12, until: 2e12 };
  assert.deepEqual(parse(new URLSearchParams(query(filter).toString())), filter);
});

test("words that are not known are dropped", () => {
  const got = parse(new URLSearchParams("kind=trip,<script>&severity=loud&since=yesterday&type=gauge&type=gauge"));
  assert.deepEqual([got.kind, got.severity, got.since, got.type], [["trip"], "", null, ["gauge"]]);
});

test("each field lets through what fits", () => {
  const cases = [
    [{ kind: ["command"] }, true], [{ kind: ["trip"] }, false], [{ type: ["gauge"] }, false], [{ lane: ["audit", "ingest"] }, true], [{ device: ["V1"] }, false],
    [{ severity: "info" }, true], [{ severity: "warning" }, false], [{ source: "line2" }, false], [{ q: "JR" }, true], [{ q: "open" }, false], [{ q: "turbo" }, false],
    [{ since: 1000 }, true], [{ since: 1001 }, false], [{ until: 1000 }, false], [{ until: 1001 }, true],
  ];
  for (const [part, want] of cases) assert.equal(matcher({ ...empty(), ...part })(event()), want, JSON.stringify(part));
});

test("the page picks what the server picks", () => {
  const { events, vectors } = JSON.parse(readFileSync(new URL("filter_vectors.json", import.meta.url), "utf8"));
  for (const e of events) e.ms = Date.parse(e.timestamp);
  for (const { query: asked, picks } of vectors) {
    const filter = parse(new URLSearchParams(asked));
    assert.deepEqual(events.filter(matcher(filter)).map((e) => e.seq), picks, asked);
    assert.deepEqual(parse(new URLSearchParams(query(filter).toString())), filter, `${asked} in the address bar`);
  }
});
