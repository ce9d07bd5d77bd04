// Everything the page can ask to be done. One call each; the answer is said, a refusal with its reason. What is dangerous is asked
// about first; what makes things safe (closing, disabling, halting) never is.

import { age } from "./age.js";
import { send } from "./api.js";
import { confirm, say, tell } from "./dialogs.js";
import { h } from "./dom.js";
import { display } from "./units.js";
import { haltRows, haltTitle } from "./standing.js";

const LEASE = 10; // s asked for; the agent may grant less. The laser is halted when this page stops renewing for so long

const HALT_TRIES = 30000; // ms for which a HALT is tried where there is no connection

const at = encodeURIComponent;

/** True for the control that lets the beam on. */
export function enables(device, control) {
  return device.family === "laser" && control.unit === "";
}

export class Commands {
  constructor(store) {
    this.store = store;
    this.pending = new Set(); // "device.control" now on its way
    this.leases = new Map(); // device -> timer
    this.settled = () => Infinity; // ms since the last answer
    store.on("lost", () => store.lost && this.leases.size && say("No connection: the lease on the laser cannot be renewed and it will be halted", true));
  }

  /** Moves one control; true when it was done and read back. */
  async set(device, control, value) {
    const name = `${device.name}.${control.control}`;
    const start = value !== control.idle;
    if (start && !(await this.#sure(device, control, value))) return false;
    this.pending.add(name);
    this.store.emit("status", this.store.status);
    try {
      if (start && enables(device, control)) await this.#lease(device.name);
      const answer = await send("POST", `devices/${at(device.name)}/${at(control.control)}`, { value, ttl: "2s" }, { timeout: 60000 });
      if (answer.result && answer.result !== "success") throw new Error(`result ${answer.result}`);
      say(answer.value == null ? `${name}: done` : `${name}: done, reads ${answer.value}`);
      if (!start && enables(device, control)) this.#drop(device.name);
      return true;
    } catch (error) {
      say(`${name}: ${error.status === 504 ? "RESULT UNKNOWN, look at the instrument. " : ""}${error.message}`, true);
      return false;
    } finally {
      this.pending.delete(name);
      this.settled = age(Date.now());
      this.store.emit("status", this.store.status);
    }
  }

  #sure(device, control, value) {
    const name = `${device.name}.${control.control}`;
    if (enables(device, control)) {
      return confirm(`Enable ${device.name}?`, [
        "The beam can come on at the power that is set. Look at the bench and at the door first.",
        `This page takes a lease: when it is closed, hidden for long or loses its connection, ${device.name} is halted within seconds.`,
      ], `Enable ${device.name}`);
    }
    const enabled = device.points?.find((p) => p.point === "enabled")?.value;
    if (device.family === "laser" && enabled !== 0 && !(value < control.value)) {
      const shown = display(value, control.unit);
      const set = control.unit === "percent" ? `${value} %` : `${shown.text} ${shown.unit}`.trim();
      const what = control.unit === "percent" ? "Laser power is in percent of what the instrument can give." : "The laser is enabled.";
      return confirm(`Set ${name} to ${set}?`, what, `Set ${set}`);
    }
    if (control.hazard) return confirm(`${name} = ${value}?`, "This control is marked as a hazard. Make sure that nobody and nothing is in its way.", "Do it");
    return Promise.resolve(true);
  }

  async #lease(device) {
    this.#next(device, await send("POST", `devices/${at(device)}/hold`, { for: `${LEASE}s` }));
  }

  // The next renewal comes after a third of what was granted, so that one may be lost.
  #next(device, granted) {
    const left = Date.parse(granted.until) - this.store.now();
    const wait = Math.min(3000, Math.max(300, Number.isNaN(left) ? 1000 : left / 3));
    clearTimeout(this.leases.get(device));
    this.leases.set(device, setTimeout(() => this.#renew(device), wait));
  }

  async #renew(device) {
    const known = this.store.status?.devices?.find((d) => d.name === device);
    const on = known?.points?.find((p) => p.point === "enabled")?.value;
    const shown = this.pending.size === 0 && this.settled() - this.store.heard() > 2000; // the status is newer than the command
    if (on === 0 && shown) return this.#drop(device);
    try {
      const granted = await send("POST", `devices/${at(device)}/hold`, { for: `${LEASE}s` }, { quiet: true, timeout: 2000 });
      if (this.leases.has(device)) this.#next(device, granted);
    } catch (error) {
      say(`${device}: the lease was not renewed (${error.message}); it will be halted`, true);
      if (this.leases.has(device)) this.#next(device, {});
    }
  }

  #drop(device) {
    clearTimeout(this.leases.get(device));
    if (this.leases.delete(device)) send("POST", `devices/${at(device)}/hold`, { drop: true }, { quiet: true }).catch(() => {});
  }

  /** Halts everything that can be halted. Never asks, and says plainly what could not be halted. */
  async halt() {
    try {
      const result = await this.#sendHalt();
      const rows = haltRows(result).map((r) => h("tr", { data: { state: r.state } }, h("th", { scope: "row" }, r.device), h("td", {}, r.words)));
      tell(haltTitle(result), rows.length ? h("table", { class: "halts" }, h("tbody", {}, rows)) : h("p", {}, "Nothing was there to halt."));
    } catch (error) {
      const why = error.status === 0 ? `It did not arrive within ${HALT_TRIES / 1000} s (${error.message}) and is withdrawn: nothing is sent later.` : `${error.message}.`;
      tell("HALT NOT CONFIRMED", h("p", { class: "bad big" }, `${why} Use the wired stop.`));
    }
  }

  // Tries for a while; a HALT that comes when nobody expects it any more would be another danger.
  async #sendHalt() {
    for (const tried = age(Date.now()); ; ) {
      const error = await send("POST", "halt", {}, { timeout: Math.max(1000, Math.min(15000, HALT_TRIES - tried())) }).catch((e) => e);
      if (!(error instanceof Error)) return error;
      if (error.body?.failed) return error.body;
      if (error.status !== 0 || tried() >= HALT_TRIES - 1000) throw error;
      await new Promise((resume) => setTimeout(resume, 500));
    }
  }

  /** Any other writing call; true when it was answered well. done is what is said then. */
  async other(method, path, body, done) {
    try {
      await send(method, path, body);
      say(done);
      return true;
    } catch (error) {
      say(error.message, true);
      return false;
    }
  }
}
