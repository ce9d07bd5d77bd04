// One stream of events for all pages of a browser: it allows six connections to a host, and HALT needs one of them. The hub lives
// in a worker that the pages share. A page that dies says nothing, so one that is silent for long is forgotten.

const SILENT = 90000; // ms
const TOGETHER = 50; // ms for which events are gathered: a page in a flood takes twenty messages a second, not five hundred

const keyOf = ({ source, token }) => JSON.stringify([source, token]);

/**
 * Hub follows each source once for each token. make(handlers) gives a Stream. A member is a page: {post(message)}. It is sent
 * {joined: "first"} when the stream begins at its cursor, {joined: "late"} when it must fetch what came before by itself;
 * {state, openedAt}, {events, last} (the cursor after them) and {gap}.
 */
export class Hub {
  constructor(make, now = Date.now, later = (f, ms) => setTimeout(f, ms)) {
    Object.assign(this, { make, now, later });
    this.streams = new Map(); // key -> {stream, members: Map(member -> when it was last heard), state}
    this.keys = new Map(); // member -> key
  }

  /** Takes a member in, or hears that it is still there. */
  join(member, wanted) {
    const key = keyOf(wanted);
    if (this.keys.get(member) !== key) {
      this.leave(member);
      this.#add(member, key, wanted);
    }
    this.streams.get(key).members.set(member, this.now());
    this.#forgetSilent();
  }

  leave(member) {
    const key = this.keys.get(member), one = this.streams.get(key);
    this.keys.delete(member);
    one?.members.delete(member);
    if (one?.members.size === 0) {
      one.stream.stop();
      this.streams.delete(key);
    }
  }

  #add(member, key, { source, after, token }) {
    this.keys.set(member, key);
    const known = this.streams.get(key);
    if (known) {
      known.members.set(member, this.now());
      member.post({ joined: "late" });
      member.post({ state: known.state, openedAt: known.stream.openedAt });
      return;
    }
    const one = { members: new Map([[member, this.now()]]), state: "broken" };
    const post = (message) => [...one.members.keys()].forEach((m) => m.post(message));
    let gathered = [];
    const flush = () => {
      const events = gathered;
      gathered = [];
      if (events.length) post({ events, last: one.stream.lastId });
    };
    const gather = (events) => {
      const first = gathered.length === 0;
      for (const e of events) gathered.push(e);
      if (first) this.later(flush, TOGETHER);
    };
    const all = (message) => {
      flush(); // what came before stays before
      post(message);
    };
    one.stream = this.make({
      onEvents: gather,
      onState: (state) => all({ state: (one.state = state), openedAt: one.stream.openedAt }),
      onGap: (gap) => all({ gap }),
    });
    this.streams.set(key, one);
    member.post({ joined: "first" });
    one.stream.start(source, after, token);
  }

  #forgetSilent() {
    const now = this.now();
    for (const { members } of [...this.streams.values()]) {
      for (const [member, heard] of [...members]) if (now - heard > SILENT) this.leave(member);
    }
  }
}
