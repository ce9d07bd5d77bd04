// Tables of facts: a name, its value, and a word beside it.

import { h } from "./dom.js";

/** A row of facts: what, its value, and a word beside it. */
export function fact(name, value, more = "") {
  return h("tr", {}, h("th", { scope: "row" }, name), h("td", { class: "number" }, value), h("td", { class: "dim" }, more));
}

/** A table of facts under its title; "none" where there are none. */
export function facts(title, rows, none = "none") {
  return h("section", {}, h("h3", {}, title), rows.length ? h("table", {}, h("tbody", {}, rows)) : h("p", { class: "dim" }, none));
}
