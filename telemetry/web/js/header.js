// The head of the page: who this is, whether it is live, what is wrong, the choices of the person, and the HALT button.

import { byId, fill, h, setAttr, setText, sync } from "./dom.js";
import { clock, span, utc, when } from "./format.js";
import { CHOICES } from "./units.js";
import { recall, remember, token } from "./prefs.js";
import { askToken, forgetToken } from "./dialogs.js";
import { icon } from "./icons.js";
import { help } from "./keys.js";
import { bypassed, keptWords, standing } from "./standing.js";

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
  byId("token").replaceChildren(icon("key"));
  byId("theme").replaceChildren(icon("theme"));
  setTheme(recall("theme"));
  store.on("status", (status) => status && onStatus(app, status));
  store.on("units", () => (byId("unit-select").value = store.units));
  for (const topic of ["tick", "lost"]) store.on(topic, () => onTick(store));
  let asked = false;
  store.on("denied", (why) => {
    if (!asked) askToken(why);
    asked = true;
  });
  document.addEventListener("token", () => {
    setAttr(byId("token"), "data-set", token() ? "yes" : null);
    if (store.started) store.restart();
  });
  setAttr(byId("token"), "data-set", token() ? "yes" : null);
}

function setTheme(theme) {
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
  const { store } = app;
  const name = store.source || status.source || (status.role === "viewer" ? "viewer" : "agent");
  setText(byId("name"), name);
  const wrong = problems(status);
  document.title = `${wrong.length ? "⚠ " : ""}${name} · pychron-edge`;
  byId("unit-select").value = store.units;
  setAttr(document.body, "data-role", status.role);
  setAttr(document.body, "data-rights", status.rights?.join(" ")); // what needs another right is not shown: page.css
  byId("halt").hidden = status.role === "viewer";
  byId("banner-simulated").hidden = !status.simulated;
  byId("banner-clock").hidden = status.clock?.synchronised !== false;
  byId("banner-capture").hidden = status.capture !== false;
  kept(app, status);
  sources(store, status);
  const pills = [...wrong, uplink(status.uplink)].filter(Boolean);
  sync(byId("pills"), pills.map(([state, text, go], i) => ({ i, state, text, go })), (p) => p.i, pill);
}

function pill() {
  const node = h("a", { class: "pill" });
  const update = (p) => {
    setText(node, p.text);
    setAttr(node, "title", p.text);
    setAttr(node, "href", p.go ?? "#/instruments");
    setAttr(node, "data-state", p.state);
  };
  return { node, update };
}

function problems(status) {
  const list = [];
  const many = (n, one, more) => `${n} ${n === 1 ? one : more}`;
  const held = standing(status.rules ?? []), out = held.filter(bypassed).length, trips = held.length - out;
  const alarms = (status.alarms ?? []).filter((a) => a.active && !a.shelved_until).length;
  const down = (status.devices ?? []).filter((d) => d.health === "unavailable").length;
  if (out) list.push(["bad", many(out, "interlock BYPASSED", "interlocks BYPASSED"), "#/instruments"]);
  if (trips) list.push(["bad", many(trips, "interlock tripped", "interlocks tripped"), "#/log?kind=trip"]);
  if (alarms) list.push(["warn", many(alarms, "alarm", "alarms"), "#/log?kind=alarm"]);
  if (down) list.push(["bad", many(down, "device silent", "devices silent"), "#/log?kind=failure,recovery"]);
  for (const s of status.services ?? []) if (s.health > 1 && s.service !== "broker") list.push([s.health === 3 ? "bad" : "warn", `${s.service}: ${s.text || "not well"}`]);
  return list;
}

// The banner of a configuration that runs because the file was refused, with the mistakes of the file.
function kept(app, status) {
  const banner = byId("banner-kept"), words = keptWords(status.configuration, app.store.now());
  banner.hidden = !words;
  const made = JSON.stringify(words);
  if (banner.dataset.made === made) return;
  banner.dataset.made = made;
  if (!words) return;
  const accept = () => app.commands.other("POST", "configuration/accept", {}, "the configuration that runs is accepted");
  fill(banner, h("span", {}, words.text), !words.accepted && h("button", { data: { act: "accept", right: "admin" }, onclick: accept }, "accept it"),
    h("ul", {}, words.mistakes.map((m) => h("li", { class: "mono" }, m))));
}

function uplink(up) {
  if (!up?.broker) return null;
  const lag = Object.values(up.lag ?? {}).reduce((a, b) => a + b, 0);
  if (!up.connected) return ["bad", `MQTT down · ${lag} waiting`];
  return [lag > 1000 ? "warn" : "good", `MQTT · ${lag} behind`];
}

function sources(store, status) {
  const select = byId("source-select");
  const list = status.sources ?? [];
  select.hidden = status.role !== "viewer";
  if (select.hidden) return;
  const options = [["", "all agents"], ...list.map((s) => [s.source, `${s.source}${s.state === "online" ? "" : ` (${s.state})`}`])];
  const made = JSON.stringify(options);
  if (select.dataset.made !== made && document.activeElement !== select) {
    fill(select, options.map(([value, text]) => h("option", { value }, text)));
    select.dataset.made = made;
  }
  if (document.activeElement !== select) select.value = store.source;
  const silent = list.filter((s) => s.state !== "online" && (!store.source || s.source === store.source));
  const banner = byId("banner-offline");
  banner.hidden = silent.length === 0;
  setText(banner, silent.map((s) => `${s.source} is ${s.state}: ${lastWord(s, store.now())}`).join(" · "));
}

function lastWord(s, now) {
  const at = Date.parse(s.last_word ?? "");
  return Number.isNaN(at) ? "never heard" : `last word ${when(at, now)}, ${span((now - at) / 1000)} ago`;
}

const LIVE = { live: "live", polling: "live (asking)", crowded: "too many pages", broken: "events delayed" };
const CROWDED = "Too many pages are open: this one asks every 2 seconds. Close the others.";

function onTick(store) {
  const now = store.now();
  const time = byId("clock");
  setText(time, store.lost ? "" : clock(now, false));
  setAttr(time, "title", utc(now));
  const state = store.lost ? "lost" : !store.status ? "wait" : store.streaming;
  setAttr(byId("live"), "data-state", state);
  setAttr(byId("live"), "title", state === "crowded" ? CROWDED : null);
  setText(byId("live"), store.lost ? "no connection" : !store.status ? "connecting" : LIVE[state]);
  setAttr(document.body, "data-lost", store.lost ? "yes" : null);
  byId("lost").hidden = !store.lost;
  if (!store.lost) return;
  document.title = "⚠ no connection · pychron-edge";
  setText(byId("lost-since"), when(store.lostSince, Date.now()));
  setAttr(byId("lost-since"), "title", utc(store.lostSince));
  setText(byId("lost-why"), `${span((Date.now() - store.lostSince) / 1000)} · ${store.problem || "no answer"}`);
}
