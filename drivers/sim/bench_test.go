package sim

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// running starts a bench with the devices and serves it until the test ends.
func running(t *testing.T, devices ...Device) (*Bench, map[string]string) {
	t.Helper()
	b := New(Options{Seed: 1})
	for _, d := range devices {
		if err := b.Attach(d); err != nil {
			t.Fatal(err)
		}
	}
	urls, err := b.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); b.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-done
		if _, err := os.Stat(b.dir); err == nil {
			t.Errorf("%s is still there after Run", b.dir)
		}
	})
	return b, urls
}

// dial opens a serial URL of the bench.
func dial(t *testing.T, url string) *os.File {
	t.Helper()
	path, _, _ := strings.Cut(strings.TrimPrefix(url, "serial://"), "?")
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// reply to a request: as many bytes as wanted.
func reply(t *testing.T, f interface {
	Read([]byte) (int, error)
	Write([]byte) (int, error)
	SetReadDeadline(time.Time) error
}, request string, n int, within time.Duration) string {
	t.Helper()
	if _, err := f.Write([]byte(request)); err != nil {
		t.Fatal(err)
	}
	f.SetReadDeadline(time.Now().Add(within))
	var all bytes.Buffer
	buffer := make([]byte, 256)
	for all.Len() < n {
		k, err := f.Read(buffer)
		all.Write(buffer[:k])
		if err != nil {
			break
		}
	}
	return all.String()
}

func gauges() Device {
	return Device{Name: "ion1", Model: "pfeiffer-tpg", URL: "serial:///dev/ttyUSB7?baud=9600"}
}

func TestAnswersOnATerminal(t *testing.T) {
	_, urls := running(t, gauges())
	if !strings.HasSuffix(urls["ion1"], "?baud=9600") {
		t.Errorf("URL = %q, want the settings of the one configured", urls["ion1"])
	}
	f := dial(t, urls["ion1"])
	if got := reply(t, f, "UNI\r", 3, 5*time.Second); got != "\x06\r\n" {
		t.Errorf("UNI = %q, want ACK", got)
	}
	if got := reply(t, f, "\x05", 3, 5*time.Second); got != "0\r\n" {
		t.Errorf("ENQ = %q, want 0", got)
	}
}

func TestTwoDevicesShareALine(t *testing.T) {
	_, urls := running(t,
		Device{Name: "a", Model: "mks-937b", URL: "serial:///dev/bus", Options: struct{ Address int }{1}},
		Device{Name: "b", Model: "mks-937b", URL: "serial:///dev/bus?baud=9600", Options: struct{ Address int }{2}})
	if a, _, _ := strings.Cut(urls["b"], "?"); a != urls["a"] {
		t.Fatalf("URLs = %q and %q, want one place", urls["a"], urls["b"])
	}
	f := dial(t, urls["a"])
	for _, address := range []string{"001", "002"} {
		if got := reply(t, f, "@"+address+"MD?;FF", 14, 5*time.Second); got != "@"+address+"ACK937B;FF" {
			t.Errorf("MD of %s = %q", address, got)
		}
	}
}

func TestTwoProtocolsShareALine(t *testing.T) {
	_, urls := running(t,
		Device{Name: "laser", Model: "fusions-co2", URL: "serial://?vid=0403&pid=6001&serial=LASER&baud=9600"},
		Device{Name: "stage", Model: "kerr", URL: "serial://?vid=0403&pid=6001&serial=LASER"})
	if urls["laser"] != urls["stage"]+"?baud=9600" {
		t.Fatalf("URLs = %q and %q, want one place, each with its settings", urls["laser"], urls["stage"])
	}
	f := dial(t, urls["laser"])
	for range 2 {
		for request, want := range map[string]string{";LB.INTLK\r": "0\r", "\xaa\x01\x0e\x0f": "\x09\x09"} {
			if got := reply(t, f, request, len(want), 5*time.Second); got != want {
				t.Errorf("%q = %q, want %q", request, got, want)
			}
		}
	}
}

func TestSocket(t *testing.T) {
	_, urls := running(t, Device{Name: "m", Model: "mks-937b", URL: "tcp://moxa.lab:4001"})
	c, err := net.Dial("tcp", strings.TrimPrefix(urls["m"], "tcp://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got := reply(t, c, "@253U?;FF", 14, 5*time.Second); got != "@253ACKTORR;FF" {
		t.Errorf("U = %q", got)
	}
}

func TestOneShotServers(t *testing.T) {
	_, urls := running(t, Device{Name: "u", Model: "qtegra", URL: "udp://pc.lab:1069"}, Device{Name: "t", Model: "qtegra", URL: "tcp://pc.lab:1069"})
	for name, network := range map[string]string{"u": "udp", "t": "tcp"} {
		c, err := net.Dial(network, strings.TrimPrefix(urls[name], network+"://"))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if got := reply(t, c, "GetIntegrationTime", 8, 5*time.Second); got != "1.048576" {
			t.Errorf("%s: GetIntegrationTime = %q, want 1.048576", network, got)
		}
		if network == "udp" {
			continue
		}
		if n, err := c.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("after the reply Read = %d, %v; want the end", n, err)
		}
	}
}

func TestOpeningThePortResetsAnArduino(t *testing.T) {
	b, urls := running(t, Device{Name: "box", Model: "arduino-valvebox", URL: "serial:///dev/ttyACM0"})
	box := b.stations["box"].instrument.(*valvebox)
	b.mu.Lock()
	box.valves[51].commanded = true
	b.mu.Unlock()
	f := dial(t, urls["box"])
	// The reset is seen a moment after the opening. No answer for a while is no sign of it: the machine may have much to do.
	deaf := func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return box.deaf > 0
	}
	for limit := time.Now().Add(time.Minute); !deaf(); time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("the board does not start anew within a minute of its port's opening")
		}
	}
	if got := reply(t, f, "r 51\r\n", 3, 100*time.Millisecond); got != "" {
		t.Errorf("while it starts: %q, want nothing", got)
	}
	b.Step(time.Second)
	b.Step(time.Second)
	if got := reply(t, f, "r 51\r\n", 3, 5*time.Second); got != "0\r\n" {
		t.Errorf("drive pin after the reset = %q, want 0", got)
	}
}

func TestGreetingAndEvents(t *testing.T) {
	_, urls := running(t, Device{Name: "n", Model: "ngx", URL: "tcp://ngx.lab:1099"})
	c, err := net.Dial("tcp", strings.TrimPrefix(urls["n"], "tcp://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetReadDeadline(time.Now().Add(10 * time.Second))
	lines := bufio.NewScanner(c)
	next := func(request string) string {
		io.WriteString(c, request)
		lines.Scan()
		return lines.Text()
	}
	if got := next(""); got == "" {
		t.Error("greeting is empty, want a line")
	}
	for _, request := range []string{"Login a,b\r\n", "StartAcq 0,x\r\n"} {
		if got := next(request); got != "E00" {
			t.Errorf("%q = %q, want E00", request, got)
		}
	}
	if got := next(""); !strings.HasPrefix(got, "#EVENT:ACQ,x,") {
		t.Errorf("line that came unasked = %q, want an event", got)
	}
}

// On a bench of its own: nobody sees when it has taken the request, and what follows it would be said to that.
func TestSilence(t *testing.T) {
	b, urls := running(t, gauges())
	b.Fault("ion1", Silence, true)
	if got := reply(t, dial(t, urls["ion1"]), "UNI\r", 3, 50*time.Millisecond); got != "" {
		t.Errorf("silent instrument said %q", got)
	}
}

func TestFaults(t *testing.T) {
	b, urls := running(t, gauges())
	f := dial(t, urls["ion1"])
	b.Fault("ion1", Garbage, true)
	if got := reply(t, f, "PRX\r\x05", 28, 5*time.Second); got == "" || strings.HasPrefix(got, "\x06\r\n") {
		t.Errorf("garbage = %q, want noise", got)
	}
	b.Fault("ion1", Garbage, false)
	b.Fault("ion1", LateReply, true)
	start := time.Now()
	if got := reply(t, f, "UNI\r", 3, 10*time.Second); got != "\x06\r\n" || time.Since(start) < lateness {
		t.Errorf("late reply = %q after %v, want ACK after %v", got, time.Since(start), lateness)
	}
	b.Fault("ion1", LateReply, false)

	b.Fault("ion1", Unplug, true)
	path, _, _ := strings.Cut(strings.TrimPrefix(urls["ion1"], "serial://"), "?")
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Errorf("Lstat of an unplugged line = %v, want it gone", err)
	}
	f.SetReadDeadline(time.Now().Add(5 * time.Second))
	if n, err := f.Read(make([]byte, 10)); n > 0 || err == nil || os.IsTimeout(err) {
		t.Errorf("Read of an unplugged line = %d, %v; want its end", n, err)
	}
	if err := b.Fault("ion1", Unplug, false); err != nil {
		t.Fatal(err)
	}
	if got := reply(t, dial(t, urls["ion1"]), "UNI\r", 3, 5*time.Second); got != "\x06\r\n" {
		t.Errorf("after plugging in again UNI = %q, want ACK", got)
	}
}

func TestAttachRefuses(t *testing.T) {
	b := New(Options{})
	for _, d := range []Device{
		{Name: "x", Model: "no such model", URL: "tcp://a:1"},
		{Name: "x", Model: "pfeiffer-tpg"},
		{Name: "x", Model: "pfeiffer-tpg", URL: "gopher://a"},
	} {
		if err := b.Attach(d); err == nil {
			t.Errorf("Attach(%+v) = nil, want an error", d)
		}
	}
	if err := b.Fault("nobody", Silence, true); err == nil {
		t.Error("Fault of nobody = nil, want an error")
	}
}
