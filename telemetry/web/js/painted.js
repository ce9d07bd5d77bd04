// When the browser has painted what stands on the page.

const LATE = 400; // ms: a browser that paints nothing, as of a page that is covered, does not hold it up

/** Resolves after the next frame. */
export const painted = () => new Promise((done) => (requestAnimationFrame(() => setTimeout(done)), setTimeout(done, document.hidden ? 0 : LATE)));
