// One valve: how it stands (by shape, word and colour), since when, who locked it, why it may not be opened, and its two buttons.

import { h, setAttr, setText, svg } from "./dom.js";
import { span } from "./format.js";
import { valveState } from "./state.js";
import { icon } from "./icons.js";
import { deviceDialog } from "./device.js";

const WORDS = { open: "open", closed: "closed", moving: "moving", unknown: "not known", mismatch: "not as commanded" };

/** A valve's card. */
export function valve(app, first) {
  let current = first;
  const [word, note] = [h("span", { class: "word" }), h("span", { class: "why" })];
  const act = (name, value) => h("button", { data: { act: name }, onclick: () => command(value) }, name);
  const open = act("open", 1), close = act("close", 0);
  const lock = h("button", { class: "icon", data: { right: "command" }, onclick: () => toggleLock(app, current) });
  const name = h("button", { class: "name", data: { device: first.name }, onclick: () => deviceDialog(app, current) }, first.name);
  const about = h("span", { class: "about" });
  const buttons = h("div", { class: "two", data: { right: "command" } }, open, close);
  const node = h("article", { class: "valve", data: { valve: first.name } },
    h("div", { class: "line" }, symbol(), name, lock), about, word, note, buttons);
  const command = (value) => {
    const control = current.controls?.find((c) => c.control === "open");
    if (control) app.commands.set(current, control, value);
  };
  const leave = app.store.on("tick", () => (node.isConnected ? age() : leave()));

  function age() {
    const state = valveState(current);
    const point = current.points?.find((p) => p.point === "open");
    const since = Date.parse(point?.since ?? "");
    const lasted = Number.isNaN(since) || state === "moving" || state === "unknown" ? "" : ` · ${span((app.store.now() - since) / 1000)}`;
    setText(word, point?.stale ? `not known, last read ${span((point.age ?? 0) + app.store.sinceStatus())} ago` : WORDS[state] + lasted);
    return state;
  }

  function update(device) {
    current = device;
    const control = device.controls?.find((c) => c.control === "open");
    const state = age();
    const pending = app.commands.pending.has(`${device.name}.open`);
    setAttr(node, "data-state", pending ? "moving" : state);
    setAttr(node, "data-locked", device.lock ? "yes" : null);
    setAttr(node, "data-readonly", control?.enabled || device.lock || state === "mismatch" ? null : "yes");
    setText(about, device.description);
    setText(note, why(device, control, state, app.store.status?.role));
    setAttr(note, "title", note.textContent || null);
    buttons.hidden = !control?.enabled;
    setAttr(open, "aria-pressed", String(state === "open"));
    setAttr(close, "aria-pressed", String(state === "closed"));
    open.disabled = pending || Boolean(control?.forbidden);
    close.disabled = pending;
    lock.hidden = !control?.enabled;
    picture(lock, device.lock ? "locked" : "unlocked");
    setAttr(lock, "data-act", device.lock ? "unlock" : "lock");
    setAttr(lock, "aria-label", device.lock ? `unlock ${device.name}, locked by ${device.lock.owner}` : `lock ${device.name}`);
    setAttr(open, "aria-label", `open ${device.name}`);
    setAttr(close, "aria-label", `close ${device.name}`);
  }
  return { node, update };
}

function picture(button, name) {
  if (button.dataset.icon === name) return;
  button.dataset.icon = name;
  button.replaceChildren(icon(name));
}

function why(device, control, state, role) {
  if (state === "unknown" && device.error) return device.error;
  if (state === "mismatch") {
    const commanded = device.points.find((p) => p.point === "commanded").value;
    return `commanded ${commanded === 1 ? "open" : "closed"}, indicated ${commanded === 1 ? "closed" : "open"}`;
  }
  if (control?.forbidden && role !== "viewer") return control.forbidden;
  if (device.lock) return `locked by ${device.lock.owner}${device.lock.reason ? `: ${device.lock.reason}` : ""}`;
  return !control?.enabled && role !== "viewer" ? "read only" : "";
}

// A valve as drawn in a line's plan: two triangles; a bar through it when closed.
function symbol() {
  return svg("svg", { class: "valve-symbol", viewBox: "0 0 24 16", "aria-hidden": "true" },
    svg("path", { class: "body", d: "M1 1 L12 8 L1 15 Z M23 1 L12 8 L23 15 Z" }), svg("path", { class: "bar", d: "M12 0 V16" }));
}

/** Locks a valve with a reason, or gives the lock up. */
export async function toggleLock(app, device) {
  const { ask, confirm } = await import("./dialogs.js");
  const path = `devices/${encodeURIComponent(device.name)}/`;
  if (device.lock) {
    if (await confirm(`Unlock ${device.name}?`, `Locked by ${device.lock.owner}: ${device.lock.reason || "no reason given"}.`, "Unlock", false)) {
      await app.commands.other("POST", `${path}unlock`, {}, `${device.name} unlocked`);
    }
    return;
  }
  const answer = await ask(`Lock ${device.name}`, "A lock keeps others from moving it until it is given up.", [
    { name: "reason", label: "Reason" },
    { name: "for", label: "For", options: [["", "until unlocked"], ["30m", "30 minutes"], ["2h", "2 hours"], ["12h", "12 hours"]] },
  ], "Lock");
  if (answer) await app.commands.other("POST", `${path}lock`, prune(answer), `${device.name} locked`);
}

function prune(body) {
  return Object.fromEntries(Object.entries(body).filter(([, v]) => v !== ""));
}
