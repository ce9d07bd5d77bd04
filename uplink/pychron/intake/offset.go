package intake

import (
	"fmt"
	"time"

	"pychron-edge/buffer"
)

// offset is what is known of Pychron's clock minus this one: it lies in [low, high). Each new series narrows it (rule 7).
type offset struct {
	known     bool
	low, high time.Duration
	reported  bool // people were told that it is not 0
}

// compare takes when a series was born by Pychron's clock: after the scrape that had it not was asked for, and before now.
func (t *Target) compare(born, now time.Time) {
	if !t.o.Synced() {
		return
	}
	low, high := born.Sub(now), born.Sub(t.last)
	o := &t.offset
	if o.known && low < o.high && o.low < high {
		o.low, o.high = max(o.low, low), min(o.high, high)
		return
	}
	o.known, o.low, o.high = true, low, high // the first, or one of the clocks was set
}

// off reports whether the clocks cannot be the same.
func (o *offset) off() bool { return o.known && (o.low > 0 || o.high <= 0) }

// text says how far Pychron's clock is off, "" where it may be right.
func (o *offset) text() string {
	switch {
	case !o.off():
		return ""
	case o.low > 0:
		return fmt.Sprintf("Pychron's clock is %.1f to %.1f s ahead of this one", o.low.Seconds(), o.high.Seconds())
	}
	return fmt.Sprintf("Pychron's clock is %.1f to %.1f s behind this one", -o.high.Seconds(), -o.low.Seconds())
}

// reportOffset records that Pychron's clock is off, or no longer.
func (t *Target) reportOffset() {
	o := &t.offset
	if o.off() == o.reported {
		return
	}
	o.reported = o.off()
	e := &buffer.Event{Kind: buffer.System, Severity: buffer.Info, Type: buffer.Gauge, Metric: "agent_pychron_clock_offset_seconds", Status: "success"}
	if o.reported {
		e.Severity, e.Value, e.Status = buffer.Warning, ((o.low + o.high) / 2).Seconds(), o.text()
	}
	t.o.Record(e)
}
