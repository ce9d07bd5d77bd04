import assert from "node:assert/strict";
import { test } from "node:test";
import { groupRows, rowsOf } from "../js/channels.js";
import { placesOf } from "../js/places.js";

const part = (name, kind, more = {}) => ({ name, kind, w: 1, h: 1, ...more });
const line = (source) => ({
  source, loose: false,
  parts: [part("bone", "volume", { w: 9 }), part("trap", "volume", { title: "cold trap" }), part("turbo pump", "pump", { title: "turbo", device: "turbo" }),
    part("ig", "gauge", { device: "ion1", point: "ig", on: "bone" }), part("beam", "laser", { device: "laser", on: "trap" }),
    part("V1", "valve", { device: "V1", point: "open" }), part("V9", "valve", { device: "box", point: "V9" })],
  pipes: [{ ends: ["V1", "turbo pump"] }, { ends: ["bone", "V1"] }, { ends: ["trap", "V9"] }, { ends: ["V9", "bone"] }],
});
const point = (p, name = p) => ({ point: p, name, channel: p, unit: "pascals", value: 1, metric: "m" });
const device = (source, name, points, more = {}) => ({ source, name, points, controls: [], model: "x", health: "healthy", ...more });
const devices = (source) => [device(source, "ion1", [point("ig"), point("cg")]), device(source, "laser", [point("power")], { family: "laser" }), device(source, "turbo", [point("rotation")]),
  device(source, "V1", [{ ...point("open"), channel: "", value: 0 }], { family: "valve" }), device(source, "box", [{ ...point("V9", "open"), value: 0 }]), device(source, "cryo", [point("head")])];
const titles = (status) => groupRows(rowsOf(status), "place", new Map(), placesOf(status)).map((g) => `${g.title}: ${g.rows.map((r) => r.name).join(" ")}`);

test("what is read stands with the volume or the pump that it is read at, in the order of the drawing; the rest last", () => {
  assert.deepEqual(titles({ drawings: [line("bench")], devices: devices("bench") }), ["bone: ion1.ig ion1.cg V1 V9", "cold trap: laser.power", "turbo: turbo.rotation", "Not on the drawing: cryo.head"]);
});

test("places of two agents are two, and a drawing that joins nothing has none", () => {
  const both = titles({ drawings: [line("a"), line("b")], devices: [...devices("a"), ...devices("b")] });
  assert.deepEqual(both.map((t) => t.split(":")[0]), ["a · bone", "a · cold trap", "a · turbo", "b · bone", "b · cold trap", "b · turbo", "Not on the drawing"]);
  assert.deepEqual(placesOf({ drawings: [{ ...line("a"), loose: true }] }).order, []);
});
