// The sheet beside the drawing: what was chosen, what it may do and why not, before it is pressed. Its place and its buttons never move;
// without a choice it says what is connected.

import { age } from "./age.js";
import { fill, h, setAttr, setText, sync } from "./dom.js";
import { span } from "./format.js";
import { traceInto } from "./device.js";
import { askToken } from "./dialogs.js";
import { toggleLock } from "./valve.js";
import { refusal, regionWords, riseOf, riseRows, riseWords, stateWords, sureWords } from "./linewords.js";
import { conditionRows, detailRows, lastEvents, pointRows, travels } from "./linerows.js";

const WITHDRAWN = 8000; // ms after which a question takes itself back

/** The sheet: {node, choose(part), update(scene)}. close is called when it is closed, fold(name) folds and unfolds what hangs on a volume. */
export function sheet(app, close, fold) {
  const title = h("h2", { id: "line-sheet-title" }), about = h("span", { class: "about" });
  const shut = h("button", { type: "button", class: "sheet-close", "aria-label": "Close the sheet", onclick: close }, "✕");
  const control = valveControl(app);
  const overview = h("div", { class: "sheet-regions" }), tables = h("div", { class: "sheet-tables" }), trace = h("div", { class: "trace" });
  const ask = h("button", { type: "button", data: { act: "exchanges" }, onclick: () => part && exchanges(app, trace, part, scene) }, "last exchanges on its line");
  const folder = h("button", { type: "button", data: { act: "fold" }, onclick: () => part && fold(part.name) });
  const rest = h("div", { class: "sheet-rest" }, overview, h("div", { class: "sheet-fold" }, folder), tables, h("div", { class: "sheet-wire" }, ask, trace));
  const node = h("aside", { id: "line-sheet", "aria-labelledby": "line-sheet-title" }, h("header", {}, title, about, shut), control.node, rest);
  let part = null, scene = null;

  function choose(next) {
    if (part?.name !== next?.name) {
      control.withdraw();
      fill(trace);
      rest.scrollTop = 0;
    }
    part = next;
  }

  function update(now) {
    scene = now;
    const device = part && now.device(part.device);
    setAttr(node, "data-chosen", part ? part.name : null);
    setText(title, part ? part.title || part.name : "The line");
    setText(about, part ? device?.description ?? "" : now.lost ? "no connection" : "choose a valve, or anything on it");
    shut.hidden = !part;
    control.node.hidden = part?.kind !== "valve";
    overview.hidden = Boolean(part);
    ask.parentElement.hidden = !part || !device;
    const behind = part && now.folds(part.name) ? now.valvesBehind(part.name).length : 0;
    folder.parentElement.hidden = !behind;
    setText(folder, part && now.folded(part.name) ? `Unfold its ${behind} valves` : `Fold its ${behind} valves away`);
    setAttr(folder, "aria-pressed", String(Boolean(part && now.folded(part.name))));
    if (!part) sync(overview, now.regions.filter((r) => r.parts.length).map((r) => ({ r, scene: now })), ({ r }) => r.parts[0], region);
    if (part?.kind === "valve") control.update(now, part, device);
    sync(tables, part && !now.lost ? tablesOf(app, now, part, device) : [], (t) => t.title, table);
    for (const r of overview.children) r.hidden = now.lost;
  }
  return { node, choose, update, focus: () => (control.node.hidden ? shut : control.first()).focus() };
}

async function exchanges(app, trace, part, scene) {
  await traceInto(trace, part.device, scene.viewer ? scene.source : "");
}

// A line of the overview: what is connected, and how it is.
function region() {
  const name = h("b"), words = h("span"), rise = h("span");
  const node = h("div", { class: "sheet-region" }, h("i", { class: "shade" }), h("div", {}, name, words, rise));
  const update = ({ r, scene }) => {
    setText(name, r.name);
    setText(words, regionWords(r, scene.more, scene.title));
    setText(rise, r.condition === "static" ? riseWords(riseOf(r), scene.units) : "");
    setAttr(node.firstElementChild, "data-shade", r.condition);
  };
  return { node, update };
}

// The tables of a chosen part.
function tablesOf(app, scene, part, device) {
  const all = [];
  const region = scene.regionOf.get(part.name) ?? scene.regionOfValve.get(part.name);
  if (part.kind === "valve") {
    const { control } = scene.valve(part);
    if (control?.conditions) all.push({ title: "May open only while", rows: conditionRows(app, scene, device, control) });
    all.push({ title: "Details", rows: detailRows(app, part, device) });
    const times = travels(app.store.log.events, part, scene.source);
    if (times.length) all.push({ title: `Travel time, last ${times.length}`, rows: [["last", `${times.at(-1)} ms`, true], ["shortest and longest", `${Math.min(...times)} … ${Math.max(...times)} ms`, true]] });
  } else if (device) all.push({ title: "Readings", rows: pointRows(scene, device, part.kind === "gauge" ? part.point : "") });
  if (region && part.kind !== "laser") all.push({ title: part.kind === "valve" ? "Connected through it" : "What is connected", rows: [[region.name, regionWords(region, scene.more, scene.title), true], ...(region.perhaps.length ? [["perhaps, too", region.perhaps.map(scene.title).join(", "), false]] : [])] });
  const rises = region?.condition === "static" && part.kind !== "valve" ? region.rises.filter((r) => part.kind !== "gauge" || r.gauge === part.name) : [];
  for (const r of rises) all.push({ title: `Rise by ${scene.title(r.gauge)}`, rows: riseRows(r, scene.units).map(([k, v]) => [k, v, true]) });
  if (device) all.push({ title: part.kind === "valve" ? "Last on this valve" : "Last on it", rows: lastEvents(app.store, part, scene.source) });
  return all.filter((t) => t.rows.length);
}

function table(first) {
  const body = h("tbody");
  const node = h("table", { class: "sheet-table" }, h("caption", {}, first.title), body);
  const update = (t) => sync(body, t.rows, (r) => r[3] ?? r[0], row);
  return { node, update };
}

function row() {
  const name = h("th", { scope: "row" }), value = h("td");
  const node = h("tr", {}, name, value);
  const update = ([what, now, good]) => {
    setText(name, what);
    setText(value, now);
    setAttr(node, "data-good", good === undefined ? null : good ? "yes" : "no");
  };
  return { node, update };
}

// The control block of a valve: 184 px in every sheet. Open asks once; "yes" is never where the first press was.
function valveControl(app) {
  const state = h("b", { class: "state" }), sure = h("span", { class: "sure" });
  const act = (name, press) => h("button", { type: "button", data: { act: name }, onclick: press });
  const open = act("open", () => mayAsk()), close = act("close", () => move(0)), lock = act("lock", () => toggleLock(app, device));
  const token = h("button", { type: "button", class: "quiet", data: { lacking: "command" }, onclick: () => askToken() }, "token to command…");
  const link = h("a", { class: "sheet-agent", target: "_blank", rel: "noopener noreferrer" });
  const why = h("p", { class: "why", id: "line-why" });
  const buttons = h("div", { class: "sheet-buttons" }, open, close, lock);
  const question = h("b"), effect = h("p"), left = h("p", { class: "dim" });
  const no = act("no", () => withdraw(true)), yes = act("yes", () => confirmed());
  const asking = h("div", { class: "sheet-question", role: "alertdialog", "aria-label": "Open it?", hidden: true }, question, effect, h("div", { class: "sheet-buttons two" }, no, yes), left);
  const standing = h("div", { class: "sheet-standing" }, h("p", { class: "state-line" }, state, sure), buttons, why, token, link);
  const node = h("div", { class: "sheet-control" }, standing, asking);
  setText(no, "No");
  open.setAttribute("aria-describedby", "line-why");
  let device = null, part = null, scene = null, valve = null, asked = null, timer = 0;

  function move(value) {
    withdraw();
    if (valve?.control) app.commands.set(device, valve.control, value);
  }
  function mayAsk() {
    if (open.getAttribute("aria-disabled") === "true") return;
    asking.hidden = false;
    standing.hidden = true;
    asked = age(Date.now());
    timer = setInterval(countdown, 500);
    countdown();
    no.focus();
  }
  function countdown() {
    if (asked() >= WITHDRAWN) return withdraw(true);
    setText(left, `This question withdraws itself in ${Math.ceil((WITHDRAWN - asked()) / 1000)} s.`);
  }
  function confirmed() {
    withdraw(true);
    move(1);
  }
  function withdraw(back = false) {
    clearInterval(timer);
    const had = asking.contains(document.activeElement);
    asking.hidden = true;
    standing.hidden = false;
    if (back && had) open.focus();
  }

  function update(now, chosen, of) {
    [scene, part, device] = [now, chosen, of];
    const pending = now.pending.has(`${part.device}.${part.point}`);
    valve = now.valve(part);
    const c = valve.control, reason = refusal(c);
    const since = Date.parse(device?.points?.find((p) => p.point === part.point)?.since ?? "");
    setText(state, stateWords(part, { ...valve, told: false }));
    setText(sure, [sureWords(part, valve), valve.state === "unknown" || Number.isNaN(since) ? "" : span((now.now - since) / 1000)].filter(Boolean).join(" · "));
    buttons.hidden = !c?.enabled;
    setText(open, part.hand ? "Report open…" : "Open…");
    setText(close, part.hand ? "Report closed" : "Close");
    setText(lock, device?.lock ? "Unlock…" : "Lock…");
    setAttr(lock, "data-act", device?.lock ? "unlock" : "lock");
    setAttr(open, "aria-disabled", reason || pending || now.lost ? "true" : "false");
    setAttr(close, "aria-disabled", pending || now.lost ? "true" : "false");
    setText(why, whyText(now, c, reason, pending));
    setAttr(why, "data-bad", reason ? "yes" : null);
    agentLink(link, now);
    const label = part.title || part.name;
    setText(question, part.hand ? `Report that ${label} is open?` : `Open ${label}?`);
    setText(yes, part.hand ? "It is open" : `Open ${label}`);
    setText(effect, effectOf(now, part, device));
    if (!asking.hidden && (reason || now.lost)) withdraw(true);
  }
  return { node, update, withdraw, first: () => (buttons.hidden ? node : open) };
}

function whyText(scene, control, reason, pending) {
  if (scene.lost) return "No connection: nothing can be moved from here.";
  if (scene.viewer) return "Commands are given at the agent.";
  if (reason) return `May not open: ${reason}.`;
  if (pending) return "A command is on its way.";
  return control?.enabled ? "May open." : "Read only: the configuration does not let it be commanded.";
}

function agentLink(link, scene) {
  const to = scene.viewer ? scene.status.sources?.find((s) => s.source === scene.source)?.http : "";
  link.hidden = !to;
  if (to && link.getAttribute("href") !== to) link.setAttribute("href", to);
  setText(link, to ? `to ${scene.source}'s own page` : "");
}

// What opening a valve joins, by what is connected at its two sides now.
function effectOf(scene, part, device) {
  const sides = scene.regions.filter((r) => r.edges.includes(part.name));
  if (sides.length < 2) return device?.description ?? "";
  return `It joins ${sides.map((r) => `${r.name} (${r.condition === "unknown" ? "not known" : r.condition})`).join(" and ")}.`;
}
