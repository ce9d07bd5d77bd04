package notify

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var zero = time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)

func (q *queue) list() (states []string) {
	for _, e := range q.waiting {
		states = append(states, e.State)
	}
	return states
}

func TestSuperseded(t *testing.T) {
	const fails, uncertain, sends = "fails", "uncertain", "sends"
	for name, c := range map[string]struct {
		steps []string
		want  []string
		n     int // superseded
	}{
		"ended before anybody heard":            {[]string{Raised, Ended}, nil, 2},
		"ended after it was sent":               {[]string{Raised, sends, Ended}, []string{Ended}, 0},
		"ended after it may have arrived":       {[]string{Raised, uncertain, Ended}, []string{Raised, Ended}, 0},
		"ended after it certainly failed":       {[]string{Raised, fails, Ended}, nil, 2},
		"raised again before its end was sent":  {[]string{Raised, sends, Ended, Raised}, []string{Ended, Raised}, 0},
		"and ended again":                       {[]string{Raised, sends, Ended, Raised, Ended}, []string{Ended}, 2},
		"chattering replaces what waits":        {[]string{Raised, Chattering}, []string{Chattering}, 1},
		"and follows what was sent":             {[]string{Raised, sends, Chattering}, []string{Chattering}, 0},
		"a reminder adds nothing to what waits": {[]string{Raised, Active}, []string{Raised}, 0},
		"shelved before it was sent":            {[]string{Raised, Shelved, Ended}, nil, 2},
		"shelved after it was sent":             {[]string{Raised, sends, Shelved, Ended}, nil, 1},
		"raised again after the shelf":          {[]string{Raised, sends, Shelved, Raised}, []string{Raised}, 0},
		"raised is not sent twice":              {[]string{Raised, sends, Raised}, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var q queue
			n := 0
			for _, s := range c.steps {
				switch s {
				case sends, fails, uncertain:
					e, _ := q.take(zero)
					if s == sends {
						q.done(e, zero)
					} else {
						n += q.failed(e, s == uncertain)
					}
				default:
					superseded, _ := q.add(Message{Alarm: "a", State: s, Queued: zero})
					n += superseded
				}
			}
			if got := q.list(); !slices.Equal(got, c.want) || n != c.n {
				t.Errorf("waiting = %q, %d superseded, want %q, %d", got, n, c.want, c.n)
			}
		})
	}
}

func TestAcknowledgedTakesRemindersBackAlone(t *testing.T) {
	var q queue
	for _, alarm := range []string{"a", "b"} { // two reminders and a beginning wait
		q.add(Message{Alarm: alarm, State: Raised, Queued: zero})
		e, _ := q.take(zero)
		q.done(e, zero)
	}
	q.remind(zero.Add(time.Hour), time.Hour)
	q.add(Message{Alarm: "c", State: Raised, Queued: zero})
	n := 0
	for _, alarm := range []string{"a", "c"} {
		superseded, _ := q.add(Message{Alarm: alarm, State: Acknowledged, Queued: zero})
		n += superseded
	}
	var got []string
	for _, e := range q.waiting {
		got = append(got, e.Alarm+" "+e.State)
	}
	if want := []string{"b active", "c raised"}; !slices.Equal(got, want) || n != 1 {
		t.Errorf("waiting = %q, %d superseded, want %q, 1", got, n, want)
	}
	for q.waiting != nil {
		e, _ := q.take(zero.Add(time.Hour))
		if e == nil {
			break
		}
		q.done(e, zero.Add(time.Hour))
	}
	q.remind(zero.Add(5*time.Hour), time.Hour)
	if got := q.list(); !slices.Equal(got, []string{Active}) || q.waiting[0].Alarm != "b" {
		t.Errorf("reminders later = %q, want one, of what nobody has acknowledged", got)
	}
}

func TestShelvedTakesBackWhatCanBeOfOneAlarm(t *testing.T) {
	var q queue
	q.add(Message{Alarm: "a", State: Raised, Queued: zero})
	e, _ := q.take(zero)
	q.failed(e, true)
	for _, alarm := range []string{"b", "c"} {
		q.add(Message{Alarm: alarm, State: Raised, Queued: zero})
	}
	n := 0
	for _, alarm := range []string{"a", "b"} {
		superseded, _ := q.add(Message{Alarm: alarm, State: Shelved, Queued: zero})
		n += superseded
	}
	if got := q.list(); len(got) != 2 || q.waiting[0].Alarm != "a" || q.waiting[1].Alarm != "c" || n != 1 {
		t.Errorf("waiting = %q, %d superseded, want what may have arrived, the other alarm, and 1", got, n)
	}
}

func TestEndedWhileItIsSent(t *testing.T) {
	for name, c := range map[string]struct {
		uncertain bool
		want      []string
	}{"it did not arrive": {false, nil}, "it may have arrived": {true, []string{Raised, Ended}}} {
		var q queue
		q.add(Message{Alarm: "a", State: Raised, Queued: zero})
		e, _ := q.take(zero)
		q.add(Message{Alarm: "a", State: Ended, Queued: zero})
		q.failed(e, c.uncertain)
		if got := q.list(); !slices.Equal(got, c.want) {
			t.Errorf("%s: waiting = %q, want %q", name, got, c.want)
		}
	}
}

// Whatever happens, and however attempts end: once all is sent, the receiver has heard the state that is true, beginnings and ends
// in turn, at most five messages of one alarm in an hour; and never more than two of one wait.
func TestReceiverHearsTheTruth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var q queue
		now := zero
		active := map[string]bool{}
		heard := map[string][]Message{}
		attempt := func(e *entry, outcome string) {
			if e == nil {
				return
			}
			switch outcome {
			case "sent":
				heard[e.Alarm] = append(heard[e.Alarm], e.record(now))
				q.done(e, now)
			default:
				q.failed(e, outcome == "uncertain")
			}
		}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			a := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "alarm")
			switch rapid.SampledFrom([]string{"change", "change", "try", "wait"}).Draw(t, "step") {
			case "change":
				var e *entry
				if rapid.Bool().Draw(t, "while one is sent") {
					e, _ = q.take(now)
				}
				active[a] = !active[a]
				q.add(Message{Alarm: a, State: map[bool]string{true: Raised, false: Ended}[active[a]], Queued: now})
				attempt(e, rapid.SampledFrom([]string{"sent", "failed", "uncertain"}).Draw(t, "outcome"))
			case "try":
				e, _ := q.take(now)
				attempt(e, rapid.SampledFrom([]string{"sent", "sent", "failed", "uncertain"}).Draw(t, "outcome"))
			case "wait":
				now = now.Add(time.Duration(rapid.IntRange(1, 30).Draw(t, "minutes")) * time.Minute)
			}
			if len(q.waiting) > 6 {
				t.Fatalf("%d wait of two alarms: %q", len(q.waiting), q.list())
			}
		}
		for range 100 {
			e, wait := q.take(now)
			if e == nil && wait == 0 {
				break
			}
			attempt(e, "sent")
			now = now.Add(wait)
		}
		for a, is := range active {
			list := heard[a]
			if last := len(list) > 0 && list[len(list)-1].State != Ended; last != is {
				t.Fatalf("alarm %s active %v, and the receiver heard %v last", a, is, last)
			}
			for i, m := range list {
				if (m.State == Ended) != (i%2 == 1) {
					t.Fatalf("alarm %s: message %d is %s", a, i, m.State)
				}
				if i >= 5 && m.Sent.Sub(list[i-5].Sent) < time.Hour {
					t.Fatalf("alarm %s: six messages in %v", a, m.Sent.Sub(list[i-5].Sent))
				}
			}
		}
	})
}
