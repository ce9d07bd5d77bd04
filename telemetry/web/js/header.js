// The head of the page beside its strip: the name, the title, what the person has chosen, and the buttons for that.

import { byId, fill, h, setAttr, setText } from "./dom.js";
import { CHOICES } from "./units.js";
import { remember, token } from "./prefs.js";
import { askToken, forgetToken } from "./dialogs.js";
import { icon } from "./icons.js";
import { help } from "./keys.js";
import { attention, pressing } from "./attention.js";
import { visible } from "./visible.js";

/** Builds the head and keeps it in step with the store. */
export function header(app) {
  const { store } = app;
  fill(byId("unit-select"), CHOICES.map((c) => h("option", { value: c.name }, c.label)));
  byId("unit-select").onchange = (e) => store.setUnits(e.target.value);
  byId("unit-next").onclick = () => store.setUnits(CHOICES[(CHOICES.findIndex((c) => c.name === store.units) + 1) % CHOICES.length].name);
  byId("theme").onclick = turnTheme;
  byId("token").onclick = () => (token() ? forgetToken() : askToken());
  byId("help").onclick = help;
  byId("halt").onclick = () => app.commands.halt();
  byId("source-select").onchange = (e) => app.route.look(e.target.value);
  for (const tab of document.querySelectorAll("#views a")) tab.prepend(icon(tab.id.slice(4)));
  for (const [id, picture, text] of [["token", "key", "token"], ["theme", "theme", "theme"], ["ear", "ear", "sound"], ["help", "help", "help"]]) {
    fill(byId(id), icon(picture), h("span", {}, text));
  }
  byId("more").prepend(icon("more"));
  more();
  store.on("status", (status) => status && onStatus(app, status));
  store.on("units", () => (byId("unit-select").value = store.units));
  let asked = false;
  store.on("denied", (why) => {
    if (!asked) askToken(why);
    asked = true;
  });
  const mark = () => {
    setAttr(byId("token"), "data-set", token() ? "yes" : null);
    setText(byId("token").lastChild, token() ? "token set" : "token");
  };
  document.addEventListener("token", () => {
    mark();
    if (store.started) store.restart();
  });
  mark();
}

// On a phone rights, units, theme, sound and help stand behind one button.
function more() {
  const button = byId("more"), open = (on) => {
    setAttr(button, "aria-expanded", String(on));
    byId("more-tools").classList.toggle("open", on);
  };
  open(false);
  button.onclick = () => open(button.getAttribute("aria-expanded") !== "true");
  document.addEventListener("click", (e) => e.target.closest("#more, #more-tools select, #unit-select") || open(false));
  document.addEventListener("keydown", (e) => e.key === "Escape" && open(false));
}

/** Shows the page in a theme, "" = the browser's. */
export function setTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

function turnTheme() {
  const dark = getComputedStyle(document.documentElement).colorScheme === "dark" ||
    (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  const next = dark ? "light" : "dark";
  remember("theme", next);
  setTheme(next);
  document.dispatchEvent(new CustomEvent("theme"));
}

function onStatus(app, status) {
  const { store } = app, viewer = status.role === "viewer";
  const name = store.source || status.source || (viewer ? "viewer" : "agent");
  const wrong = pressing(attention(status, { now: store.now() })).filter((i) => i.kind !== "note" && !i.acked);
  setText(byId("name"), name);
  byId("name").hidden = viewer;
  document.title = `${wrong.length ? "⚠ " : ""}${visible(name)} · pychron-edge`;
  byId("unit-select").value = store.units;
  setAttr(document.body, "data-role", status.role);
  setAttr(document.body, "data-rights", status.rights?.join(" ")); // what needs another right is not shown: page.css
  setAttr(document.body, "data-halted", status.halted ? "yes" : null);
  byId("banner-simulated").hidden = byId("simulated").hidden = !status.simulated;
  sources(store, status);
}

function sources(store, status) {
  const select = byId("source-select"), list = status.sources ?? [];
  select.hidden = status.role !== "viewer";
  if (select.hidden) return;
  const options = [["", "all agents"], ...list.map((s) => [s.source, `${s.source}${s.state === "online" ? "" : ` (${s.state})`}`])];
  const made = JSON.stringify(options);
  if (select.dataset.made !== made && document.activeElement !== select) {
    fill(select, options.map(([value, text]) => h("option", { value }, text)));
    select.dataset.made = made;
  }
  if (document.activeElement !== select) select.value = store.source;
}
