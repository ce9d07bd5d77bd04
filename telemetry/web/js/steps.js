// Work that is too long for one frame, as a generator: it goes on until it yields after the frame's time is up, and then in the frame after.

const ROOM = 6; // ms of a frame in which steps begin: the browser has to lay out and to paint as well

/** What a step yields that has changed what stands on the page: the browser lays it out, and paints it, before the next step. */
export const PAINT = "paint";

/**
 * Steps does one work at a time; of those that are asked for meanwhile the last one follows. In a page that nobody sees it does not wait for frames, for
 * there are none.
 */
export class Steps {
  constructor({ frame = nextFrame, clock = () => performance.now(), room = ROOM } = {}) {
    Object.assign(this, { frame, clock, room, now: null, after: null, waiting: false });
  }

  /** Does what the generator function says, once what is being done has ended. */
  run(work) {
    this.after = work;
    this.#later();
  }

  #later() {
    if (this.waiting) return;
    this.waiting = true;
    this.frame(() => this.#work());
  }

  #work() {
    this.waiting = false;
    const end = this.clock() + this.room;
    if (!this.now) [this.now, this.after] = [this.after(), null];
    try {
      for (let step; !(step = this.now.next()).done; ) if (step.value === PAINT || this.clock() >= end) return;
      this.now = null;
    } catch (error) {
      this.now = null; // half done, it is not gone on with
      throw error;
    } finally {
      if (this.now || this.after) this.#later();
    }
  }
}

function nextFrame(f) {
  if (document.hidden) setTimeout(f);
  else requestAnimationFrame(f);
}
