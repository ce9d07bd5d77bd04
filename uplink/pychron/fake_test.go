package pychron

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// fakeAgent is a line of valves in memory, with a commander that refuses what a test forbids.
type fakeAgent struct {
	mu       sync.Mutex
	valves   []Valve
	devices  []Device
	pipettes []Pipette
	laser    Laser
	tripped  string
	travel   map[string]time.Duration // by valve; 0 = at once
	sticks   map[string]bool          // it does not move, and is found where it was after the travel time
	contra   map[string]bool          // its switches contradict each other: it is never known
	forbid   map[string]bool          // an interlock stands in the way of opening
	sets     []string                 // what reached an instrument: "A 1"
	got      []string                 // every command: "stage.x 0.003"
	refuse   string                   // why every command is refused; "" = none is
	asked    int
	gate     chan struct{} // who asks for the valves waits until it is closed; nil = at once
	events   []buffer.Event
}

func (f *fakeAgent) Valves() []Valve {
	if f.gate != nil {
		<-f.gate
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.valves)
}
func (f *fakeAgent) Devices() []Device   { return f.devices }
func (f *fakeAgent) Pipettes() []Pipette { return f.pipettes }

func (f *fakeAgent) Laser(string) Laser {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.laser
}

func (f *fakeAgent) Tripped() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.tripped
}

func (f *fakeAgent) Stop(_ context.Context, by buffer.Principal, device string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sets = append(f.sets, "stop "+device)
	if f.refuse != "" {
		return errors.New(f.refuse)
	}
	return nil
}

func (f *fakeAgent) Record(e *buffer.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.events = append(f.events, *e)
}

// Command does what the commander does: refuse, or move and read back; one event each.
func (f *fakeAgent) Command(ctx context.Context, c buffer.CommandRequest) (buffer.CommandResult, error) {
	v, refused := f.begin(c)
	if refused != "" {
		f.Record(&buffer.Event{Kind: buffer.Command, Metric: "commands_refused_total", Device: c.Device, Status: refused, Note: buffer.NoteOf(c.By).String()})
		return buffer.CommandResult{}, fmt.Errorf("%s: %w", refused, buffer.ErrConflict)
	}
	time.Sleep(f.travel[v.Name])
	r, err := f.end(v, c)
	f.Record(&buffer.Event{Kind: buffer.Command, Metric: "commands_total", Device: c.Device, Status: r.Result, Note: buffer.NoteOf(c.By).String()})
	return r, err
}

func (f *fakeAgent) begin(c buffer.CommandRequest) (*Valve, string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	n := slices.IndexFunc(f.valves, func(v Valve) bool { return v.Device == c.Device && v.Control == c.Control })
	switch {
	case f.refuse != "":
		return nil, f.refuse
	case n < 0:
		f.got = append(f.got, fmt.Sprint(c.Device, ".", c.Control, " ", c.Value))
		return &Valve{Name: c.Device}, ""
	case !c.By.May(buffer.RightCommand):
		return nil, "no right"
	case c.Value == 1 && (f.valves[n].Locked || f.forbid[f.valves[n].Name] || f.valves[n].Owner != "" && f.valves[n].Owner != c.By.Name):
		return nil, "locked, owned or interlock"
	}
	v := &f.valves[n]
	if v.Position != positionOf(c.Value == 1) {
		f.sets = append(f.sets, fmt.Sprint(v.Name, " ", c.Value))
	}
	v.Moving = true
	return v, ""
}

func (f *fakeAgent) end(v *Valve, c buffer.CommandRequest) (buffer.CommandResult, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	v.Moving = false
	switch {
	case f.contra[v.Name]:
		v.Position = Unknown
		return buffer.CommandResult{Result: "unknown"}, buffer.ErrUnsettled
	case f.sticks[v.Name]:
		return buffer.CommandResult{Result: "failed"}, buffer.ErrFailed
	}
	v.Position = positionOf(c.Value == 1)
	return buffer.CommandResult{Result: "success"}, nil
}

func (f *fakeAgent) moves() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.sets)
}

// noted are the events of a metric.
func (f *fakeAgent) noted(metric string) (found []buffer.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range f.events {
		if e.Metric == metric {
			found = append(found, e)
		}
	}
	return found
}

func (f *fakeAgent) with(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

// valvesABC is the line of the sheet's vectors: A (address 51) as said, B open, C closed and locked.
func valvesABC(a Position) *fakeAgent {
	return &fakeAgent{
		travel: map[string]time.Duration{}, sticks: map[string]bool{}, contra: map[string]bool{}, forbid: map[string]bool{},
		valves: []Valve{
			{Name: "A", Others: []string{"51"}, Device: "V1", Control: "open", Position: a},
			{Name: "B", Others: []string{"52"}, Device: "V2", Control: "open", Position: Open},
			{Name: "C", Others: []string{"53"}, Device: "V3", Control: "open", Position: Closed},
		},
		devices: []Device{
			{Names: []string{"ion1", "bone_micro_ion"}, Points: []Point{
				{Names: []string{"ig", "IG", "Bone IG"}, Unit: buffer.Pascals, Value: 1.59987e-07, Known: true},
				{Names: []string{"cg"}, Unit: buffer.Pascals, Value: 1, Known: false},
			}},
			{Names: []string{"chiller"}, Sets: []string{"setpoint"}, Points: []Point{
				{Names: []string{"temperature"}, Unit: buffer.Celsius, Value: 21.5, Known: true}, {Names: []string{"fault"}, Known: true},
			}},
			{Names: []string{"room"}, Points: []Point{{Names: []string{"temperature"}, Unit: buffer.Celsius, Value: 20, Known: true}}},
		},
		pipettes: []Pipette{{Name: "air", Shots: 3}},
	}
}

func optionsFor(f *fakeAgent) Options {
	return Options{
		Listen: "127.0.0.1:0", Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/24")}, Owner: "edge",
		Flags: []Flag{{Name: "BoneFlag"}, {Name: "PumpTimeFlag", Timed: true}, {Name: "LineFlag", Valves: []string{"A", "B"}}},
		Agent: f, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
}

// handlerFor is a handler without a server.
func handlerFor(t *testing.T, f *fakeAgent, change ...func(*Options)) *handler {
	o := optionsFor(f)
	for _, c := range change {
		c(&o)
	}
	h := NewServer(o).handler(t.Context())
	t.Cleanup(h.moves.stop)
	return h
}

// mac is a client of the tests, and pc another one.
var (
	mac = Client{Address: "10.0.0.2", Via: "tcp", Commands: true}
	pc  = Client{Address: "10.0.0.3", Via: "tcp", Commands: true}
)

// started is a server on free ports, ended with the test.
func started(t *testing.T, o Options) *Server {
	t.Helper()
	s := NewServer(o)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Run(ctx)
	}()
	t.Cleanup(func() { cancel(); <-done })
	for s.Addr() == nil {
		time.Sleep(time.Millisecond)
	}
	return s
}

func dial(t *testing.T, s *Server) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(time.Minute))
	return conn
}

// replies reads n lines.
func replies(t *testing.T, conn io.Reader, n int) []string {
	t.Helper()
	var text strings.Builder
	chunk := make([]byte, 4096)
	for strings.Count(text.String(), "\r\n") < n {
		got, err := conn.Read(chunk)
		text.Write(chunk[:got])
		if err != nil {
			t.Fatalf("after %q: %v, want %d replies", text.String(), err, n)
		}
	}
	return strings.Split(strings.TrimSuffix(text.String(), "\r\n"), "\r\n")
}
