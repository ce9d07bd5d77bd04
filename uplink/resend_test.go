package uplink

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
)

func TestResend(t *testing.T) {
	b := newBroker(t)
	stored := func(e *buffer.Event, seq uint64) *buffer.Event {
		e.Lane, e.Seq, e.Boot = buffer.Audit, seq, "b0"
		return e
	}
	p := run(t, b.url(), func(o *Options) {
		o.Lanes = buffer.NewLanes(10, 10, 10)
		o.Find = find(func(each func(*buffer.Event) bool) {
			for _, seq := range []uint64{3, 4, 7} {
				e := audit(float64(seq))
				if !each(stored(&e, seq)) {
					return
				}
			}
		})
	})
	for range 30 {
		r := gauge(1)
		p.lanes.Append(&r)
		for p.State().Lag[buffer.Readings] > 5 {
			time.Sleep(time.Millisecond)
		}
	}
	b.until(func(log []message) bool { return slices.Contains(seqs(t, log, buffer.Readings), 30) })
	for name, c := range map[string]struct{ request, want string }{
		"from the ring, the rest lost":    {`{"lane":"readings","boot":"b1","from":19,"to":22}`, `gap19-20 21 22`},
		"from the ring to the end":        {`{"lane":"readings","boot":"b1","from":29,"to":0}`, `29 30`},
		"another boot":                    {`{"lane":"readings","boot":"b0","from":1,"to":5}`, `gap1-5`},
		"another boot, end unknown":       {`{"lane":"readings","boot":"b0","from":1,"to":0}`, `gap1-0`},
		"from the journal, with a gap":    {`{"lane":"audit","boot":"b0","from":2,"to":8}`, `gap2-2 3 4 gap5-6 7 gap8-8`},
		"from the journal, end unknown":   {`{"lane":"audit","boot":"b0","from":4,"to":0}`, `4 gap5-6 7`},
		"of a lane that holds nothing":    {`{"lane":"ingest","boot":"b1","from":1,"to":1}`, `gap1-1`},
		"refused: retained":               {"retained", ""},
		"refused: not a lane":             {`{"lane":"fast","boot":"b1","from":1,"to":1}`, ``},
		"refused: from behind to":         {`{"lane":"audit","boot":"b1","from":2,"to":1}`, ``},
		"refused: a key that is not ours": {`{"lane":"audit","boot":"b1","from":1,"to":1,"x":1}`, ``},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(b.seen())
			if c.request == "retained" {
				p.resends.receive([]byte(`{"lane":"readings","boot":"b1","from":30,"to":30}`), true)
			} else {
				b.publish("pychron/line1/resend", c.request, false)
			}
			b.publish("pychron/line1/resend", `{"lane":"readings","boot":"end","from":1,"to":1}`, false)
			log := b.until(func(log []message) bool {
				return slices.ContainsFunc(on(log[before:], "pychron/line1/gap"), func(m message) bool { return strings.Contains(m.payload, "end") })
			})
			if got := answers(t, log[before:]); got != c.want {
				t.Errorf("answered %q, want %q", got, c.want)
			}
		})
	}
}

// answers lists what was sent again: Seq of events, and gaps.
func answers(t *testing.T, log []message) string {
	var out []string
	for _, m := range log {
		var g Gap
		if m.topic == "pychron/line1/gap" {
			if err := json.Unmarshal([]byte(m.payload), &g); err != nil {
				t.Fatal(err)
			}
			if g.Boot != "end" {
				out = append(out, fmt.Sprintf("gap%d-%d", g.From, g.To))
			}
			continue
		}
		for _, lane := range []buffer.Lane{buffer.Audit, buffer.Readings} {
			for _, seq := range seqs(t, []message{m}, lane) {
				out = append(out, fmt.Sprint(seq))
			}
		}
	}
	return strings.Join(out, " ")
}

// What is JSON is not said to be none, and each refusal says what must stand there.
func TestRequestsThatCannotBeReadAreExplained(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		`{"lane":"x","boot":"b","from":1,"to":2}`: `lane "x" is unknown; must be one of: audit, readings, ingest`,
		`{"lane":1}`: "lane is a number; it must be a text",
		`{"lane":"audit","boot":"b","from":-1,"to":2}`:  "from is -1; it must be a whole number from 0",
		`{"lane":"audit","boot":"b","from":5,"to":2}`:   "gap of audit from 5 to 2: from must be 1 to 9007199254740991, to must be 0 or at least from",
		`{"lane":"audit","boot":"","from":1,"to":2}`:    `gap of boot "": it must not be empty, and have at most 128 printable bytes`,
		`{"lane":"audit","boot":"b","from":1,"end":2}`:  `key "end" is unknown; must be one of: lane, boot, from, to`,
		`{"lane":"audit","boot":"b","from":1,"to":2}{}`: `"{}" follows the object; nothing must follow it`,
		`[]`:      "the message is an array; it must be an object",
		`"gap"`:   "the message is a string; it must be an object",
		"\xff":    "byte 1 (0xff) is not UTF-8; must be JSON in UTF-8",
		`{"lane"`: "the message is not JSON: it ends too early; it must be an object",
		" ":       "the message is empty; it must be an object",
	} {
		if err := strict([]byte(text), new(Gap)); err == nil || err.Error() != says {
			t.Errorf("%s: %v, want %q", text, err, says)
		}
	}
}

func TestResendRequestsAreAnsweredInOrder(t *testing.T) {
	lanes := buffer.NewLanes(10, 10, 10)
	e := audit(1)
	e.Boot = "b1"
	lanes.Append(&e)
	wakeups := 0
	q := newResendQueue(heldEvents{lanes: lanes, log: slog.New(slog.DiscardHandler)}, func() { wakeups++ })
	for _, request := range []string{
		`{"lane":"audit","boot":"b0","from":1,"to":2}`, `{"lane":"audit","boot":"b1","from":1,"to":1}`, `{"lane":"audit","boot":"b2","from":3,"to":0}`,
	} {
		q.receive([]byte(request), false)
	}
	names := newTopicNames("pychron", "line1")
	var log []message
	for m, ok := q.take(names); ok; m, ok = q.take(names) {
		log = append(log, message{topic: m.topic, payload: string(m.payload)})
	}
	if got := answers(t, log); got != "gap1-2 1 gap3-0" || wakeups != 3 {
		t.Errorf("answered %q after %d wake-ups, want gap1-2 1 gap3-0 after 3", got, wakeups)
	}
	for range 2 * maxResends {
		q.receive([]byte(`{"lane":"audit","boot":"b0","from":1,"to":1}`), false)
	}
	n := 0
	for _, ok := q.take(names); ok; _, ok = q.take(names) {
		n++
	}
	if n != maxResends {
		t.Errorf("%d of %d requests at once were answered, want %d", n, 2*maxResends, maxResends)
	}
}
