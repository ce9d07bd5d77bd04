// The address bar: "#/events?kind=command&q=V3". A view and its parameters, so that what one sees can be sent to a colleague.

const VIEWS = ["bench", "events", "metrics", "plots"];

/** Route holds the view and parameters of the address and tells when they change. */
export class Route {
  constructor() {
    this.listeners = [];
    this.#read();
    addEventListener("hashchange", () => {
      if (location.hash === this.written) return;
      this.#read();
      this.#tell();
    });
  }

  #read() {
    const [path, search = ""] = location.hash.replace(/^#\/?/, "").split("?");
    this.view = VIEWS.includes(path) ? path : "bench";
    this.params = new URLSearchParams(search);
  }

  #tell() {
    for (const f of this.listeners) f(this);
  }

  on(f) {
    this.listeners.push(f);
  }

  /** Goes to a view as a step in the browser's history. The source is kept unless params name one. */
  go(view, params = new URLSearchParams()) {
    const source = this.params.get("source");
    if (source && !params.has("source")) params.set("source", source);
    this.view = view;
    this.params = params;
    this.#write(true);
    this.#tell();
  }

  /** Changes the parameters of the present view without a step in the history. */
  put(params) {
    this.params = params;
    this.#write(false);
  }

  #write(step) {
    const search = this.params.toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%2F", "/");
    this.written = `#/${this.view}${search ? "?" + search : ""}`;
    if (this.written === location.hash) return;
    history[step ? "pushState" : "replaceState"](null, "", this.written);
  }
}
