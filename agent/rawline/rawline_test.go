package rawline

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// simulated runs a test on a clock of its own.
func simulated(t *testing.T, test func(t *testing.T)) { synctest.Test(t, test) }

// The instruments of the vectors.

func mks(p *drivertest.Peer) func([]byte) {
	return p.Says(func(request string) string {
		switch request {
		case "@253PR1?;FF":
			return "@253ACK1.23E-07;FF"
		case "@253U?;FF":
			return "@253ACKTORR;FF"
		}
		return "@253ACKON;FF"
	})
}

func words(p *drivertest.Peer) func([]byte) {
	return p.Says(func(request string) string {
		if request == "DS IG\r" {
			return "1.20E-09\r"
		}
		return "OK\r"
	})
}

func xgs(p *drivertest.Peer) func([]byte) {
	return p.Says(func(request string) string {
		if request == "#0002UIG1\r" {
			return ">1.200E-09\r"
		}
		return ">00\r"
	})
}

// maxi is a MaxiGauge: a mnemonic is acknowledged, and ENQ fetches what was selected last.
func maxi(p *drivertest.Peer) func([]byte) {
	selected := ""
	return collect("\r\x05", func(request string) {
		if request != "\x05" {
			selected = strings.TrimSuffix(request, "\r")
			p.Send("\x06\r\n")
			return
		}
		p.Send(map[string]string{"PR1": "0,1.2000E-09\r\n", "PR2": "0,3.4000E-03\r\n", "UNI": "1\r\n", "AYT": "TPG366,PTG28290,44990000,010100,010100\r\n"}[selected])
	})
}

func mksOptions() any {
	return &drivers.MKS937BOptions{Channels: map[int]string{1: "ig"}, Address: 253}
}
func wordsOptions() any {
	return &drivers.GranvilleWordsOptions{Channels: map[string]string{"IG": "ig"}, End: "cr", Address: 1}
}
func xgsOptions() any { return &drivers.XGS600Options{Channels: map[string]string{"UIG1": "ig"}} }
func maxiOptions() any {
	return &drivers.TPGOptions{Channels: map[int]string{1: "ig", 2: "cg1"}}
}

// Vector 3: a selection and its ENQ on two connections, the ENQ followed by the word None; our poll waits.
func TestTheENQOfASecondConnectionReachesItsACK(t *testing.T) {
	simulated(t, func(t *testing.T) {
		r, stop := newRig(t, "pfeiffer-tpg", maxiOptions(), maxi)
		defer stop()
		if got := r.ask("10.0.0.2", "PR1\r\n"); got != "\x06\r\n" {
			t.Fatalf("reply %q, want ACK CR LF", got)
		}
		polled := make(chan time.Duration, 1)
		begun := time.Now()
		go func() {
			r.driver.Read(t.Context())
			polled <- time.Since(begun)
		}()
		time.Sleep(200 * time.Millisecond)
		if got := r.ask("10.0.0.2", "\x05None"); got != "0,1.2000E-09\r\n" {
			t.Errorf("reply %q, want the pressure", got)
		}
		if took := <-polled; took < 200*time.Millisecond {
			t.Errorf("our poll was over after %v, want it to wait for the ENQ", took)
		}
		if sent := r.peer.Sent(); sent[0] != "PR1\r" || sent[1] != "\x05" {
			t.Errorf("on the wire %q, want the selection and its ENQ one after the other", sent)
		}
	})
}

// A client that selects and never fetches keeps the line for 250 ms, and no longer.
func TestASelectionWithoutItsENQ(t *testing.T) {
	simulated(t, func(t *testing.T) {
		r, stop := newRig(t, "pfeiffer-tpg", maxiOptions(), maxi)
		defer stop()
		r.ask("10.0.0.2", "PR1\r")
		begun := time.Now()
		if got := r.ask("10.0.0.3", "PR2\r"); got != "\x06\r\n" {
			t.Errorf("another client's reply is %q, want its ACK", got)
		}
		if took := time.Since(begun); took < 240*time.Millisecond || took > 300*time.Millisecond {
			t.Errorf("another client waited %v, want 250 ms", took)
		}
	})
}

// Vector 6: what comes in pieces goes back in one.
func TestAReplyIsOneSegment(t *testing.T) {
	simulated(t, func(t *testing.T) {
		r, stop := newRig(t, "mks-937b", mksOptions(), func(p *drivertest.Peer) func([]byte) {
			return func([]byte) {
				go func() {
					for _, piece := range []string{"@253ACK", "1.23E", "-07;FF"} {
						p.Send(piece)
						time.Sleep(30 * time.Millisecond)
					}
				}()
			}
		})
		defer stop()
		if got := r.ask("10.0.0.2", "@253PR1?;FF\r"); got != "@253ACK1.23E-07;FF" {
			t.Errorf("first segment %q, want the whole reply", got)
		}
		time.Sleep(time.Second)
	})
}

// Vector 7: a write without control puts nothing on the wire, and is one event with the client's address, however often it is repeated.
func TestAWriteWithoutControl(t *testing.T) {
	simulated(t, func(t *testing.T) {
		r, stop := newRig(t, "mks-937b", mksOptions(), mks)
		defer stop()
		for range 3 {
			if got := r.ask("10.0.0.2", "@253CP1!ON;FF\r"); got != "" {
				t.Errorf("reply %q, want none", got)
			}
		}
		events := r.recorded()
		if len(r.peer.Sent()) != 0 || len(events) != 1 {
			t.Fatalf("on the wire %q, events %+v; want nothing and one", r.peer.Sent(), events)
		}
		if e := events[0]; e.Metric != "commands_refused_total" || !strings.Contains(e.Note, "who=pychron@10.0.0.2") || !strings.Contains(e.Note, "@253CP1!ON") {
			t.Errorf("%+v, want a refusal with address and request", e)
		}
		if r.written != 0 {
			t.Error("the instrument is asked for its unit again although nothing was written")
		}
	})
}

func TestAWriteWithControl(t *testing.T) {
	simulated(t, func(t *testing.T) {
		r, stop := newRig(t, "mks-937b", mksOptions(), mks, func(o *Options) { o.Control = true })
		defer stop()
		if got := r.ask("10.0.0.2", "@253CP1!ON;FF"); got != "@253ACKON;FF" {
			t.Errorf("reply %q, want the instrument's", got)
		}
		events := r.recorded()
		if len(events) != 1 || events[0].Metric != "commands_total" || events[0].Labels.Value("result") != "success" || !strings.Contains(events[0].Note, "who=pychron@10.0.0.2 via=raw") {
			t.Errorf("events %+v, want one command by the client", events)
		}
		if r.written != 1 {
			t.Errorf("the instrument is asked for its unit %d times, want once", r.written)
		}
	})
}

// An instrument that does not answer: the client hears nothing; a late reply goes to its repeat, and to nobody else.
func TestALateReplyGoesToTheRepeat(t *testing.T) {
	simulated(t, func(t *testing.T) {
		r, stop := newRig(t, "mks-937b", mksOptions(), func(p *drivertest.Peer) func([]byte) {
			return func([]byte) {
				go func() {
					time.Sleep(400 * time.Millisecond)
					p.Send("@253ACK1.23E-07;FF")
				}()
			}
		})
		defer stop()
		hurried := r.dial("10.0.0.2")
		write(hurried, "@253PR1?;FF\r")
		time.Sleep(200 * time.Millisecond)
		hurried.Close() // it gives up, and asks again
		other := make(chan string, 1)
		go func() { other <- r.ask("10.0.0.3", "@253U?;FF\r") }()
		begun := time.Now()
		if got := r.ask("10.0.0.2", "@253PR1?;FF\r"); got != "@253ACK1.23E-07;FF" || time.Since(begun) > 300*time.Millisecond {
			t.Errorf("the repeat got %q after %v, want the reply to the first as soon as it came", got, time.Since(begun))
		}
		<-other
		time.Sleep(time.Second)
		if sent := strings.Join(r.peer.Sent(), " "); sent != "@253PR1?;FF @253U?;FF" {
			t.Errorf("on the wire %q, want each request once", sent)
		}
	})
}

// What a client was answered, our driver reads: the same is not asked again within a poll.
func TestOneExchangeServesBoth(t *testing.T) {
	simulated(t, func(t *testing.T) {
		r, stop := newRig(t, "pfeiffer-tpg", maxiOptions(), maxi)
		defer stop()
		read := func() (asked int, ig float64) {
			t.Helper()
			before := len(r.peer.Sent())
			readings, err := r.driver.Read(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return len(r.peer.Sent()) - before, readings[0].Value
		}
		read() // asks for the unit as well
		both, _ := read()
		r.ask("10.0.0.2", "PR1\r\n")
		r.ask("10.0.0.2", "\x05None")
		if n, ig := read(); n != both-2 || ig < 1.59e-7 || ig > 1.61e-7 {
			t.Errorf("our poll asked %d times and read %g, want %d times and 1.6e-07", n, ig, both-2)
		}
		r.ask("10.0.0.2", "PR1\r\n")
		r.ask("10.0.0.2", "\x05None")
		time.Sleep(2 * time.Second)
		if n, _ := read(); n != both {
			t.Errorf("our poll asked %d times after an old answer, want %d", n, both)
		}
	})
}

func TestLimits(t *testing.T) {
	simulated(t, func(t *testing.T) {
		r, stop := newRig(t, "mks-937b", mksOptions(), mks, func(o *Options) { o.Networks = []netip.Prefix{netip.MustParsePrefix("10.0.0.2/32")} })
		defer stop()
		if got := r.ask("10.0.0.9", "@253PR1?;FF"); got != "" || len(r.peer.Sent()) > 0 {
			t.Errorf("a client from elsewhere got %q, want no byte", got)
		}
		long := r.dial("10.0.0.2")
		write(long, strings.Repeat("x", maxRequest+1))
		long.SetReadDeadline(time.Now().Add(time.Second))
		if _, err := long.Read(make([]byte, 1)); err == nil || os.IsTimeout(err) {
			t.Errorf("a request that is too long: %v, want the connection closed", err)
		}
		synctest.Wait()
		var silent []net.Conn
		for range maxClients {
			silent = append(silent, r.dial("10.0.0.2"))
		}
		time.Sleep(10 * time.Minute)
		if got := r.ask("10.0.0.2", "@253PR1?;FF"); got != "" {
			t.Errorf("the client beyond %d got %q, want no byte", maxClients, got)
		}
		if got := segment(t, silent[0], "@253PR1?;FF"); got != "@253ACK1.23E-07;FF" {
			t.Errorf("a connection that was silent for 10 minutes got %q, want its reply", got)
		}
		for _, c := range silent {
			c.Close()
		}
		reasons := map[string]bool{}
		for _, e := range r.recorded() {
			reasons[e.Labels.Value("reason")] = true
		}
		if len(reasons) != 3 {
			t.Errorf("reasons %v, want network, line and full", reasons)
		}
	})
}

// A socket client written from the sheet, another one and our own polling share one gauge line for an hour: every exchange is whole, and
// each reply goes to who asked.
func TestAnHourOfSharing(t *testing.T) {
	simulated(t, func(t *testing.T) {
		r, stop := newRig(t, "pfeiffer-tpg", maxiOptions(), func(p *drivertest.Peer) func([]byte) {
			selected := ""
			return collect("\r\x05", func(request string) {
				reply := "\x06\r\n"
				if request == "\x05" {
					reply = map[string]string{"PR1": "0,1.2000E-09\r\n", "PR2": "0,3.4000E-03\r\n", "UNI": "1\r\n"}[selected]
					selected = "nothing"
				} else {
					selected = strings.TrimSuffix(request, "\r")
				}
				time.AfterFunc(15*time.Millisecond, func() { p.Send(reply[:2]) })
				time.AfterFunc(25*time.Millisecond, func() { p.Send(reply[2:]) })
			})
		})
		defer stop()
		until := time.Now().Add(time.Hour)
		var wg sync.WaitGroup
		var mu sync.Mutex
		counts := map[string]int{}
		wrong := func(who, what string) {
			mu.Lock()
			defer mu.Unlock()
			if counts[who+" wrong"]++; counts[who+" wrong"] <= 3 {
				t.Errorf("%s: %s", who, what)
			}
		}
		count := func(who string) { mu.Lock(); defer mu.Unlock(); counts[who]++ }
		for n, c := range []struct{ address, sensor, want string }{{"10.0.0.2", "PR1", "0,1.2000E-09\r\n"}, {"10.0.0.3", "PR2", "0,3.4000E-03\r\n"}} {
			wg.Go(func() {
				for time.Now().Before(until) {
					time.Sleep(time.Duration(730+170*n) * time.Millisecond)
					if got := r.ask(c.address, c.sensor+"\r\n"); got != "\x06\r\n" {
						wrong(c.address, fmt.Sprintf("%s was answered by %q", c.sensor, got))
						continue
					}
					if got := r.ask(c.address, "\x05None"); got != c.want {
						wrong(c.address, fmt.Sprintf("ENQ after %s was answered by %q", c.sensor, got))
					}
					count(c.address)
				}
			})
		}
		wg.Go(func() {
			for time.Now().Before(until) {
				time.Sleep(time.Second)
				readings, err := r.driver.Read(t.Context())
				if err != nil || len(readings) != 2 || readings[0].Value > 1e-6 || readings[1].Value < 0.1 {
					wrong("we", fmt.Sprintf("read %+v, %v", readings, err))
				}
				count("we")
			}
		})
		wg.Wait()
		t.Logf("exchanges in an hour: %v, requests on the wire: %d", counts, len(r.peer.Sent()))
		for who, min := range map[string]int{"10.0.0.2": 3000, "10.0.0.3": 3000, "we": 2500} {
			if counts[who] < min {
				t.Errorf("%s had %d exchanges, want %d or more", who, counts[who], min)
			}
		}
		sent := r.peer.Sent()
		for n, request := range sent {
			if (request == "\x05") != (n%2 == 1) {
				t.Fatalf("request %d on the wire is %q after %q, want a selection and its ENQ in turn", n, request, sent[max(0, n-1)])
			}
		}
		for _, e := range r.recorded() {
			if e.Kind != buffer.Command {
				t.Errorf("event %+v, want none", e)
			}
		}
	})
}
