// What is wrong now: rules that are bypassed, tripped rules with the value that tripped them, active alarms, and below them what is armed; the pipettes.

import { h, setAttr, setText, sync } from "./dom.js";
import { span, utc, when } from "./format.js";
import { ask } from "./dialogs.js";
import { panel } from "./panel.js";
import { bypassed, ruleWords, shotWords, standing } from "./standing.js";

/** The panel of rules, alarms and pipettes. */
export function alerts(app) {
  const trips = h("div", { class: "stack" }), alarms = h("div", { class: "stack" });
  const armed = h("details", { class: "armed" }, h("summary", {}), h("ul"));
  const p = panel("alerts", "Interlocks and alarms", trips, alarms, armed);
  const shots = h("table", { class: "shots" });
  const pipettes = panel("pipettes", "Pipettes", shots);
  const node = h("div", { class: "stack" }, p.node, pipettes.node);

  function update(status) {
    const rules = status.rules ?? [], all = status.alarms ?? [], now = app.store.now();
    const held = standing(rules), out = held.filter(bypassed), active = all.filter((a) => a.active), shown = all.filter(needed);
    p.node.hidden = rules.length + all.length === 0;
    setText(p.note, held.length + active.length ? `${held.length - out.length} tripped${out.length ? ` · ${out.length} BYPASSED` : ""} · ${active.length} active` : "all quiet");
    setAttr(p.node, "data-state", held.length ? "bad" : active.length ? "warn" : "good");
    sync(trips, held, (r) => r.name, () => trip(app));
    sync(alarms, shown, (a) => a.name, () => alarm(app));
    quiet(armed, rules.filter((r) => !held.includes(r)), all.filter((a) => !needed(a)));
    pipettes.node.hidden = !status.pipettes?.length;
    sync(shots, status.pipettes ?? [], (x) => x.name, pipette);
    for (const item of node.querySelectorAll("time[data-since]")) setText(item, `${when(Number(item.dataset.since), now)} (${span((now - item.dataset.since) / 1000)})`);
  }
  return { node, update };
}

/** An alarm that is shown: active, or over and not yet acknowledged. */
function needed(a) {
  return a.active || Boolean(a.states?.includes("unacknowledged"));
}

function since(node, text) {
  const ms = Date.parse(text ?? "");
  setAttr(node, "data-since", Number.isNaN(ms) ? null : ms);
  setAttr(node, "title", Number.isNaN(ms) ? null : utc(ms));
}

function trip(app) {
  let rule = null;
  const [name, at, why, does] = [h("b"), h("time"), h("p", { class: "mono" }), h("p", { class: "dim" })];
  const path = (verb) => `rules/${encodeURIComponent(rule.name)}/${verb}`;
  const clear = h("button", { data: { act: "clear", right: "command" }, onclick: () => app.commands.other("POST", path("clear"), {}, `${rule.name}: cleared`) }, "clear");
  const end = h("button", { data: { act: "end-bypass", right: "admin" }, onclick: () => app.commands.other("POST", path("bypass"), { drop: true }, `${rule.name}: in force again`) }, "end the bypass");
  const tripped = h("p", { class: "dim" }, "tripped ", at);
  const node = h("article", { class: "alert bad" }, h("div", { class: "line" }, name, clear, end), tripped, why, does);
  const update = (now) => {
    rule = now;
    node.dataset.rule = rule.name;
    const words = ruleWords(rule, app.store.now());
    setAttr(node, "data-bypassed", words.act === "end" ? "yes" : null);
    setText(name, words.title);
    since(at, rule.since);
    setText(why, words.why);
    setText(does, words.does);
    tripped.hidden = !rule.since;
    end.hidden = words.act !== "end";
    clear.hidden = words.act === "end";
    clear.disabled = words.act !== "clear";
  };
  return { node, update };
}

function alarm(app) {
  let a = null;
  const [name, at, text, by] = [h("b"), h("time"), h("p"), h("p", { class: "dim" })];
  const path = () => `alarms/${encodeURIComponent(a.name)}/ack`;
  const ack = h("button", { data: { act: "ack", right: "command" }, onclick: () => app.commands.other("POST", path(), {}, `${a.name}: acknowledged`) }, "acknowledge");
  const shelve = h("button", { class: "quiet", data: { act: "shelve", right: "command" }, onclick: () => askShelve(app, a, path()) }, "shelve");
  const node = h("article", { class: "alert" }, h("div", { class: "line" }, name, ack, shelve), h("p", { class: "dim" }, "since ", at), text, by);
  const update = (now) => {
    a = now;
    node.dataset.alarm = a.name;
    setAttr(node, "data-severity", a.severity);
    const more = (a.states ?? []).filter((s) => !["active", "unacknowledged", "shelved"].includes(s));
    setText(name, [a.name, a.severity, ...more, !a.active && "over, not acknowledged"].filter(Boolean).join(" · "));
    since(at, a.since);
    setText(text, [a.text, a.when, a.cause && `cause: ${a.cause}`, a.consequence && `consequence: ${a.consequence}`, a.action && `action: ${a.action}`].filter(Boolean).join(" · "));
    const shelved = Date.parse(a.shelved_until ?? "");
    setText(by, [a.acknowledged && `acknowledged by ${a.acknowledged}`, !Number.isNaN(shelved) && `shelved until ${when(shelved, app.store.now())}: ${a.shelved_why}`].filter(Boolean).join(" · "));
    ack.hidden = Boolean(a.acknowledged);
    setAttr(node, "data-quiet", !a.active || a.acknowledged || a.shelved_until ? "yes" : null);
  };
  return { node, update };
}

async function askShelve(app, a, path) {
  const answer = await ask(`Shelve ${a.name}`, "A shelved alarm is not announced until the time is over. Its reason is kept in the events.", [
    { name: "shelve", label: "For", options: [["30m", "30 minutes"], ["2h", "2 hours"], ["12h", "12 hours"]] },
    { name: "reason", label: "Reason", required: true },
  ], "Shelve");
  if (answer) await app.commands.other("POST", path, answer, `${a.name}: shelved`);
}

function quiet(node, rules, alarms) {
  node.hidden = rules.length + alarms.length === 0;
  setText(node.querySelector("summary"), `${rules.length} rule${rules.length === 1 ? "" : "s"} armed, ${alarms.length} alarm${alarms.length === 1 ? "" : "s"} quiet`);
  const items = [...rules.map((r) => ({ key: `rule ${r.name}`, text: `${r.name}: ${r.when}` })), ...alarms.map((a) => ({ key: `alarm ${a.name}`, text: `${a.name}: ${a.when}` }))];
  sync(node.querySelector("ul"), items, (i) => i.key, () => {
    const line = h("li");
    return { node: line, update: (i) => setText(line, i.text) };
  });
}

function pipette() {
  const cells = [h("th", { scope: "row" }), h("td", { class: "dim" }), h("td", { class: "uncertain" }), h("td", { class: "number shots" })];
  const node = h("tr", {}, cells);
  const update = (x) => {
    node.dataset.pipette = x.name;
    setText(cells[0], x.name);
    setText(cells[1], `${x.inner} → ${x.outer}`);
    const words = shotWords(x);
    setText(cells[2], words.uncertain);
    setAttr(cells[2], "title", words.uncertain ? "shots that were cut short: nobody knows whether they were taken" : null);
    setText(cells[3], words.shots);
  };
  return { node, update };
}
