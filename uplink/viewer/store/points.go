package store

import "slices"

// addPoints adds the points of the open block: they are mostly in order, and those of one bucket one after the other.
func (b *buckets) addPoints(skew int64) {
	times := b.points.Times
	for i := 0; i < len(times); {
		at := times[i] - skew
		if at < b.since || at >= b.until {
			i++
			continue
		}
		n := (at - b.from) / b.step
		from, to := max(b.from+n*b.step, b.since), min(b.from+(n+1)*b.step, b.until)
		end := i + 1
		for end < len(times) && times[end]-skew >= from && times[end]-skew < to {
			end++
		}
		if b.points.Whole() {
			b.addRun(int(n), i, end, skew)
		} else {
			b.addEach(i, end, skew)
		}
		i = end
	}
}

// addEach adds the points from i to end of the open block, of which some may be missing.
func (b *buckets) addEach(i, end int, skew int64) {
	for ; i < end; i++ {
		b.add(b.points.Times[i]-skew, b.points.Values[i], b.points.Missing(i))
	}
}

// addRun adds the points from i to end of the open block to one bucket. Each of them has a value.
func (b *buckets) addRun(bucket, i, end int, skew int64) {
	times, values := b.points.Times[i:end], b.points.Values[i:end]
	for k := 0; k < len(times) && b.exact.holds(); k++ {
		b.exact.add(times[k]-skew, values[k])
	}
	b.parts[bucket].addAll(values)
	b.last[bucket] = max(b.last[bucket], slices.Max(times)-skew)
}
