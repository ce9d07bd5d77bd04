// Lasers and other things that can be set: value, limits, buttons. What makes safe (disable, zero) is always there to press.

import { h, setAttr, setText, sync } from "./dom.js";
import { span, clock } from "./format.js";
import { display, reading } from "./units.js";
import { pointState } from "./state.js";
import { panel } from "./panel.js";
import { deviceDialog } from "./device.js";

/** One panel for each laser, and one for the other devices that can be commanded. */
export function panels(app) {
  const node = h("div", { class: "stack", id: "controls" });
  function update(status) {
    const devices = status.devices ?? [];
    const lasers = devices.filter((d) => d.family === "laser");
    const others = devices.filter((d) => !["laser", "valve"].includes(d.family) && d.controls?.some((c) => c.enabled));
    sync(node, [...lasers, ...others], (d) => `${d.source}/${d.name}`, (d) => (d.family === "laser" ? laser(app, d) : other(app, d)));
  }
  return { node, update };
}

function laser(app, first) {
  const state = h("span", { class: "pill" });
  const power = h("b", { class: "power big" }), enabled = h("span", { class: "enabled" }), beam = h("span", { class: "beam" });
  const lease = h("span", { class: "lease" }), why = h("p", { class: "forbidden" });
  const rows = h("div", { class: "rows" }), rest = h("dl", { class: "facts rest" });
  const p = panel(`laser-${first.name}`, first.description || (/laser/i.test(first.name) ? first.name : `Laser ${first.name}`),
    h("div", { class: "laser-now" }, power, h("div", { class: "stack" }, enabled, beam, lease)), why, rest, rows);
  p.node.dataset.laser = first.name;
  p.note.append(state);
  let current = first;
  const leave = app.store.on("tick", () => (p.node.isConnected ? tick() : leave()));

  function tick() {
    const held = Date.parse(current.held ?? "");
    const left = (held - app.store.now()) / 1000;
    setText(lease, Number.isNaN(held) ? "" : `lease until ${clock(held, false)} (${span(left)})`);
    return app.store.sinceStatus();
  }

  function update(device) {
    current = device;
    const more = tick();
    const of = (name) => device.points?.find((x) => x.point === name);
    const now = (point) => (point ? pointState(device, point, app.store.units, more) : { state: "missing", text: "", reason: "not read", old: "" });
    const watts = now(of("power")), on = now(of("enabled"));
    setText(power, watts.text ? `${watts.text} ${watts.unit}` : watts.old || "no value");
    setAttr(power, "data-state", watts.state);
    const lit = on.state === "live" && of("enabled").value === 1;
    setText(enabled, on.text ? `beam ${lit ? "ENABLED" : "disabled"}` : on.reason);
    setText(beam, device.beam_seconds ? `${(device.beam_seconds / 3600).toFixed(1)} h of beam in all` : "");
    setText(state, lit ? "enabled" : on.text ? "off" : "unknown");
    setAttr(state, "data-state", lit ? "bad" : on.text ? "idle" : "warn");
    setAttr(p.node, "data-state", lit ? "enabled" : on.state === "live" ? "off" : "unknown");
    const forbidden = app.store.status?.role === "viewer" ? [] : [...new Set((device.controls ?? []).map((c) => c.forbidden).filter(Boolean))];
    setText(why, forbidden.join(" · "));
    why.hidden = forbidden.length === 0;
    const others = (device.points ?? []).filter((x) => x.point !== "power" && x.point !== "enabled");
    sync(rest, others.map((x) => ({ name: x.point, ...now(x) })), (x) => x.name, fact);
    sync(rows, usable(device), (c) => c.control, (c) => control(app, () => current, c));
  }
  return { node: p.node, update };
}

// What else a laser tells: its output, its interlocks.
function fact(first) {
  const value = h("span", { data: { point: first.name } });
  const node = h("div", {}, h("dt", {}, first.name.replaceAll("_", " ")), h("dd", {}, value));
  const update = (s) => {
    setText(value, s.text ? `${s.text} ${s.unit}`.trim() : s.old || s.reason);
    setAttr(value, "data-state", s.state);
  };
  return { node, update };
}

function other(app, first) {
  const rows = h("div", { class: "rows" });
  const p = panel(`controls-${first.name}`, first.description || first.name, rows);
  const link = h("button", { class: "quiet", data: { device: first.name }, onclick: () => deviceDialog(app, current) }, first.model);
  p.note.append(link);
  let current = first;
  const update = (device) => {
    current = device;
    sync(rows, usable(device), (c) => c.control, (c) => control(app, () => current, c));
  };
  return { node: p.node, update };
}

function usable(device) {
  return (device.controls ?? []).filter((c) => c.enabled);
}

/** The row of one control: two buttons for a 0/1 control, a field for a number. */
function control(app, device, first) {
  return first.unit === "" && first.max === 1 ? toggle(app, device, first) : setting(app, device, first);
}

function toggle(app, device, first) {
  let current = first;
  const words = first.control === "enabled" ? ["enable", "disable"] : first.control === "open" ? ["open", "close"] : ["on", "off"];
  const on = h("button", { class: "danger", data: { act: words[0] }, onclick: () => app.commands.set(device(), current, 1) }, words[0]);
  const off = h("button", { class: "primary", data: { act: words[1] }, onclick: () => app.commands.set(device(), current, 0) }, words[1]);
  const node = h("div", { class: "control", data: { control: first.control, right: "command" } }, h("span", { class: "what" }, first.control), on, off);
  const update = (c) => {
    current = c;
    const pending = app.commands.pending.has(`${device().name}.${c.control}`);
    on.disabled = pending || Boolean(c.forbidden);
    off.disabled = pending && !c.hazard && device().family !== "laser"; // what makes safe stays pressable
    setAttr(on, "title", c.forbidden || null);
  };
  return { node, update };
}

function setting(app, device, first) {
  let current = first;
  const how = () => reading(current.unit, app.store.units);
  const field = h("input", { class: "setpoint", type: "number", step: "any", inputmode: "decimal", "aria-label": `${device().name} ${first.control}` });
  const go = () => field.value !== "" && field.checkValidity() && app.commands.set(device(), current, Number(field.value) / how().factor).then((ok) => ok && (field.value = ""));
  field.onkeydown = (e) => e.key === "Enter" && go();
  const set = h("button", { data: { act: "set" }, onclick: go }, "set");
  const idle = h("button", { class: "primary", data: { act: "zero" }, onclick: () => app.commands.set(device(), current, current.idle) });
  const unit = h("span", { class: "unit" }), now = h("span", { class: "what" });
  const node = h("div", { class: "control", data: { control: first.control, right: "command" } }, now, field, unit, set, idle);
  const update = (c) => {
    current = c;
    const { factor, label } = how();
    const shown = c.value == null ? "unknown" : Object.values(display(c.value, c.unit, app.store.units)).join(" ").trim();
    setText(now, `${c.control}: ${shown}`);
    setText(unit, label);
    setText(idle, c.idle === 0 ? "zero" : `to ${display(c.idle, c.unit, app.store.units).text}`);
    setAttr(field, "min", c.min * factor);
    setAttr(field, "max", c.max * factor);
    setAttr(field, "placeholder", `${c.min * factor} … ${c.max * factor}`);
    const pending = app.commands.pending.has(`${device().name}.${c.control}`);
    set.disabled = pending || Boolean(c.forbidden);
    setAttr(set, "title", c.forbidden || null);
  };
  return { node, update };
}
