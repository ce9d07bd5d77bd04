// The passport of one run: what the line did during it, laid over another run, and whether that is usual among its kind. One sheet when printed.

import { download, fill, h } from "./dom.js";
import { clock } from "./format.js";
import { getJSON } from "./api.js";
import { plainName } from "./channels.js";
import { fact, facts } from "./facts.js";
import { lasted, movement, nameOf, runState, spanWords, usualWords } from "./runwords.js";
import { timePlot } from "./timeplot.js";
import { barsOf, curvesOf, phasesOf } from "./runcurves.js";
import { usualPlot } from "./usualplot.js";
import { display } from "./units.js";

/** The page in its host; show(run, all) shows one, choose({over}) is called when another is to be laid over it. */
export function passportPage(app, host, choose) {
  const { store, route } = app;
  let shown = "", drawn = null;

  async function show(run, all) {
    if (!run) return blank("No run is chosen, and none is known.");
    const over = route.params.get("over") ?? "";
    const key = [run.source, run.id, run.state, run.faults, run.phases?.length, over, store.units].join("|");
    if (key === shown && run.state !== "running") return;
    const again = shown.startsWith(`${run.source}|${run.id}|`);
    shown = key;
    if (!again) blank(`Reading what happened during ${nameOf({ name: run.name ?? run.id })} …`);
    try {
      const [own, other] = await Promise.all([load(run.id, run.source), over && over !== run.id ? load(over, run.source) : null]);
      if (key !== shown) return;
      draw(own, other, all);
    } catch (error) {
      if (key !== shown) return;
      shown = "";
      blank(error.status === 404 ? `No run ${nameOf({ name: run.id })} is held here: runs go back 7 days, and on an agent as far as its memory.` : `The passport is not known: ${error.message}`);
    }
  }

  async function load(id, source) {
    const params = source ? `?source=${encodeURIComponent(source)}` : "";
    const passport = await getJSON(`runs/${encodeURIComponent(id)}${params}`, { timeout: 60000 });
    return { passport, curves: await curvesOf(passport, store) };
  }

  function blank(text) {
    drawn = null;
    host.removeAttribute("data-run");
    fill(host, h("p", { class: "empty" }, text));
  }

  function draw(own, other, all) {
    drawn = { own, other };
    const { passport } = own, { run } = passport;
    host.removeAttribute("data-trip");
    host.dataset.run = run.id;
    const plot = h("div", { class: "run-plot" });
    fill(host, head(own, other, all), plot, body(passport, other?.passport, store.units), usual(passport, store.units), links(run));
    drawPlot(plot);
  }

  function drawPlot(plot) {
    const { own, other } = drawn, from = 0, to = Math.max(length(own.passport, store.now()), other ? length(other.passport, store.now()) : 0, 1);
    const panel = { unit: own.curves.unit, log: true, curves: [...(other?.curves.list ?? []).map((c) => ({ ...c, grey: true })), ...own.curves.list] };
    fill(plot, timePlot({ from, to, phases: phasesOf(own.passport, store.now()), panels: [panel], bars: barsOf(own.passport, store.now()), label: `Pressures, laser and valves during ${nameOf(own.passport.run)}` }, plot.clientWidth || 740));
    if (own.curves.list.length) plot.prepend(h("p", { class: "legend" }, own.curves.list.map((c, i) => h("span", { class: "entry", "data-ink": i + (other?.curves.list.length ?? 0) }, c.label)), other && h("span", { class: "entry grey" }, `grey: ${nameOf(other.passport.run)}`)));
  }

  function head({ passport }, other, all) {
    const { run } = passport, s = runState(run);
    const alike = all.filter((r) => r.id !== run.id && r.source === run.source && r.started).sort((a, b) => (b.kind === run.kind) - (a.kind === run.kind));
    const select = h("select", { "aria-label": "Lay over another run", id: "run-over", onchange: () => choose({ over: select.value }) },
      h("option", { value: "" }, "Compare…"), alike.slice(0, 100).map((r) => h("option", { value: r.id }, [nameOf(r), r.kind].filter(Boolean).join(" · "))));
    select.value = other ? other.passport.run.id : "";
    return h("header", {},
      h("div", { class: "line" }, h("h2", { title: run.id }, nameOf(run)), h("span", { class: "run-state", data: { mark: s.mark }, title: s.title || null }, s.text + (run.faults ? ` · ${run.faults} ${run.faults === 1 ? "fault" : "faults"}` : run.state === "ended" ? ", no faults" : "")),
        h("div", { class: "end" },
          select, h("button", { data: { act: "print" }, onclick: () => print() }, "Print"), h("button", { data: { act: "json" }, onclick: () => save(passport) }, "JSON"))),
      h("p", { class: "dim" }, [run.kind, run.sample, run.queue && `queue ${run.queue}`, run.spectrometer, run.source].filter(Boolean).join(" · ")),
      h("p", { class: "dim" }, [spanWords(run), lasted(run.duration), run.why, run.restarts && `the agent started again ${run.restarts} times: there the readings have gaps`, passport.truncated && "there is more than is shown"].filter(Boolean).join(" · ")));
  }

  function links(run) {
    const from = new Date(Date.parse(run.started ?? run.ended)), to = new Date(Date.parse(run.ended ?? "") || store.now());
    if (Number.isNaN(from.getTime())) return null;
    const range = `since=${from.toISOString()}&until=${to.toISOString()}`, log = document.getElementById("view-log") ? "log" : "events";
    return h("p", { class: "links" }, h("a", { href: `#/${log}?${range}` }, "what the log has of it"), h("a", { href: `#/plots?${range}` }, "show on the plot"));
  }

  // Another page has the host: what was asked for and comes now is drawn no more.
  const leave = () => { shown = ""; drawn = null; };
  return { show: (run, all) => { show(run, all); }, leave, resize: () => drawn && host.querySelector(".run-plot") && drawPlot(host.querySelector(".run-plot")) };
}

const length = (passport, now) => (Date.parse(passport.run.ended ?? "") - Date.parse(passport.run.started ?? "")) / 1000 || (now - Date.parse(passport.run.started ?? "")) / 1000 || 0;

function save(passport) {
  download(new Blob([JSON.stringify(passport, null, 1)], { type: "application/json" }), `run-${nameOf(passport.run).replace(/[^\w.-]+/g, "_")}.json`);
}

/** The tables. other is the passport laid over it, whose numbers stand beside. */
function body(p, other, units) {
  const beside = (list, same, value) => { const found = list && list.find(same); return found ? value(found) : ""; };
  const pressure = (v, bound) => { const d = display(v, "pascals", units, bound); return v == null ? "not known" : `${d.text} ${d.unit}`; };
  const phases = p.run.phases.map((x) => fact(x.name, lasted(x.duration) || (x.ended ? "" : "goes on"), beside(other?.run.phases, (o) => o.name === x.name, (o) => lasted(o.duration)) || (x.status && x.status !== "success" ? x.status : "")));
  const done = p.run.operations.map((o) => fact(o.name, lasted(o.duration) || "not timed", o.status === "success" ? "" : o.status));
  const valves = p.valves.slice(0, 40).map((m) => h("tr", { title: m.by ? `by ${m.by}` : null }, h("th", { scope: "row", class: "device" }, m.point === "open" ? m.device : `${m.device}.${m.point}`), h("td", {}, movement(m)), h("td", { class: "number" }, clock(Date.parse(m.timestamp))), h("td", { class: "number" }, m.took_milliseconds == null ? "" : `${Math.round(m.took_milliseconds)} ms`)));
  const lasers = p.lasers.flatMap((l) => [
    fact(`${l.device} on`, lasted(l.on)), fact("power while on", l.mean == null ? "not known" : power(l.mean, l.power_in), l.max == null ? "" : `at most ${power(l.max, l.power_in)}`),
    fact("energy", l.energy == null ? "not known" : power(l.energy, l.unit), l.unknown > 0.5 ? `without ${lasted(l.unknown)} of unknown power` : beside(other?.lasers, (o) => o.device === l.device && o.energy != null, (o) => power(o.energy, o.unit))),
  ]);
  const plain = (v) => (v == null ? "not known" : display(v, "pascals", units).text);
  const gauges = p.pressures.map((g) => h("tr", {}, h("th", { scope: "row" }, breakable(`${g.device}.${g.point}`)), h("td", { class: "number" }, plain(g.before)), h("td", { class: "number" }, plain(g.max))));
  const inlets = p.inlets.slice(0, 12).map((i) => fact(`${i.point} at ${i.device} open`, pressure(i.value)));
  const rises = p.static.flatMap((s) => s.rises.map((r) => ({ ...s, ...r }))).sort((a, b) => b.seconds - a.seconds).slice(0, 4);
  const still = p.static.length ? [fact("longest without a movement", lasted(Math.max(...p.static.map((s) => s.seconds))))] : [];
  const heat = p.temperatures.map((t) => fact(`${t.device}.${t.point}`, t.max == null ? "not known" : `${t.max.toFixed(1)} °C`, t.min == null ? "" : `from ${t.min.toFixed(1)}`));
  const faulty = p.faults.slice(0, 20).map((f) => h("tr", {}, h("th", { scope: "row", class: "time" }, clock(Date.parse(f.timestamp), false)), h("td", { colspan: 2 }, [f.kind === "lifecycle" ? plainName(f.about) : `${f.kind}: ${f.about}`, f.status].filter(Boolean).join(" · "))));
  return h("div", { class: "columns facts" },
    facts("Phases", [...phases, ...done], "no phase was posted"), facts("Faults and refusals", faulty), facts("Valves, as verified", valves, "no valve moved"), facts("Laser", lasers, "no laser is known"),
    facts(`Pressures, ${display(1, "pascals", units).unit}: before, highest`, gauges, "no pressure is known"), inlets.length ? facts("Inlet pressures", inlets) : null,
    facts("Static", [...still, ...rises.map((r) => fact(`${r.point} rose`, `${pressure(r.pascals_per_second)}/s`, `in ${lasted(r.seconds)}`))], "no valve moved: not known"), heat.length ? facts("Temperatures, highest", heat) : null);
}

// A long name goes on in the next line after a dot or a dash, and not within a word.
const breakable = (name) => name.split(/(?<=[._])/).flatMap((part) => [part, h("wbr")]);

function power(v, unit) {
  const words = { joules: "J", percent_seconds: "% s", watts: "W", percent: "%" };
  return `${Number(v.toPrecision(4))} ${words[unit] ?? unit}`;
}

function usual(passport, units) {
  return h("section", { class: "usual" }, h("h3", {}, "Is it usual?"), h("p", {}, usualWords(passport)), passport.usual?.length ? usualPlot(passport.usual, units) : null);
}
