// Fewer points without losing the extremes, and gaps kept as gaps. A series is {t, v} or {t, min, mean, max}: columns of
// equal length, t ascending in epoch seconds, null = gap.

/** At most 2*buckets points of t, v: of each bucket the smallest and the largest in their order; a null in a bucket ends it. */
export function extremes(t, v, buckets) {
  if (t.length <= 2 * buckets || buckets < 1) return { t: [...t], v: [...v] };
  const out = { t: [], v: [] };
  const width = (t.at(-1) - t[0]) / buckets || 1;
  for (let i = 0; i < t.length; ) {
    const end = t[0] + width * (Math.floor((t[i] - t[0]) / width) + 1);
    i = bucket(t, v, i, end, out);
  }
  return out;
}

function bucket(t, v, from, end, out) {
  let low = -1, high = -1, gap = -1, i = from;
  for (; i < t.length && (t[i] < end || i === from); i++) {
    if (v[i] == null) gap = i;
    else {
      if (low < 0 || v[i] < v[low]) low = i;
      if (high < 0 || v[i] > v[high]) high = i;
    }
  }
  for (const k of [...new Set([low, high, gap])].filter((k) => k >= 0).sort((a, b) => a - b)) {
    out.t.push(t[k]);
    out.v.push(v[k]);
  }
  return i;
}

/** Index of the first element of ascending a that is >= x. */
export function lowerBound(a, x) {
  let low = 0, high = a.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (a[mid] < x) low = mid + 1;
    else high = mid;
  }
  return low;
}
