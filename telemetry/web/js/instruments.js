// The bench: what is now. Cards by quantity, valves, the pressures of the last minutes; beside them what is wrong, the laser,
// the pipettes, what happened last and how the agent is connected.

import { byId, fill, h, sync, setText } from "./dom.js";
import { panel } from "./panel.js";
import { pointKey } from "./trend.js";
import { card } from "./card.js";
import { valve } from "./valve.js";
import { panels } from "./controls.js";
import { alerts } from "./alerts.js";
import { recent } from "./recent.js";
import { connection } from "./connection.js";
import { askToken } from "./dialogs.js";
import { benchChart } from "./benchchart.js";
import { seedSparks } from "./seed.js";

const GROUPS = [
  ["pascals", "Vacuum"], ["celsius", "Temperatures"], ["hertz", "Pumps and rotation"], ["volts", "Signals"],
  ["counts_per_second", "Signals"], ["meters", "Positions"],
];

/** Builds the instruments into their section. */
export function instrumentsView(app) {
  const vacuum = h("div", { class: "groups" }), groups = h("div", { id: "groups", class: "groups" });
  const valves = h("div", { class: "valves" });
  const valvePanel = panel("valves", "Valves", valves);
  valvePanel.head.append(h("button", { class: "quiet", data: { lacking: "command" }, onclick: () => askToken() }, "token to command…"));
  const chart = benchChart(app);
  const side = [alerts(app), panels(app), recent(app), connection(app)];
  const view = fill(byId("view-instruments"),
    h("div", { class: "column wide" }, vacuum, chart.node, valvePanel.node, groups),
    h("div", { class: "column side" }, side.map((s) => s.node)));

  function update(status) {
    if (!status) return;
    const devices = status.devices ?? [];
    const all = grouped(devices);
    sync(vacuum, all.filter((g) => g.title === "Vacuum"), (g) => g.title, (g) => group(app, g));
    sync(groups, all.filter((g) => g.title !== "Vacuum"), (g) => g.title, (g) => group(app, g));
    const found = devices.filter((d) => d.family === "valve");
    valvePanel.node.hidden = found.length === 0;
    setText(valvePanel.note, count(found));
    sync(valves, found, (d) => `${d.source}/${d.name}`, (d) => valve(app, d));
    for (const s of side) s.update(status);
    chart.update(status);
  }
  const { store } = app;
  store.on("source", () => update({}));
  store.on("status", (s) => app.route.view === "instruments" && update(s));
  store.on("units", () => app.route.view === "instruments" && update(store.status));
  seedSparks(store);
  return { show: () => update(store.status), node: view };
}

/** Points of everything but valves and lasers, in groups by quantity; all sources' devices of one quantity stand together. */
function grouped(devices) {
  const groups = new Map();
  for (const device of devices) {
    if (device.family === "valve" || device.family === "laser") continue;
    for (const point of pointsOf(device)) {
      const title = GROUPS.find(([unit]) => unit === point.unit)?.[1] ?? "Other readings";
      if (!groups.has(title)) groups.set(title, { title, cards: [] });
      groups.get(title).cards.push({ key: pointKey(device.source, device.name, point.point), device, point });
    }
  }
  const order = [...GROUPS.map(([, title]) => title), "Other readings"];
  return [...groups.values()].sort((a, b) => order.indexOf(a.title) - order.indexOf(b.title));
}

function pointsOf(device) {
  const points = device.points ?? [];
  return points.length ? points : [{ point: "", unit: "", value: null, last: null, missing: "", stale: true, age: 0 }];
}

function group(app, g) {
  const cards = h("div", { class: "cards" });
  const p = panel(`group-${g.title.toLowerCase().replaceAll(" ", "-")}`, g.title, cards);
  const update = (now) => {
    const channels = now.cards.length;
    setText(p.note, `${channels} ${channels === 1 ? "channel" : "channels"}`);
    p.node.style.flex = `${channels} 1 ${channels * 200}px`;
    sync(cards, now.cards, (c) => c.key, (c) => card(app, c));
  };
  return { node: p.node, update };
}

function count(valves) {
  const open = valves.filter((d) => d.points?.some((p) => p.point === "open" && p.value === 1)).length;
  return `${open} of ${valves.length} open`;
}
