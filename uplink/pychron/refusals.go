package pychron

import (
	"sync"
	"time"

	"pychron-edge/buffer"
)

// Why a client is turned away without a byte, or a command of it is not carried out.
const (
	outside  = "network"  // its address is in none of the networks
	full     = "full"     // there are maxClients already
	tooLong  = "line"     // it sent maxCommand bytes without an end
	tooMany  = "commands" // it sent maxQueued commands that were not answered yet
	tooSlow  = "slow"     // it does not read its replies
	unended  = "half"     // it sent what may be half a command, which was not carried out
	flooding = "udp"      // it sent more datagrams than can be answered
)

// reportEvery is how often a client's being turned away for one reason makes an event; those between are counted in the next.
const reportEvery = time.Minute

// maxCounted is how many clients are counted at a time.
const maxCounted = 1024

// refused is a client turned away for a reason.
type refused struct{ address, reason string }

// refusals count the clients that are turned away.
type refusals struct {
	record func(*buffer.Event)

	mu       sync.Mutex
	reported map[refused]time.Time
	count    map[refused]int
}

// add counts one, and makes an event of it where none was made of its like within reportEvery.
func (r *refusals) add(by Client, reason string) {
	if n := r.due(refused{by.Address, reason}, time.Now()); n > 0 {
		note := buffer.NoteOf(by.principal())
		r.record(&buffer.Event{
			Kind: buffer.System, Severity: buffer.Warning, Type: buffer.Counter, Metric: "agent_pychron_clients_refused_total", Value: float64(n),
			Labels: buffer.MakeLabels("reason", reason), Status: "refused: " + reason, Note: note.String(),
		})
	}
}

// due is how many are to be told now, 0 for none.
func (r *refusals) due(who refused, now time.Time) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.reported == nil || len(r.reported) >= maxCounted {
		r.reported, r.count = map[refused]time.Time{}, map[refused]int{}
	}
	r.count[who]++
	if last, ok := r.reported[who]; ok && now.Sub(last) < reportEvery {
		return 0
	}
	n := r.count[who]
	r.reported[who], r.count[who] = now, 0
	return n
}
