package served

import (
	"sync"
	"time"

	"pychron-edge/buffer"
)

// refusedEvery is how often refused messages make an event; those between are counted in the next.
const refusedEvery = time.Minute

// Refusals record that events which came by the broker were not taken.
type Refusals struct {
	Record func(*buffer.Event)

	mu    sync.Mutex
	last  time.Time
	count int
}

// Add counts a refusal, and makes an event of it where there was none within refusedEvery.
func (r *Refusals) Add(why error) {
	n := r.due(time.Now())
	if n == 0 {
		return
	}
	r.Record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Warning, Type: buffer.Counter, Metric: "agent_ingest_refused_total", Value: float64(n),
		Status: why.Error(), Note: "via=mqtt",
	})
}

// due is how many are to be told now, 0 for none.
func (r *Refusals) due(now time.Time) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	if !r.last.IsZero() && now.Sub(r.last) < refusedEvery {
		return 0
	}
	n := r.count
	r.last, r.count = now, 0
	return n
}
