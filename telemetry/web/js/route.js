// The address bar: "#/log?kind=command&q=V3&source=line1". A view, its parameters and the agent looked at, so that what one
// sees can be sent to a colleague. Each view's parameters are kept while one looks at another.

const VIEWS = ["fleet", "line", "instruments", "log", "plots", "runs", "metrics"];
const FORMER = { bench: "instruments", events: "log" }; // addresses that were sent to colleagues go on working

/** Route holds the view, its parameters and the source of the address, and tells when they change. */
export class Route {
  constructor() {
    this.listeners = [];
    this.kept = new Map();
    this.home = "instruments";
    this.#read();
    addEventListener("hashchange", () => location.hash !== this.written && this.#follow());
    document.addEventListener("click", (e) => this.#click(e));
  }

  #read() {
    const [path, search = ""] = location.hash.replace(/^#\/?/, "").split("?");
    this.chosen = VIEWS.includes(FORMER[path] ?? path); // else the address says none, and home is shown
    this.view = this.chosen ? FORMER[path] ?? path : this.home;
    this.params = new URLSearchParams(search);
    this.source = this.params.get("source") ?? "";
    this.params.delete("source");
    this.kept.set(this.view, this.params);
  }

  #follow() {
    this.#read();
    this.#tell();
  }

  // A link within the page keeps the source; a tab finds its view as it was left.
  #click(e) {
    const link = e.target.closest?.('a[href^="#/"]');
    if (!link || e.ctrlKey || e.metaKey || e.shiftKey || e.button) return;
    e.preventDefault();
    const [path, search] = link.getAttribute("href").slice(2).split("?");
    this.go(path, search === undefined ? this.kept.get(FORMER[path] ?? path) : new URLSearchParams(search));
  }

  /** Says which view stands where the address names none: the line's drawing, where there is one. */
  setHome(view) {
    if (view === this.home) return;
    this.home = view;
    if (this.chosen) return;
    this.view = view;
    this.#tell();
  }

  #tell() {
    for (const f of this.listeners) f(this);
  }

  on(f) {
    this.listeners.push(f);
  }

  /** Goes to a view as a step in the browser's history. */
  go(view, params = new URLSearchParams()) {
    this.chosen = true;
    this.view = FORMER[view] ?? view;
    this.params = params;
    this.#write(true);
    this.#tell();
  }

  /** Changes the parameters of the present view without a step in the history. */
  put(params) {
    this.chosen = true;
    this.params = params;
    this.#write(false);
  }

  /** Looks at one agent, or at all (""). */
  look(source) {
    this.source = source;
    this.#write(true);
    this.#tell();
  }

  #write(step) {
    this.kept.set(this.view, this.params);
    const all = new URLSearchParams(this.params);
    if (this.source) all.set("source", this.source);
    const search = all.toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%2F", "/");
    this.written = `#/${this.view}${search ? "?" + search : ""}`;
    if (this.written === location.hash) return;
    history[step ? "pushState" : "replaceState"](null, "", this.written);
  }
}
