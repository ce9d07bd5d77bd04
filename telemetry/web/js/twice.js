// The hour that clocks go through twice when they are set back: which of the two a time is in, and what the page writes then. Pure.

const BACK = [3600e3, 1800e3]; // how far clocks are set back; half an hour on Lord Howe Island

/** The same wall time the other time, in epoch milliseconds: {first, last}; both are ms where there is but one. */
export function both(ms) {
  const offset = (t) => -new Date(t).getTimezoneOffset() * 60e3; // ahead of UTC
  for (const back of BACK) {
    if (offset(ms) - offset(ms + back) === back) return { first: ms, last: ms + back };
    if (offset(ms - back) - offset(ms) === back) return { first: ms - back, last: ms };
  }
  return { first: ms, last: ms };
}

let half = null, text = ""; // of the last half hour that was asked for: clocks are set at whole ones

/** What stands behind a wall time that comes twice, " +02" for the first of Central Europe and " +01" for the second; "" behind any other. */
export function zone(ms) {
  if (Number.isNaN(ms)) return "";
  const asked = Math.floor(ms / 1800e3);
  if (asked !== half) {
    const { first, last } = both(ms);
    half = asked;
    text = first === last ? "" : ` ${ahead(ms)}`;
  }
  return text;
}

function ahead(ms) {
  const minutes = -new Date(ms).getTimezoneOffset(), abs = Math.abs(minutes), two = (n) => String(n).padStart(2, "0");
  return `${minutes < 0 ? "−" : "+"}${two(Math.floor(abs / 60))}${abs % 60 ? `:${two(abs % 60)}` : ""}`;
}

/** Epoch milliseconds of what stands in a field of local time; of a time that comes twice the first, or the last, so that a range has all of it. NaN where nothing stands. */
export function ofField(value, last = false) {
  const ms = new Date(value).getTime();
  return Number.isNaN(ms) ? ms : both(ms)[last ? "last" : "first"];
}
