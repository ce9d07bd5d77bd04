package store

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"
)

// A block of many readings has a summary of every five minutes of its hour, so that a month is drawn without unpacking. One of few readings
// has none: it is unpacked as quickly.
const (
	partLength = int64(5 * time.Minute / time.Microsecond)
	partsInAll = 12
	minParts   = 600 // readings of a block with summaries
)

// part summarises five minutes: so many readings, so many with a value, and these.
type part struct {
	count, values  int
	min, mean, max float64 // mean is the sum while it is gathered
}

func (p *part) add(value float64, missing bool) {
	p.count++
	if missing {
		return
	}
	if p.values == 0 {
		p.min, p.max = value, value
	}
	p.min, p.max = min(p.min, value), max(p.max, value)
	p.mean += value
	p.values++
}

// addAll adds readings with a value, at least one.
func (p *part) addAll(values []float64) {
	p.add(values[0], false)
	low, high, sum := p.min, p.max, p.mean
	for _, v := range values[1:] {
		if !(v >= low) { // it is rare, and also so where one is not a number
			low = min(low, v)
		}
		if !(v <= high) {
			high = max(high, v)
		}
		sum += v
	}
	p.min, p.max, p.mean = low, high, sum
	p.count, p.values = p.count+len(values)-1, p.values+len(values)-1
}

// partsWriter gathers the parts of a block.
type partsWriter struct {
	parts [partsInAll]part
	count int
}

func (w *partsWriter) add(r *row) {
	w.parts[(r.at-hourOf(r.at))/partLength].add(r.value, r.bound == missingBound)
	w.count++
}

// bytes are the twelve parts one after the other: uvarint readings, uvarint values, and where there are values their minimum, mean and maximum,
// each as 8 bytes, lowest first.
func (w *partsWriter) bytes() []byte {
	var out []byte
	for _, p := range w.parts {
		out = binary.AppendUvarint(binary.AppendUvarint(out, uint64(p.count)), uint64(p.values))
		if p.values == 0 {
			continue
		}
		for _, v := range [...]float64{p.min, p.mean / float64(p.values), p.max} {
			out = binary.LittleEndian.AppendUint64(out, math.Float64bits(v))
		}
	}
	return out
}

// readParts reads what partsWriter wrote.
func readParts(in []byte) (parts [partsInAll]part, err error) {
	for i := range parts {
		p := &parts[i]
		count, n := binary.Uvarint(in)
		values, k := binary.Uvarint(in[max(n, 0):])
		if n <= 0 || k <= 0 || values > count {
			return parts, fmt.Errorf("summary %d of a block is damaged", i)
		}
		in = in[n+k:]
		p.count, p.values = int(count), int(values)
		if values == 0 {
			continue
		}
		if len(in) < 24 {
			return parts, fmt.Errorf("summary %d of a block is cut off", i)
		}
		for _, v := range [...]*float64{&p.min, &p.mean, &p.max} {
			*v = math.Float64frombits(binary.LittleEndian.Uint64(in))
			in = in[8:]
		}
	}
	return parts, nil
}
