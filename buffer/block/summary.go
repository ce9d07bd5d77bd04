package block

import (
	"encoding/binary"
	"math"
	"time"
)

// Summary says what is in a block without unpacking it.
type Summary struct {
	Count             int    // readings, 1 to [MaxReadings]
	FirstSeq, LastSeq uint64 // smallest and largest number
	FirstTime         int64  // smallest time, in microseconds since 1970, rounded down
	LastTime          int64  // largest time
	FirstUp, LastUp   int64  // smallest and largest up, in microseconds
	Values            int    // readings that have a finite value
	Min, Mean, Max    float64
}

// at adds the number and the times of one reading.
func (s *Summary) at(seq uint64, t time.Time, up time.Duration) {
	us, ups := microseconds(t), int64(up/time.Microsecond)
	if s.Count == 0 {
		s.FirstSeq, s.LastSeq, s.FirstTime, s.LastTime, s.FirstUp, s.LastUp = seq, seq, us, us, ups, ups
	}
	s.FirstUp, s.LastUp = min(s.FirstUp, ups), max(s.LastUp, ups)
	s.FirstSeq, s.LastSeq = min(s.FirstSeq, seq), max(s.LastSeq, seq)
	s.FirstTime, s.LastTime = min(s.FirstTime, us), max(s.LastTime, us)
	s.Count++
}

// value adds a value that is there. Mean holds the sum of them until the block is written.
func (s *Summary) value(v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return
	}
	if s.Values == 0 {
		s.Min, s.Max = v, v
	}
	s.Min, s.Max = min(s.Min, v), max(s.Max, v)
	s.Mean += v
	s.Values++
}

// microseconds is a time in microseconds since 1970, or the nearest that 62 bits hold.
func microseconds(t time.Time) int64 {
	const limit = 1 << 62 / 1_000_000
	return min(max(t.Unix(), -limit), limit)*1_000_000 + int64(t.Nanosecond())/1000
}

// maxSummary is the bytes of a summary at most: eight numbers and three values.
const maxSummary = 8*10 + 3*8

func (s *Summary) appendTo(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(s.Count))
	dst = binary.AppendUvarint(dst, s.FirstSeq)
	dst = binary.AppendUvarint(dst, s.LastSeq-s.FirstSeq)
	dst = binary.AppendVarint(dst, s.FirstTime)
	dst = binary.AppendUvarint(dst, uint64(s.LastTime-s.FirstTime))
	dst = binary.AppendVarint(dst, s.FirstUp)
	dst = binary.AppendUvarint(dst, uint64(s.LastUp-s.FirstUp))
	dst = binary.AppendUvarint(dst, uint64(s.Values))
	if s.Values == 0 {
		return dst
	}
	for _, v := range [...]float64{s.Min, s.Mean / float64(s.Values), s.Max} {
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
	}
	return dst
}

func (r *reader) summary() (s Summary) {
	count := r.uvarint()
	if count == 0 || count > MaxReadings {
		r.fail("%d readings; must be 1 to %d", count, MaxReadings)
		return s
	}
	s.Count = int(count)
	s.FirstSeq = r.uvarint()
	s.LastSeq = s.FirstSeq + r.uvarint()
	s.FirstTime = r.varint()
	s.LastTime = s.FirstTime + int64(r.uvarint())
	s.FirstUp = r.varint()
	s.LastUp = s.FirstUp + int64(r.uvarint())
	values := r.uvarint()
	if values > count {
		r.fail("%d values in %d readings; must be at most as many", values, count)
		return s
	}
	if s.Values = int(values); values > 0 {
		for _, v := range [...]*float64{&s.Min, &s.Mean, &s.Max} {
			*v = math.Float64frombits(r.fixed())
		}
	}
	return s
}
