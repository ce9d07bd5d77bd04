package block

import (
	"encoding/binary"
	"slices"
)

// A column of times is often a grid with holes: an instrument is asked every second, and what did not move is not kept. Then each time
// is start + multiple*step + rest with a small rest, in two columns.

// appendTimes appends a column of times: on a grid where that is shorter.
func appendTimes(dst []byte, column []int64) []byte {
	step := stepOf(column)
	if step <= 1 {
		return appendColumn(dst, column)
	}
	multiples, rests := onGrid(column, step)
	plain, grid, rest := measure(column), measure(multiples), measure(rests)
	if grid.minBits()+rest.minBits()+len(column) >= plain.minBits() { // a number more takes a bit more than its length
		return appendOrdered(dst, column, plain)
	}
	dst = append(dst, gridded)
	dst = binary.AppendVarint(dst, column[0])
	dst = binary.AppendVarint(dst, step)
	return appendMeasured(appendMeasured(dst, multiples, grid), rests, rest)
}

// sampled is how many differences are looked at to find the step.
const sampled = 64

// stepOf is the step of the grid that the times most likely stand on, 0 where there are too few to tell or where they go backwards.
func stepOf(column []int64) int64 {
	if len(column) < 8 || column[0] < -1<<61 || column[len(column)-1] > 1<<61 || column[len(column)-1] <= column[0] {
		return 0
	}
	var room [sampled]int64
	steps := room[:0]
	stride := max((len(column)+sampled-2)/sampled, 1)
	for i := 1; i < len(column); i += stride {
		if d := column[i] - column[i-1]; d > 0 {
			steps = append(steps, d)
		}
	}
	if len(steps) == 0 {
		return 0
	}
	slices.Sort(steps)
	short := steps[len(steps)/8]
	var sum, n int64
	for _, d := range steps {
		if d >= short/2 && d/3 <= short/2 {
			sum, n = sum+d, n+1
		}
	}
	return refined(column, sum/max(n, 1))
}

// refined is the step at which the last time stands on the grid as well.
func refined(column []int64, step int64) int64 {
	if step <= 1 {
		return step
	}
	var multiples int64
	for i := 1; i < len(column); i++ {
		multiples += nearest(column[i]-column[i-1], step)
	}
	if multiples <= 0 {
		return 0
	}
	return nearest(column[len(column)-1]-column[0], multiples)
}

// nearest is a/b, rounded to the nearest; b is positive.
func nearest(a, b int64) int64 {
	if a < 0 {
		return -int64((uint64(-a) + uint64(b)/2) / uint64(b))
	}
	return int64((uint64(a) + uint64(b)/2) / uint64(b))
}

func onGrid(column []int64, step int64) (multiples, rests []int64) {
	both := make([]int64, 2*len(column))
	multiples, rests = both[:len(column)], both[len(column):]
	for i, v := range column {
		multiples[i] = nearest(v-column[0], step)
		rests[i] = v - column[0] - multiples[i]*step
	}
	return multiples, rests
}

// times reads a column that may be on a grid; room is as long.
func (r *reader) times(dst, room []int64) {
	if len(r.in) == 0 || r.in[0] != gridded {
		r.plain(dst)
		return
	}
	r.byte()
	start, step := r.varint(), r.varint()
	r.plain(dst)
	r.plain(room)
	for i := range dst {
		dst[i] = start + dst[i]*step + room[i]
	}
}
