// Plots that a person comes back to: their curves, range and comparison under a name, in this browser. The address says the same, for a colleague.

import { fill, h } from "./dom.js";
import { ask, confirm } from "./dialogs.js";
import { recall, remember } from "./prefs.js";

const NAME = "plots.views";
const MOST = 12;

function all() {
  try {
    const list = JSON.parse(recall(NAME, "[]"));
    return Array.isArray(list) ? list.filter((v) => typeof v?.name === "string" && typeof v?.query === "string") : [];
  } catch {
    return [];
  }
}

/** {node, set(query)}: a button for each; open(query) shows one, present() is what is to be saved. */
export function savedViews(open, present) {
  const node = h("div", { id: "plot-views", class: "chips", role: "group", "aria-label": "saved views" });
  let made = "", query = "";
  async function save() {
    const answer = await ask("Save this view", ["Curves, range and comparison are kept in this browser. For a colleague, copy the address."], [{ name: "name", label: "Name", required: true }], "Save");
    const name = answer?.name.trim().slice(0, 40);
    if (!name) return;
    remember(NAME, JSON.stringify([...all().filter((v) => v.name !== name), { name, query: present() }].slice(-MOST)));
    set(present());
  }
  async function forget(name) {
    if (!(await confirm(`Forget the view "${name}"?`, ["What it shows stays as it is; only the name goes."], "Forget"))) return;
    remember(NAME, JSON.stringify(all().filter((v) => v.name !== name)));
    set(query);
  }
  function set(now) {
    query = now;
    const views = all(), mark = JSON.stringify([views, now]);
    if (mark === made) return;
    made = mark;
    fill(node, views.map((v) => [
      h("button", { class: "chip", "aria-pressed": String(v.query === now), data: { view: v.name }, onclick: () => open(v.query) }, v.name),
      v.query === now && h("button", { class: "icon", "aria-label": `forget ${v.name}`, onclick: () => forget(v.name) }, "✕")]).flat(),
      h("button", { class: "chip", id: "plot-save", onclick: save }, "save…"));
  }
  set(""); // its button has its place before the first plot is drawn
  return { node, set };
}
