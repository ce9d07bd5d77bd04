// The rows of the fleet: what is to be said of each agent of a viewer. Pure.

import { attention, pressing } from "./attention.js";
import { isLaser, laserNow } from "./laserstate.js";

const WORST = { bad: 0, unknown: 1, warn: 2, note: 3 };

/**
 * [{source, state, heard (ms), simulated, http, laser, key, worst, more, look, run}], the worst first and dead agents last: what those said
 * before they fell silent is not the case now.
 */
export function fleetRows(status, { now, units, runs }) {
  const items = pressing(attention(status, { now, units }));
  const rows = (status.sources ?? []).map((s) => row(s, status, items.filter((i) => i.source === s.source), { now, units, runs }));
  return rows.map((r, i) => ({ r, i })).sort((a, b) => rank(a.r) - rank(b.r) || a.i - b.i).map((x) => x.r);
}

function rank(r) {
  const dead = r.state === "online" ? 0 : 100;
  return dead + (r.worst ? (WORST[r.worst.look] ?? 3) + (r.worst.acked ? 10 : 0) : 50);
}

function row(s, status, mine, { now, units, runs }) {
  const devices = (status.devices ?? []).filter((d) => d.source === s.source), worst = mine[0];
  return {
    source: s.source, state: s.state, heard: Date.parse(s.last_word ?? "") || 0, simulated: s.simulated, http: s.http, worst, more: mine.length - 1 > 0 ? mine.length - 1 : 0,
    look: worst && !worst.acked ? worst.look : null, laser: laserOf(devices, s, { now, units }), key: keyOf(devices, s), run: s.state === "online" ? runs.find((r) => r.source === s.source) : null,
  };
}

const SEEN = { on: 0, maybe: 1, unknown: 2, off: 3 };

// The laser that matters most: one that is on before one that may be, before one that is off.
function laserOf(devices, s, { now, units }) {
  const states = devices.filter(isLaser).map((d) => laserNow(d, { now, units, lost: s.state !== "online" })).sort((a, b) => SEEN[a.state] - SEEN[b.state]);
  return states[0] ? { ...states[0], word: states[0].state === "off" ? "off" : states[0].word } : { state: "none", word: "none", note: "" };
}

function keyOf(devices, s) {
  const all = devices.flatMap((device) => (device.points ?? []).map((point) => ({ device, point })));
  const named = (s.key ?? []).map((name) => all.find(({ device, point }) => `${device.name}.${point.point}` === name)).find(Boolean);
  return named ?? all.find(({ device, point }) => point.unit === "pascals" && device.model !== "derived") ?? null;
}
