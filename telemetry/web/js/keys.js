// The keyboard: one letter for each thing, listed by "?". No key moves a valve or turns anything on; H only makes things safe.

import { byId, h } from "./dom.js";
import { modal } from "./dialogs.js";
import { recall, remember } from "./prefs.js";

const SHORTCUTS = [
  ["1 … 7", "Line, Instruments, Log, Plots, Runs, Metrics, Fleet"],
  ["g, then l i o p r m f", "the same: Line, Instruments, lOg, Plots, Runs, Metrics, Fleet"],
  ["/", "search in the present view"],
  ["Space", "pause or resume plots; follow or hold the log"],
  ["u", "next pressure unit"],
  ["t", "dark or light"],
  ["w", "for a screen on the wall, and back"],
  ["e", "export"],
  ["Shift H", "HALT everything that can be halted"],
  ["↑ ↓ Enter", "choose and open an event (in the log)"],
  ["Esc", "close a window"],
  ["?", "this list"],
];

const VIEWS = ["line", "instruments", "log", "plots", "runs", "metrics", "fleet"];
const GO = { l: "line", i: "instruments", o: "log", p: "plots", r: "runs", m: "metrics", f: "fleet" };
const THEN = 1500; // ms in which the second key of two follows the first

/** Shows the list of shortcuts. */
export function help() {
  const rows = SHORTCUTS.map(([key, what]) => h("tr", {}, h("td", {}, h("kbd", {}, key)), h("td", {}, what)));
  modal("dialog-help", "Keyboard", h("table", { class: "keys" }, h("tbody", {}, rows)));
}

/** Listens to the keys of the page, except while a person types in a field. */
export function keys(app) {
  if (recall("wall")) wall(true);
  let went = -Infinity; // when g was pressed
  const press = { u: "unit-next", t: "theme", e: "export-open", H: "halt" };
  addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest?.("input, select, textarea")) return;
    if (e.target.closest?.("dialog") && e.key !== "H") return;
    const going = performance.now() - went < THEN && GO[e.key];
    went = e.key === "g" ? performance.now() : -Infinity;
    if (e.key === "g") return;
    if (going) go(going);
    else if (/^[1-9]$/.test(e.key)) go(VIEWS[e.key - 1]);
    else if (e.key === "?") help();
    else if (e.key === "w") wall(!document.body.dataset.wall);
    else if (e.key === "/") search();
    else if (press[e.key]) byId(press[e.key])?.click();
    else if (e.key === " " && !e.target.closest?.("button, a, summary")) document.dispatchEvent(new CustomEvent("pause"));
    else return;
    e.preventDefault();
  });
}

// A view that is not to be had here has no tab in sight.
function go(view) {
  const tab = byId(`tab-${view}`);
  if (tab && !tab.hidden) tab.click();
}

// A screen on the wall is only read; it comes up so again in this browser.
function wall(on) {
  document.body.toggleAttribute("data-wall", on);
  if (on) document.body.dataset.wall = "yes";
  remember("wall", on ? "yes" : "");
}

function search() {
  const field = document.querySelector("main > section:not([hidden]) input[type=search]");
  field?.focus();
  field?.select();
}
