package rawline

import (
	"errors"
	"sync"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
)

// Why a connection is closed without a reply.
const (
	outside = "network"  // its address is in none of the networks
	full    = "full"     // there are maxClients already
	tooLong = "line"     // a request of more than maxRequest bytes
	tooMany = "commands" // more than maxWaiting requests wait
)

// reportEvery is how often the same refusal makes an event; those between are counted in the next.
const reportEvery = time.Minute

// maxCounted is how many refusals are told apart at a time.
const maxCounted = 256

// records are the events of one lent line.
type records struct {
	device string
	record func(*buffer.Event)

	mu   sync.Mutex
	last map[refusal]time.Time
	more map[refusal]int
}

// refusal is who was refused what.
type refusal struct{ address, what string }

// note begins the note of what a client did.
func note(address, request string) *buffer.Note {
	n := buffer.NoteOf(buffer.Principal{Name: "pychron@" + address, Via: "raw"})
	n.Add("request", request)
	return n
}

// refused records that a request which does not only read was not sent.
func (r *records) refused(a ask) {
	n, due := r.due(refusal{a.from.address, a.request})
	if !due {
		return
	}
	r.record(&buffer.Event{
		Kind: buffer.Command, Severity: buffer.Warning, Type: buffer.Counter, Metric: "commands_refused_total", Value: float64(n), Device: r.device,
		Labels: buffer.MakeLabels("device", r.device, "reason", "read-only"), Status: "the line is lent for reading only", Note: note(a.from.address, a.request).String(),
	})
}

// rejected records that a client was turned away.
func (r *records) rejected(address, why string) {
	n, due := r.due(refusal{address, why})
	if !due {
		return
	}
	r.record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Warning, Type: buffer.Counter, Metric: "agent_pychron_clients_refused_total", Value: float64(n), Device: r.device,
		Labels: buffer.MakeLabels("reason", why), Status: "refused: " + why, Note: note(address, "").String(),
	})
}

// wrote records what a client wrote, and whether the instrument has answered; of what it never answers, nobody knows what became.
func (r *records) wrote(a ask, answers bool, err error, took time.Duration) {
	e := &buffer.Event{Kind: buffer.Command, Severity: buffer.Info, Type: buffer.Counter, Metric: "commands_total", Value: 1, Device: r.device, Status: "success"}
	result := "success"
	switch {
	case errors.Is(err, drivers.ErrTimeout):
		result = "unknown"
	case err != nil:
		result = "failed"
	}
	if err != nil {
		e.Severity, e.Status = buffer.Warning, err.Error()
	} else if !answers {
		result, e.Status = "unknown", "sent; the instrument does not answer it"
	}
	e.Labels = buffer.MakeLabels("device", r.device, "control", "raw", "result", result)
	n := note(a.from.address, a.request)
	n.Took(took)
	e.Note = n.String()
	r.record(e)
}

// due counts a refusal, and says whether it is to be told now, and how many.
func (r *records) due(what refusal) (n int, now bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.last == nil || len(r.last) >= maxCounted {
		r.last, r.more = map[refusal]time.Time{}, map[refusal]int{}
	}
	r.more[what]++
	if last, ok := r.last[what]; ok && time.Since(last) < reportEvery {
		return 0, false
	}
	n = r.more[what]
	r.last[what], r.more[what] = time.Now(), 0
	return n, true
}
