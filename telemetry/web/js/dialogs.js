// The questions the page asks: confirm, text, token; and the short messages it leaves in a corner.

import { byId, fill, h } from "./dom.js";
import { setToken, token } from "./prefs.js";

/** A modal <dialog> with a title and content; resolves to its return value when closed ("" when dismissed). */
export function modal(id, title, content, { wide = false } = {}) {
  byId(id)?.remove();
  const close = h("button", { type: "button", class: "icon", "aria-label": "close", onclick: () => box.close("") }, "✕");
  const heading = h("h2", { id: `${id}-title` }, title);
  const box = h("dialog", { id, class: wide ? "wide" : "", "aria-labelledby": `${id}-title` },
    h("header", {}, heading, haltButton(), close), content);
  box.addEventListener("click", (e) => e.target === box && box.close(""));
  document.body.append(box);
  box.showModal();
  const first = box.querySelector("form input, form select") ?? box.querySelector("form menu .primary") ?? box.querySelector("form .quiet");
  (first ?? close).focus(); // never HALT, nor a yes to something dangerous, which an Enter would press
  const done = new Promise((resolve) => box.addEventListener("close", () => {
    resolve(box.returnValue);
    box.remove();
  }));
  return { box, done };
}

// A window covers the page's HALT, so it has its own.
function haltButton() {
  const halt = byId("halt");
  return !halt.hidden && h("button", { type: "button", class: "halt small", data: { right: "halt" }, onclick: () => halt.click() }, "HALT");
}

function form(fields, yes, danger) {
  return h("form", { method: "dialog" }, fields,
    h("menu", {},
      // no submit button: Enter in a field does what the window is for
      h("button", { type: "button", class: "quiet", data: { act: "cancel" }, onclick: (e) => e.target.closest("dialog").close("") }, "Cancel"),
      h("button", { value: "yes", class: danger ? "danger" : "primary", data: { act: "confirm" } }, yes)));
}

/** Asks before something that matters. Nothing is done unless this resolves to true. */
export async function confirm(title, lines, yes, danger = true) {
  const content = form([].concat(lines).map((l) => h("p", {}, l)), yes, danger);
  return (await modal("dialog-confirm", title, content).done) === "yes";
}

/** Asks for words: fields are {name, label, type, value, options, required}; resolves to {name: value} or null. */
export async function ask(title, lines, fields, yes) {
  const inputs = fields.map((f) => ({ ...f, node: field(f) }));
  const rows = inputs.map((f) => h("label", { class: "field" }, h("span", {}, f.label), f.node));
  const content = form([...[].concat(lines).map((l) => h("p", {}, l)), ...rows], yes, false);
  if ((await modal("dialog-ask", title, content).done) !== "yes") return null;
  return Object.fromEntries(inputs.map((f) => [f.name, f.node.type === "checkbox" ? f.node.checked : f.node.value]));
}

function field(f) {
  if (f.options) return h("select", { name: f.name }, f.options.map(([value, label]) => h("option", { value }, label)));
  return h("input", { name: f.name, type: f.type ?? "text", value: f.value ?? "", required: f.required ?? false,
    autocomplete: "off", spellcheck: "false" });
}

let asking = null;

/** Asks for a token, once at a time; true when one was entered. */
export function askToken(why = "") {
  asking ??= typeToken(why).finally(() => (asking = null));
  return asking;
}

async function typeToken(why) {
  const lines = [why, "Commands and settings need a token from the agent's configuration (agent.tokens); make demo prints one."];
  const answer = await ask("Token", lines.filter(Boolean), [
    { name: "token", label: "Token", type: "password", required: true },
    { name: "keep", label: "Keep it in this browser", type: "checkbox" },
  ], "Use this token");
  if (!answer?.token) return false;
  setToken(answer.token.trim(), answer.keep);
  document.dispatchEvent(new CustomEvent("token"));
  return true;
}

/** Forgets the token after asking. */
export async function forgetToken() {
  if (token() && (await confirm("Forget the token?", "Commands from this page will ask for it again.", "Forget", false))) {
    setToken("", false);
    document.dispatchEvent(new CustomEvent("token"));
  }
}

const MESSAGES = 4;

/** A message in the corner, read out by a screen reader: good ones leave by themselves, bad ones wait to be dismissed. */
export function say(text, bad = false) {
  const toasts = byId("toasts");
  const note = h("div", { class: bad ? "toast bad" : "toast", role: bad ? "alert" : "status" },
    h("span", {}, text), h("button", { class: "icon", "aria-label": "dismiss", onclick: () => note.remove() }, "✕"));
  for (const same of [...toasts.children].filter((n) => n.firstChild.textContent === note.firstChild.textContent)) same.remove(); // what is said again and again stands once
  toasts.append(note);
  while (toasts.children.length > MESSAGES) toasts.firstElementChild.remove();
  setTimeout(() => note.remove(), bad ? 60000 : 5000);
}

/** A message that stands in the middle until it is read. */
export function tell(title, ...content) {
  return modal("dialog-tell", title, fill(h("div", { class: "prose" }), ...content));
}
