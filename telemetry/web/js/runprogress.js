// The runs under way as the server counts them: how long such a run lasts, from earlier ones of its kind, and those whose beginning the page's log
// no longer holds. Asked for at the start and when something was posted of a run: a length that is expected does not change while one waits.

import { getJSON } from "./api.js";
import { ofRuns } from "./runnow.js";

const AFTER = 1500; // ms from what was posted to the question: more may come with it
const BETWEEN = 10000; // ms between two questions

/** RunProgress keeps the server's running runs in found; onData is called when they changed. */
export class RunProgress {
  constructor(store, onData) {
    Object.assign(this, { store, onData, found: [], due: 0, asked: -Infinity });
    store.on("status", () => Date.now() >= Math.max(this.due, this.asked + BETWEEN) && this.#ask());
    store.on("events", (fresh) => this.#heard(fresh));
    store.on("source", () => Object.assign(this, { found: [], due: 0, asked: -Infinity }));
  }

  #heard(fresh) {
    const told = fresh.filter((e) => ofRuns(e) && /^(run|queue)_|_(started|completed)/.test(e.metric_name.replace(/^pychron_/, "")));
    if (told.length) this.due = Math.min(this.due, Date.now() + AFTER);
    const over = new Set(told.filter((e) => /^(pychron_)?run_completed/.test(e.metric_name)).map((e) => `${e.source}/${e.labels?.run_id}`));
    if (over.size) this.found = this.found.filter((r) => !over.has(`${r.source}/${r.id}`));
  }

  async #ask() {
    const { source } = this.store, params = new URLSearchParams({ state: "running", limit: "20", ...(source && { source }) });
    [this.asked, this.due] = [Date.now(), Infinity];
    try {
      const { runs } = await getJSON(`runs?${params}`, { timeout: 30000 });
      if (source !== this.store.source) return;
      this.found = runs;
      this.onData();
    } catch {
      this.due = Date.now() + 3 * BETWEEN; // without an answer no length is expected
    }
  }
}
