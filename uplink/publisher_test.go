package uplink

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"pychron-edge/buffer"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// inOrder fails unless the first deliveries are from .. to, complete and in order.
func inOrder(t *testing.T, got []uint64, from, to uint64) {
	t.Helper()
	next := from
	for _, seq := range got {
		if seq == next {
			next++
		} else if seq > next {
			t.Fatalf("seq %d came before %d", seq, next)
		}
	}
	if next != to+1 {
		t.Fatalf("first deliveries end at %d, want %d", next-1, to)
	}
}

func TestStatusEventsAndEnd(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	p := run(t, b.url(), nil)
	first := b.untilTopic("pychron/line1/status", 1)
	if first.payload != `{"state":"online"}` || !first.retained {
		t.Errorf("first status = %+v, want online, retained", first)
	}
	a, r, s := audit(1), gauge(1.5e-7), gauge(1)
	s.Kind, s.Device, s.Point, s.Metric, s.Labels = buffer.State, "V1", "open", "valve_is_open", buffer.MakeLabels("device", "V1")
	in := buffer.Event{Source: "line1", Boot: "b1", Lane: buffer.Ingest, Kind: buffer.Lifecycle, Metric: "run_started"}
	io := buffer.Event{Source: "line1", Boot: "b1", Device: "a/b", Kind: buffer.System, Severity: buffer.Debug, Metric: "agent_exchanges_total"}
	for _, e := range []*buffer.Event{&a, &r, &s, &in, &io} {
		p.lanes.Append(e)
	}
	log := b.until(func(log []message) bool { return len(log) >= 7 })
	topics := map[string]int{}
	for _, m := range log {
		topics[m.topic]++
	}
	for topic, n := range map[string]int{"pychron/line1/status": 1, "pychron/line1/audit": 3, "pychron/line1/state/V1/open": 1,
		"pychron/line1/readings/ion1/ig": 1, "pychron/line1/readings/a_b/io": 1} {
		if topics[topic] != n {
			t.Errorf("%d messages on %s, want %d", topics[topic], topic, n)
		}
	}
	state := on(log, "pychron/line1/state/V1/open")[0]
	if want := `{"value":1,"timestamp":"2026-09-21T14:13:20Z","boot":"b1","seq":2}`; state.payload != want || !state.retained {
		t.Errorf("state = %+v, want %s, retained", state, want)
	}
	if m := on(log, "pychron/line1/readings/ion1/ig")[0]; m.payload != string(buffer.AppendJSON(nil, &r)) || m.retained {
		t.Errorf("reading = %+v, want the event, not retained", m)
	}
	if s := p.State(); !s.Connected || s.Lag[buffer.Audit] > 3 {
		t.Errorf("State = %+v, want connected", s)
	}
	last := audit(9)
	p.lanes.Append(&last)
	p.stop()
	log = b.seen()
	if m := log[len(log)-1]; m.topic != "pychron/line1/status" || m.payload != `{"state":"offline"}` || !m.retained {
		t.Errorf("last message = %+v, want offline, retained", m)
	}
	inOrder(t, seqs(t, log, buffer.Audit), 1, 3)
	if s := p.State(); s.Connected || s.Lag[buffer.Audit] != 0 || s.Published[buffer.Audit] != 3 {
		t.Errorf("State after the end = %+v, want not connected, audit 3 published, no lag", s)
	}
}

func TestAuditComesBeforeReadingsAfterAnOutage(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.kill()
	p := run(t, b.url(), nil)
	for i := range 300 {
		r, a := gauge(float64(i)), audit(float64(i))
		p.lanes.Append(&r)
		p.lanes.Append(&a)
	}
	b.start()
	log := b.until(func(log []message) bool { return len(log) >= 601 })
	if log[0].topic != "pychron/line1/status" {
		t.Errorf("first message on %s, want status", log[0].topic)
	}
	for i, m := range log[1:301] {
		if m.topic != "pychron/line1/audit" {
			t.Fatalf("message %d on %s, want the audit lane first", i+1, m.topic)
		}
	}
	inOrder(t, seqs(t, log, buffer.Readings), 1, 300)
}

func TestBrokerKilledAgainAndAgain(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	p := run(t, b.url(), nil)
	const each = 400
	for k := range 3 {
		b.untilTopic("pychron/line1/status", k+1)
		for i := range each {
			if i == each/2 {
				b.kill()
			}
			a, r := audit(0), gauge(float64(i))
			p.lanes.Append(&a)
			p.lanes.Append(&r)
		}
		b.start()
	}
	log := b.until(func(log []message) bool {
		return slices.Contains(seqs(t, log, buffer.Readings), 3*each) && slices.Contains(seqs(t, log, buffer.Audit), 3*each)
	})
	inOrder(t, seqs(t, log, buffer.Audit), 1, 3*each)
	inOrder(t, seqs(t, log, buffer.Readings), 1, 3*each)
	if g := on(log, "pychron/line1/gap"); len(g) != 0 {
		t.Errorf("gaps = %v, want none", g)
	}
}

// The agent's death is the end of its network connection. (To stop the client inside the broker is another thing: if the broker is
// handling a message of the client at that moment, mochi ends without an error and publishes no will.)
func TestWillWhenTheAgentDies(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	proxy := newProxy(t, b.address)
	p := run(t, "tcp://"+proxy.address(), nil)
	b.untilTopic("pychron/line1/status", 1)
	proxy.cut()
	if m := b.untilTopic("pychron/line1/status", 2); m.payload != `{"state":"offline"}` || !m.retained {
		t.Errorf("will = %+v, want offline, retained", m)
	}
	if m := b.untilTopic("pychron/line1/status", 3); m.payload != `{"state":"online"}` {
		t.Errorf("after the will = %+v, want online again", m)
	}
	p.stop()
}

func TestOverwrittenEventsAreDeclared(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.kill()
	p := run(t, b.url(), func(o *Options) { o.Lanes = buffer.NewLanes(10, 20, 5) })
	for i := range 50 {
		a, r := audit(float64(i)), gauge(float64(i))
		p.lanes.Append(&a)
		p.lanes.Append(&r)
	}
	b.start()
	log := b.until(func(log []message) bool { return len(log) >= 33 })
	var got []string
	for _, m := range on(log, "pychron/line1/gap") {
		got = append(got, m.payload)
	}
	want := []string{`{"lane":"audit","boot":"b1","from":1,"to":40}`, `{"lane":"readings","boot":"b1","from":1,"to":30}`}
	if !slices.Equal(got, want) {
		t.Errorf("gaps = %v, want %v", got, want)
	}
	inOrder(t, seqs(t, log, buffer.Audit), 41, 50)
	inOrder(t, seqs(t, log, buffer.Readings), 31, 50)
	p.stop()
	if s := p.State(); s.Gaps[buffer.Audit] != 40 || s.Gaps[buffer.Readings] != 30 {
		t.Errorf("State = %+v, want 40 and 30 events in gaps", s)
	}
}

func TestBetweenBoots(t *testing.T) {
	for name, c := range map[string]struct {
		after EventID
		next  buffer.Event
		want  string
	}{
		"one boot":            {EventID{"a", 3}, buffer.Event{Boot: "a", Seq: 9}, "[{audit a 4 8}]"},
		"a single event":      {EventID{"a", 3}, buffer.Event{Boot: "a", Seq: 5}, "[{audit a 4 4}]"},
		"boot ended unseen":   {EventID{"a", 3}, buffer.Event{Boot: "b", Seq: 5}, "[{audit a 4 0} {audit b 1 4}]"},
		"first of a new boot": {EventID{"a", 3}, buffer.Event{Boot: "b", Seq: 1}, "[{audit a 4 0}]"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := fmt.Sprint(gapsBetween(buffer.Audit, c.after, &c.next)); got != c.want {
				t.Errorf("gapsBetween = %s, want %s", got, c.want)
			}
		})
	}
}

func TestPoisonMessageIsLeftOut(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.denies(func(m message) bool { return strings.Contains(m.payload, `"value":13,`) })
	p := run(t, b.url(), nil)
	for i := range 40 {
		a := audit(float64(i))
		p.lanes.Append(&a)
	}
	log := b.until(func(log []message) bool { return slices.Contains(seqs(t, log, buffer.Audit), 40) })
	gaps := on(log, "pychron/line1/gap")
	if len(gaps) == 0 || gaps[0].payload != `{"lane":"audit","boot":"b1","from":14,"to":14}` {
		t.Fatalf("gaps = %v, want one of 14", gaps)
	}
	var but []uint64
	for _, seq := range seqs(t, log, buffer.Audit) {
		if seq > 14 {
			seq--
		}
		but = append(but, seq)
	}
	inOrder(t, but, 1, 39)
	if s := p.State(); s.Refused != 1 {
		t.Errorf("State = %+v, want 1 refused", s)
	}
}

// When the broker stops reading, a new connection is made and the blocked messages arrive.
func TestStalledBroker(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	proxy := newProxy(t, b.address)
	lanes := buffer.NewLanes(0, 0, 0)
	o := Options{Broker: "tcp://" + proxy.address(), Agent: "line1", Boot: "b1", Lanes: lanes, Status: func(bool) []byte { return []byte("{}") }}
	p, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	p.config.ackTimeout, p.config.writeTimeout = 300*time.Millisecond, 200*time.Millisecond
	stop := start(t, p.Run)
	defer stop()
	for !p.State().Connected {
		time.Sleep(time.Millisecond)
	}
	proxy.stall()
	for range 20 {
		a := audit(1)
		lanes.Append(&a)
	}
	log := b.until(func(log []message) bool { return slices.Contains(seqs(t, log, buffer.Audit), 20) })
	inOrder(t, seqs(t, log, buffer.Audit), 1, 20)
	if s := p.State(); s.Refused != 0 {
		t.Errorf("State = %+v, want nothing refused: the broker was only slow", s)
	}
}

func TestRefusedConnectionIsInState(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	p := run(t, "tcp://"+l.Addr().String(), nil)
	for p.State().Err == nil {
		time.Sleep(time.Millisecond)
	}
	p.stop()
	if s := p.State(); s.Connected || s.Broker != l.Addr().String() {
		t.Errorf("State = %+v, want not connected to %s", s, l.Addr())
	}
}

func TestStatusIsPublishedAgain(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	p := run(t, b.url(), nil)
	b.untilTopic("pychron/line1/status", 1)
	p.Republish()
	b.untilTopic("pychron/line1/status", 2)
	p.stop()
	beats := run(t, b.url(), func(o *Options) { o.Agent, o.Heartbeat = "line2", time.Second })
	b.untilTopic("pychron/line2/status", 2)
	beats.stop()
}

func TestParseBroker(t *testing.T) {
	for in, want := range map[string]string{
		"tcp://b": "tcp://b:1883", "mqtts://b": "mqtts://b:8883", "ssl://[::1]:99": "ssl://[::1]:99", "tcp://u:p@b:1": "tcp://b:1",
		"b:1883": "", "http://b": "", "tcp://": "", "tcp://b/path": "", "ws://b": "",
	} {
		u, err := ParseBroker(in)
		if got := fmt.Sprint(u); (err == nil) != (want != "") || err == nil && got != want {
			t.Errorf("ParseBroker(%s) = %s, %v, want %q", in, got, err, want)
		}
		if err != nil && strings.Contains(err.Error(), ":p@") {
			t.Errorf("ParseBroker(%s) = %v, which contains the password", in, err)
		}
	}
}
