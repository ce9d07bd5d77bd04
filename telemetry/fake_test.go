package telemetry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"pychron-edge/buffer"
)

const boot = "9f2c61aa"

var start = time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)

// bench is a Backend and a Commander that remembers what they were asked.
type bench struct {
	mu      sync.Mutex
	lanes   buffer.Lanes
	boots   []string
	asked   []string
	refused []string // requests of those without the right
	result  buffer.CommandResult
	failed  map[string]string
	err     error
	during  func() // what happens while the commander is at work
	ingest  []buffer.Event
}

func newBench() *bench {
	return &bench{lanes: buffer.NewLanes(8, 16, 8), boots: []string{boot}, result: buffer.CommandResult{Result: "success", Value: new(1.0), Boot: boot, Seq: 7}}
}

func (b *bench) note(format string, args ...any) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked = append(b.asked, fmt.Sprintf(format, args...))
	if b.during != nil {
		b.during()
	}
	return b.err
}

func (b *bench) last() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.asked) == 0 {
		return ""
	}
	return b.asked[len(b.asked)-1]
}

func (b *bench) Status(source string) (Status, error) {
	if source != "" && source != "line1" {
		return Status{}, fmt.Errorf("source %q: %w source; must be line1", source, buffer.ErrUnknown)
	}
	return Status{Source: "line1", Boot: boot, Connection: Connection{Enabled: true, Host: "127.0.0.1", Port: 9119,
		Namespace: "pychron", MetricsURL: "http://127.0.0.1:9119/metrics"}, Devices: []DeviceStatus{
		{Name: "ion1", Points: []PointStatus{{Point: "cold", Unit: buffer.Celsius}}},
		{Name: "V1", Controls: []ControlStatus{{Control: "open"}}},
		{Name: "laser", Controls: []ControlStatus{{Control: "power"}}},
	}}, nil
}
func (b *bench) Boots() []string { return b.boots }
func (b *bench) SetCapture(who string, on bool) error {
	return b.note("capture %v by %s", on, who)
}
func (b *bench) Clear(who string) error {
	b.lanes.Append(&buffer.Event{Source: "line1", Boot: boot, Kind: buffer.System, Severity: buffer.Info,
		Type: buffer.Counter, Metric: "agent_clears_total", Value: 1, Note: "who=" + who, Time: start, Up: time.Hour})
	return b.note("clear by %s", who)
}
func (b *bench) Ingest(who string, events []buffer.Event) error {
	b.mu.Lock()
	b.ingest = append(b.ingest, events...)
	b.mu.Unlock()
	return b.note("ingest %d by %s", len(events), who)
}
func (b *bench) Trace(source, device string) ([]Exchange, error) {
	if device != "ion1" {
		return nil, fmt.Errorf("trace of %q: %w device; must be ion1", device, buffer.ErrUnknown)
	}
	return []Exchange{{Time: start, Device: "ion1", Request: []byte("PR1\r\n"), Reply: []byte{0x06, 0x0d, 0x0a, 0xff, '<'}, Took: .012}}, nil
}
func (b *bench) Command(_ context.Context, c buffer.CommandRequest) (buffer.CommandResult, error) {
	return b.result, b.note("%s.%s=%g by %s via %s claim %q ttl %v note %q", c.Device, c.Control, c.Value, c.By.Name, c.By.Via, c.By.Claim, c.Expires.Sub(start), c.Note)
}
func (b *bench) Idle(device, control string) (float64, bool) { return 0, true }
func (b *bench) AcceptConfiguration(_ context.Context, by buffer.Principal) error {
	return b.note("configuration accepted by %s", by.Name)
}
func (b *bench) Refused(by buffer.Principal, device, control string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refused = append(b.refused, by.Name+" "+device+"."+control)
}
func (b *bench) Lock(_ context.Context, r buffer.LockRequest) error {
	return b.note("lock %s unlock=%v for %v owner %q reason %q by %s", r.Device, r.Unlock, r.For, r.Owner, r.Reason, r.By.Name)
}
func (b *bench) Hold(_ context.Context, r buffer.HoldRequest) (buffer.HoldResult, error) {
	return buffer.HoldResult{Until: start.Add(r.For)}, b.note("hold %s for %v drop=%v", r.Device, r.For, r.Drop)
}
func (b *bench) ClearRule(_ context.Context, by buffer.Principal, rule string) error {
	return b.note("clear rule %s by %s", rule, by.Name)
}
func (b *bench) BypassRule(_ context.Context, by buffer.Principal, rule string, d time.Duration, reason string) error {
	return b.note("bypass rule %s for %v reason %q by %s", rule, d, reason, by.Name)
}
func (b *bench) AckAlarm(_ context.Context, by buffer.Principal, alarm string, shelve time.Duration, reason string) error {
	return b.note("ack %s shelve %v reason %q by %s", alarm, shelve, reason, by.Name)
}
func (b *bench) Halt(_ context.Context, by buffer.Principal) (buffer.HaltResult, error) {
	return buffer.HaltResult{Halted: []string{"laser"}, Failed: b.failed}, b.note("halt by %s", by.Name)
}

func hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// newTestServer has a bench, and tokens "command", "admin", "valves", "reader" with rights as their names say.
func newTestServer(change ...func(*ServerOptions)) (*Server, *bench) {
	b := newBench()
	o := ServerOptions{Backend: b, Commander: b, Lanes: b.lanes, Boot: boot, Hosts: []string{"line1.lab"}, Now: func() time.Time { return start },
		Tokens: []Token{
			{Name: "jr", SHA256: hash("command"), Rights: []string{buffer.RightCommand}},
			{Name: "boss", SHA256: strings.ToUpper(hash("admin")), Rights: []string{buffer.RightAdmin}},
			{Name: "vic", SHA256: hash("valves"), Rights: []string{buffer.RightCommand}, Controls: []string{"V*.open"}},
			{Name: "ro", SHA256: hash("reader"), Rights: []string{buffer.RightRead}},
			{Name: "feeder", SHA256: hash("ingest"), Rights: []string{buffer.RightIngest}},
		}}
	for _, f := range change {
		f(&o)
	}
	return NewServer(o), b
}

// ask makes a request from this machine, changes it, and gives the answer.
func (s *Server) ask(t testing.TB, method, target, body string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host, r.RemoteAddr = "127.0.0.1:9119", "127.0.0.1:40000"
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, f := range change {
		f(r)
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

func with(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func token(t string) func(*http.Request) { return with(header, t) }

func remote(r *http.Request) { r.RemoteAddr = "10.0.0.7:50000" }

// event is one event of the bench, up seconds after its start.
func event(kind buffer.Kind, metric string, value, up float64, change ...func(*buffer.Event)) *buffer.Event {
	d := time.Duration(up * float64(time.Second))
	e := &buffer.Event{Source: "line1", Boot: boot, Time: start.Add(d), Up: d, Device: "ion1", Kind: kind,
		Severity: buffer.Info, Type: buffer.Gauge, Metric: metric, Value: value, Status: "success",
		Labels: buffer.MakeLabels("device", "ion1", "channel", "ig")}
	if kind == buffer.Reading {
		e.Point, e.Unit = "ig", buffer.UnitNamed(metric)
	}
	for _, f := range change {
		f(e)
	}
	return e
}

func sample(device, channel, name string, unit buffer.Unit, value float64) buffer.Sample {
	return buffer.Sample{Device: device, Channel: channel, Name: name, Unit: unit, Value: value,
		Time: start, StaleAfter: 5 * time.Second}
}
