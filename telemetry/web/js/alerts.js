// What is wrong now: tripped rules with the value that tripped them, active alarms, and below them what is armed; the pipettes.

import { h, setAttr, setText, sync } from "./dom.js";
import { span, utc, when, count } from "./format.js";
import { ask } from "./dialogs.js";
import { panel } from "./bench.js";

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
    const tripped = rules.filter((r) => r.tripped), active = all.filter((a) => a.active), shown = all.filter(needed);
    p.node.hidden = rules.length + all.length === 0;
    setText(p.note, tripped.length + active.length ? `${tripped.length} tripped · ${active.length} active` : "all quiet");
    setAttr(p.node, "data-state", tripped.length ? "bad" : active.length ? "warn" : "good");
    sync(trips, tripped, (r) => r.name, () => trip(app));
    sync(alarms, shown, (a) => a.name, () => alarm(app));
    quiet(armed, rules.filter((r) => !r.tripped), all.filter((a) => !needed(a)));
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
  const clear = h("button", { data: { act: "clear", right: "command" }, onclick: () => app.commands.other("POST", `rules/${encodeURIComponent(rule.name)}/clear`, {}, `${rule.name}: cleared`) }, "clear");
  const node = h("article", { class: "alert bad" }, h("div", { class: "line" }, name, clear), h("p", { class: "dim" }, "tripped ", at), why, does);
  const update = (now) => {
    rule = now;
    node.dataset.rule = rule.name;
    setText(name, rule.name);
    since(at, rule.since);
    setText(why, rule.why || rule.when);
    setText(does, [list("halts", rule.halts), list("forbids", rule.forbids), rule.good ? "good again: can be cleared" : "clears when good and asked"].filter(Boolean).join(" · "));
    clear.disabled = !rule.good;
  };
  return { node, update };
}

function list(word, names) {
  return names?.length ? `${word} ${names.join(", ")}` : "";
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
  setText(node.querySelector("summary"), `${rules.length} rules armed, ${alarms.length} alarms quiet`);
  const items = [...rules.map((r) => ({ key: `rule ${r.name}`, text: `${r.name}: ${r.when}` })), ...alarms.map((a) => ({ key: `alarm ${a.name}`, text: `${a.name}: ${a.when}` }))];
  sync(node.querySelector("ul"), items, (i) => i.key, () => {
    const line = h("li");
    return { node: line, update: (i) => setText(line, i.text) };
  });
}

function pipette() {
  const cells = [h("th", { scope: "row" }), h("td", { class: "dim" }), h("td", { class: "number shots" })];
  const node = h("tr", {}, cells);
  const update = (x) => {
    node.dataset.pipette = x.name;
    setText(cells[0], x.name);
    setText(cells[1], `${x.inner} → ${x.outer}`);
    setText(cells[2], `${count(x.shots)} shots`);
  };
  return { node, update };
}
