// The fields of the log's filter.

import { fill, h, setAttr, setText } from "./dom.js";
import { localInput } from "./format.js";
import { ofField } from "./twice.js";
import { menu } from "./menu.js";
import { LISTS, SEVERITIES, empty, isEmpty } from "./filter.js";

const OWN = "own";
const RANGES = [["", "any time"], ["900", "last 15 min"], ["3600", "last hour"], ["86400", "last 24 h"], ["604800", "last 7 days"], [OWN, "from … until"]];
const TYPING = 200;

/** {node, set(filter), busy(text), options()}; onChange gets the new filter. */
export function filterBar(app, onChange) {
  let filter = empty(), timer = 0;
  const change = (part) => onChange({ ...filter, ...part });
  const search = h("input", { id: "filter-q", type: "search", placeholder: "find  /", "aria-label": "search", spellcheck: "false",
    oninput: () => { clearTimeout(timer); timer = setTimeout(find, TYPING); }, onchange: () => find() });
  const find = () => {
    clearTimeout(timer);
    if (search.value !== filter.q) change({ q: search.value });
  };
  const lists = Object.fromEntries(Object.entries(LISTS).map(([key, words]) => [key, choice(key, Array.isArray(words) ? words : [], change)]));
  const severity = h("select", { id: "filter-severity", "aria-label": "least severity", onchange: () => change({ severity: severity.value }) },
    h("option", { value: "" }, "any severity"), SEVERITIES.slice(1).map((s) => h("option", { value: s }, `≥ ${s}`)));
  const source = h("select", { id: "filter-source", "aria-label": "source", onchange: () => app.route.look(source.value) });
  const since = time("filter-since", "from", (ms) => change({ since: ms }));
  const until = time("filter-until", "until", (ms) => change({ until: ms }), true);
  const range = h("select", { id: "filter-range", "aria-label": "time range", onchange: () => pickRange() },
    RANGES.map(([v, t]) => h("option", { value: v }, t)));
  const times = h("span", { class: "times", hidden: true }, since.node, until.node);
  const reset = h("button", { id: "filter-reset", class: "quiet", onclick: () => { range.value = ""; onChange({ ...empty(), source: filter.source }); } }, "reset");
  const finer = h("span", { class: "finer", hidden: true }, Object.entries(lists).filter(([key]) => key !== "device").map(([, l]) => l.node));
  const more = h("button", { id: "filter-more", type: "button", class: "quiet", "aria-expanded": "false", onclick: () => finely(finer.hidden) }, "more…");
  const finely = (open) => {
    finer.hidden = !open;
    setAttr(more, "aria-expanded", String(open));
  };
  const busy = h("span", { class: "dim", role: "status" });
  const node = h("form", { class: "filters", role: "search", "aria-label": "filter of the log", onsubmit: (e) => e.preventDefault() },
    search, lists.device.node, severity, source, range, times, more, finer, reset, busy);

  function pickRange() {
    times.hidden = range.value !== OWN;
    if (range.value !== OWN) change({ since: range.value ? app.store.now() - range.value * 1000 : null, until: null });
    else since.node.querySelector("input").focus();
  }

  function set(next) {
    filter = next;
    if (document.activeElement !== search) search.value = next.q;
    for (const [key, list] of Object.entries(lists)) list.set(next[key]);
    severity.value = next.severity;
    since.set(next.since);
    until.set(next.until);
    const timed = next.since != null || next.until != null;
    if (!timed && range.value !== OWN) range.value = "";
    if (timed && !range.value) range.value = OWN;
    times.hidden = range.value !== OWN;
    if (next.type.length || next.lane.length) finely(true);
    reset.hidden = isEmpty({ ...next, source: "" });
    options();
  }

  function options() {
    for (const [key, names] of Object.entries(LISTS)) {
      if (!Array.isArray(names)) lists[key].options([...new Set([...names(app.store.status ?? {}), ...filter[key]])].sort());
    }
    const agents = (app.store.status?.sources ?? []).map((s) => s.source);
    source.hidden = agents.length === 0;
    const made = agents.join();
    if (source.dataset.made !== made) fill(source, h("option", { value: "" }, "all agents"), agents.map((s) => h("option", { value: s }, s)));
    source.dataset.made = made;
    source.value = filter.source;
  }
  return { node, set, options, busy: (text) => setText(busy, text) };
}

// A menu of checkboxes: nothing checked lets everything through.
function choice(key, words, change) {
  const summary = h("summary", {});
  const choices = h("div", { class: "choices" });
  const node = menu({ id: `filter-${key}`, class: "choice" }, summary, choices);
  let chosen = [], made = null;
  const pick = () => change({ [key]: [...choices.querySelectorAll("input:checked")].map((i) => i.value) });
  function options(list) {
    if (made === list.join()) return;
    made = list.join();
    fill(choices, list.map((w) => h("label", {}, h("input", { type: "checkbox", value: w, onchange: pick }), w)));
    set(chosen);
  }
  function set(now) {
    chosen = now;
    for (const box of choices.querySelectorAll("input")) box.checked = now.includes(box.value);
    setText(summary, now.length === 0 ? `any ${key}` : now.length === 1 ? now[0] : `${now.length} ${key}s`);
    setAttr(summary, "data-on", now.length ? "yes" : null);
  }
  options(words);
  return { node, set, options };
}

function time(id, label, change, last = false) {
  const field = h("input", { id, type: "datetime-local", step: "1", onchange: () => change(field.value ? ofField(field.value, last) : null) });
  const node = h("label", { class: "when" }, h("span", {}, label), field);
  const set = (ms) => document.activeElement !== field && (field.value = ms == null ? "" : localInput(ms));
  return { node, set };
}
