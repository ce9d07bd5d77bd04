// The controls of a device as rows: on and off, or a field for a number. What makes safe (close, disable, zero) is always there to press;
// what may not be done says why before it is pressed.

import { h, setAttr, setText, sync } from "./dom.js";
import { display, reading } from "./units.js";
import { plainName } from "./channels.js";
import { say } from "./dialogs.js";
import { refusedWhy } from "./words.js";

const WORDS = { enabled: ["enable", "disable"], open: ["open", "close"] };

/** Keeps node in step with the controls of a device that can be used: rows(device). */
export function controlRows(app, node) {
  let device = null;
  return (now) => {
    device = now;
    const usable = (device.controls ?? []).filter((c) => c.enabled);
    sync(node, usable, (c) => `${device.source}/${device.name}.${c.control}`, (c) => (isSwitch(c) ? toggle : setting)(app, () => device, c, wordsOf(now, c)));
  };
}

const isSwitch = (c) => c.unit === "" && c.max === 1 && c.min === 0;

function wordsOf(device, control) {
  const opens = device.points?.some((p) => p.point === control.control && p.name === "open");
  return WORDS[opens ? "open" : control.control] ?? ["on", "off"];
}

/** A button that can be reached although it may not be pressed: it says why. */
export function guarded(button, why) {
  setAttr(button, "aria-disabled", why ? "true" : null);
  setAttr(button, "title", why || null);
}

// Presses go through only where nothing forbids.
function pressing(button, act) {
  button.addEventListener("click", () => (button.getAttribute("aria-disabled") === "true" ? say(button.title, true) : act()));
  return button;
}

function toggle(app, device, first, [on, off]) {
  let current = first;
  const title = (word) => word[0].toUpperCase() + word.slice(1);
  const asks = on === "enable" || first.hazard ? "…" : "";
  const start = pressing(h("button", { class: "large", data: { act: on } }, title(on) + asks), () => app.commands.set(device(), current, current.idle === 1 ? 0 : 1));
  const end = pressing(h("button", { class: "large safe", data: { act: off } }, title(off)), () => app.commands.set(device(), current, 0));
  const what = h("span", { class: "what" });
  const node = h("div", { class: "control", data: { control: first.control, right: "command" } }, what, start, end);
  const update = (c) => {
    current = c;
    const pending = app.commands.pending.has(`${device().name}.${c.control}`);
    setText(what, ["enabled", "open"].includes(c.control) || device().points?.some((p) => p.point === c.control && p.name === "open") ? "" : plainName(c.control));
    what.hidden = what.textContent === "";
    guarded(start, pending ? "the last command is under way" : refusedWhy(c.forbidden));
    guarded(end, pending && !c.hazard && device().family !== "laser" ? "the last command is under way" : ""); // what makes safe stays pressable
  };
  return { node, update };
}

function setting(app, device, first) {
  let current = first;
  const how = () => reading(current.unit, app.store.units);
  const field = h("input", { class: "setpoint", type: "number", step: "any", inputmode: "decimal", "aria-label": `${device().name} ${plainName(first.control)}` });
  const go = () => field.value !== "" && field.checkValidity() && app.commands.set(device(), current, Number(field.value) / how().factor).then((ok) => ok && (field.value = ""));
  field.addEventListener("keydown", (e) => {
    if (e.key !== "Enter") return;
    e.preventDefault(); // else the same Enter presses what a question has under the finger
    set.getAttribute("aria-disabled") === "true" ? say(set.title, true) : go();
  });
  const set = pressing(h("button", { class: "large", data: { act: "set" } }, "Set"), go);
  const idle = h("button", { class: "large safe", data: { act: "zero" }, onclick: () => app.commands.set(device(), current, current.idle) });
  const unit = h("span", { class: "unit" }), now = h("span", { class: "what" });
  const node = h("div", { class: "control", data: { control: first.control, right: "command" } }, now, field, unit, set, idle);
  const update = (c) => {
    current = c;
    const { factor, label } = how();
    const shown = c.value == null ? "not known" : Object.values(display(c.value, c.unit, app.store.units)).join(" ").trim();
    setText(now, `${plainName(c.control)}: ${shown}`);
    setText(unit, label);
    setText(idle, c.idle === 0 ? "Zero" : `To ${display(c.idle, c.unit, app.store.units).text}`);
    setAttr(field, "min", c.min * factor);
    setAttr(field, "max", c.max * factor);
    setAttr(field, "placeholder", `${c.min * factor} … ${c.max * factor}`);
    guarded(set, app.commands.pending.has(`${device().name}.${c.control}`) ? "the last command is under way" : refusedWhy(c.forbidden));
  };
  return { node, update };
}
