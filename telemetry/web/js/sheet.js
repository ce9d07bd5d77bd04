// The sheet at the side of the instruments: it has its place whether or not something is chosen. Unchosen it says what happened, how many
// shots the pipettes gave, and how the agent is connected. Chosen, it is that device: its state, its controls and why not, and what it did.

import { h, setAttr, setText, sync } from "./dom.js";
import { clock, lasting, span, when } from "./format.js";
import { connection } from "./connection.js";
import { controlRows } from "./controls.js";
import { deviceDialog } from "./device.js";
import { icon } from "./icons.js";
import { toggleLock } from "./valve.js";
import { isLaser, laserNow } from "./laserstate.js";
import { pipettes } from "./pipettes.js";
import { recent } from "./recent.js";
import { plainName } from "./channels.js";
import { pointState, trouble } from "./state.js";
import { valvesOf, valveWord } from "./valves.js";
import { refusedWhy } from "./words.js";

/** What "laser", "jan/laser" or, of a valve of a box, "airbox.V9" names: {device, point}; device is undefined for nothing. */
export function deviceOf(status, name) {
  const [, source, device, point] = /^(?:(.*)\/)?([^./]*)(?:\.(.*))?$/.exec(name) ?? [];
  return { device: device && status.devices?.find((d) => d.name === device && (!source || d.source === source)), point };
}

/** {node, draw({device, point})}. onClose is called when it is closed. */
export function sheet(app, onClose) {
  const parts = [recent(app), pipettes(app), connection(app)];
  const none = h("div", { class: "unchosen stack" }, parts.map((p) => p.node));
  const one = chosen(app, onClose);
  const node = h("aside", { class: "sheet", "aria-label": "Details" }, one.node, none);
  node.addEventListener("keydown", (e) => e.key === "Escape" && !one.node.hidden && onClose());
  function draw({ device, point }) {
    one.node.hidden = !device;
    none.hidden = Boolean(device);
    setAttr(node, "data-open", device ? "yes" : null);
    if (device) one.draw(device, point);
    else for (const p of parts) p.update(app.store.status);
  }
  return { node, draw };
}

function chosen(app, onClose) {
  let device = null;
  const name = h("h2"), about = h("span", { class: "dim" });
  const close = h("button", { class: "x", "aria-label": "close the sheet", onclick: onClose }, "✕");
  const word = h("b", { class: "word" }), note = h("span", { class: "note-text" }), lease = h("span", { class: "lease dim" });
  const rows = h("div", { class: "control-rows" }), lock = h("button", { class: "large", data: { right: "command" }, onclick: () => toggleLock(app, device) });
  const why = h("p", { class: "why forbidden" }), points = h("dl", { class: "facts" }), last = h("ul", { class: "last" });
  const more = h("button", { onclick: () => deviceDialog(app, device) }, "All of it, and the last exchanges…");
  const node = h("div", { class: "one" },
    h("header", {}, name, about, close),
    h("div", { class: "ctl" }, h("p", { class: "now" }, word, note, lease), h("div", { class: "control-line" }, rows, lock), why),
    h("p", { class: "foot" }, more), h("h3", {}, "Now"), points, h("h3", {}, "Last on it"), last);
  const update = controlRows(app, rows);

  function draw(now, point) {
    device = now;
    const valve = valvesOf(device).find((v) => !point || v.point.point === point);
    const look = isLaser(device) ? laserLook(app, device) : valve ? valveLook(app, device, valve) : plainLook(app, device);
    setText(name, valve?.box ? `${valve.name}` : device.name);
    setText(about, valve?.box ? device.name : device.description || device.model);
    setAttr(node, "data-laser", isLaser(device) ? device.name : null);
    setAttr(node, "data-valve", valve ? valve.name : null);
    setAttr(node, "data-locked", device.lock ? "yes" : null);
    setAttr(node, "data-state", look.state);
    setAttr(more, "data-device", device.name);
    setText(word, look.word);
    setText(note, look.note);
    setAttr(note, "title", look.note || null);
    setText(lease, leaseWords(app, device));
    update(valve?.box ? { ...device, controls: device.controls.filter((c) => c.control === point) } : device);
    const may = device.controls?.some((c) => c.enabled);
    lock.hidden = !valve || !may;
    setText(lock, device.lock ? "Unlock…" : "Lock…");
    setAttr(lock, "data-act", device.lock ? "unlock" : "lock");
    setText(why, whyNot(app, device, valve, may));
    const others = (device.points ?? []).filter((p) => p.name !== "open" && p.name !== "commanded");
    sync(points, [...facts(app, device, valve), ...others.map((p) => pointFact(app, device, p))], (f) => f.name, fact);
    sync(last, lastOf(app, device), (e) => e.key, (e) => lastLine(app, e));
  }
  return { node, draw };
}

function laserLook(app, device) {
  const s = laserNow(device, { now: app.store.now(), lost: app.store.lost, units: app.store.units });
  return { state: s.state, word: s.word, note: s.note };
}

function valveLook(app, device, valve) {
  const pending = app.commands.pending.has(`${device.name}.${valve.control?.control}`);
  const since = Date.parse(valve.point.since ?? "");
  const lasted = Number.isNaN(since) || !["open", "closed"].includes(valve.state) ? "" : `for ${lasting((app.store.now() - since) / 1000)}`;
  return { state: pending ? "moving" : valve.state, word: pending ? "moving" : valveWord(valve.state), note: lasted || valve.point.missing || "" };
}

const HEALTH = { healthy: "answers", degraded: "answers, not well", unavailable: "does not answer", disabled: "disabled", unknown: "not heard yet" };

function plainLook(app, device) {
  const down = device.health === "unavailable" || device.health === "disabled";
  return { state: device.health, word: HEALTH[device.health] ?? device.health, note: down ? trouble(device, app.store.sinceStatus()) : device.health === "degraded" ? device.error : "" };
}

function leaseWords(app, device) {
  const held = Date.parse(device.held ?? "");
  const left = (held - app.store.now()) / 1000;
  return left > 0 ? `lease ${device.held_by ? `of ${device.held_by} ` : ""}until ${clock(held, false)} (${span(left)})` : "";
}

// Why something may not be done, before it is pressed.
function whyNot(app, device, valve, may) {
  if (app.store.status.role === "viewer") return "Commands are given at the agent itself.";
  if (!may) return (device.controls ?? []).length ? "It is read only here: the configuration does not say control: true for it." : "";
  const reasons = [...new Set((device.controls ?? []).filter((c) => c.enabled).map((c) => refusedWhy(c.forbidden)).filter(Boolean))];
  const mismatch = valve?.state === "mismatch" ? `It was told to be ${valve.commanded === 1 ? "open" : "closed"}, and its switch says ${valve.point.value === 1 ? "open" : "closed"}.` : "";
  const lock = device.lock ? `Locked by ${device.lock.owner}${device.lock.reason ? `: ${device.lock.reason}` : ""}.` : "";
  const what = isLaser(device) ? "May not be enabled" : valve ? "May not open" : "May not be set";
  return [mismatch, reasons.length ? `${what}: ${reasons.join("; ")}` : "", lock].filter(Boolean).join(" ");
}

function facts(app, device, valve) {
  const list = [];
  if (valve) list.push({ name: "told", text: valve.commanded === null ? "nothing since the start" : valve.commanded === 1 ? "to open" : "to close" });
  if (device.beam_seconds) list.push({ name: "beam in all", text: `${(device.beam_seconds / 3600).toFixed(1)} h` });
  if (device.actuations) list.push({ name: "moved", text: `${device.actuations} times` });
  if (device.lock) list.push({ name: "locked", text: `by ${device.lock.owner}, ${when(Date.parse(device.lock.since), app.store.now())}${device.lock.until ? ` to ${when(Date.parse(device.lock.until), app.store.now())}` : ""}` });
  return list;
}

function pointFact(app, device, p) {
  const s = pointState(device, p, app.store.units, app.store.sinceStatus());
  return { name: plainName(p.point), point: p.point, text: s.text ? `${s.text} ${s.unit}`.trim() : s.old.replace(/^old value/, "was") || s.reason, state: s.state };
}

function fact(first) {
  const value = h("span", first.point ? { data: { point: first.point } } : {});
  const node = h("div", {}, h("dt", {}, first.name), h("dd", {}, value));
  const update = (f) => {
    setText(value, f.text);
    setAttr(value, "data-state", f.state);
  };
  return { node, update };
}

function lastOf(app, device) {
  const mine = (e) => (e.device || e.labels?.device) === device.name && e.source === device.source && e.lane !== "readings" && !/^old=unknown\b/.test(e.note ?? "");
  return app.store.log.events.filter(mine).slice(-8).reverse();
}

function lastLine(app, event) {
  const s = app.sentence(event);
  const node = h("li", {}, h("time", {}, clock(event.ms, false)), icon(s.icon), h("button", { onclick: () => app.openEvent(event) }, h("b", {}, s.what), s.more && ` · ${s.more}`));
  return { node, update: () => {} };
}
