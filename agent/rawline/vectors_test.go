package rawline

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// rawVector is one request of a client, as it goes on the wire, and its reply as the client gets it.
type rawVector struct {
	model                string
	options              func() any
	peer                 func(*drivertest.Peer) func([]byte)
	request, wire, reply string
	bare                 string // the request without its end
}

// answering is an instrument that answers one request, and "?" to all others.
func answering(request, reply string) func(*drivertest.Peer) func([]byte) {
	return func(p *drivertest.Peer) func([]byte) {
		return p.Says(func(r string) string {
			if r == request {
				return reply
			}
			return "?\r\n"
		})
	}
}

func pumpOptions() any  { return &drivers.PfeifferPumpOptions{Address: 1} }
func gammaOptions() any { return &drivers.GammaOptions{Address: 5} }
func gammaWords() any   { return &drivers.GammaOptions{Ethernet: true} }
func igcOptions() any   { return &drivers.IGC100Options{Channels: map[int]string{1: "ig1"}} }
func espOptions() any {
	return &drivers.ESP301Options{Axes: map[int]drivers.Axis{1: {Name: "x", Max: 0.1}}}
}
func mdriveOptions() any { return &drivers.MDriveOptions{StepsPerMeter: 1e6, Max: 0.1} }
func partyOptions() any  { return &drivers.MDriveOptions{Name: "A", StepsPerMeter: 1e6, Max: 0.1} }
func lakeOptions() any {
	return &drivers.LakeshoreOptions{Type: "335", Inputs: map[string]string{"A": "a"}, Loop: 1, Range: 1}
}

// The vectors of docs/protocols/pychron-raw-line.md, section 4, and the drivers of its section 1.
var rawVectors = []rawVector{
	{"mks-937b", mksOptions, mks, "@253PR1?;FF\r", "@253PR1?;FF", "@253ACK1.23E-07;FF", "@253PR1?"},
	{"xgs600", xgsOptions, xgs, "#0002UIG1\r", "#0002UIG1\r", ">1.200E-09\r", "#0002UIG1"},
	{"granville-phillips", wordsOptions, words, "DS IG\r", "DS IG\r", "1.20E-09\r", "DS IG"},
	{"granville-phillips", wordsOptions, words, "DS IG\r\n", "DS IG\r", "1.20E-09\r", "DS IG"},
	{"pfeiffer-pump", pumpOptions, answering("0010030902=?107\r", "0011030906000825035\r"), "0010030902=?107\r", "0010030902=?107\r", "0011030906000825035\r", "0010030902=?107"},
	{"pfeiffer-pump", pumpOptions, answering("0010030902=?107\r", "\x000010030902=?107\r\x000011030906000825035\r"), "0010030902=?107\r\n", "0010030902=?107\r", "0011030906000825035\r", "0010030902=?107"},
	{"gamma-spc", gammaOptions, answering("~ 05 0B 37\r", "05 OK 00 1.0E-11 MBAR 84\r"), "~ 05 0B 37\r", "~ 05 0B 37\r", "05 OK 00 1.0E-11 MBAR 84\r", "~ 05 0B 37"},
	{"gamma-spc", gammaWords, answering("cmd 0B\r", "OK 00 4.1E-11 TORR\r\n>"), "cmd 0B\r\n", "cmd 0B\r", "OK 00 4.1E-11 TORR\r", "cmd 0B"},
	{"gamma-spc", gammaOptions, answering("~ 05 0B  00\r", "05 OK 00 1.0E-11 MBAR 84\r"), "~ 05 0B  00\r\n", "~ 05 0B  00\r", "05 OK 00 1.0E-11 MBAR 84\r", "~ 05 0B  00"},
	{"igc100", igcOptions, answering("GDAT? 1\r", "1.23E-09\r\n"), "GDAT? 1\r\n", "GDAT? 1\r", "1.23E-09\r\n", "GDAT? 1"},
	{"lakeshore-33x", lakeOptions, answering("KRDG? A\r\n", "+273.150\r\n"), "KRDG? A\r\n", "KRDG? A\r\n", "+273.150\r\n", "KRDG? A"},
	{"lakeshore-33x", lakeOptions, answering("KRDG? A\r\n", "+273.150\r\n"), "KRDG? A\n", "KRDG? A\r\n", "+273.150\r\n", "KRDG? A"},
	{"esp301", espOptions, answering("1TP?\r", "10.0000\r\n"), "1TP?\r", "1TP?\r", "10.0000\r\n", "1TP?"},
	{"esp301", espOptions, answering("TS\r", "P\r\n"), "TS\r", "TS\r", "P\r\n", "TS"},
	{"mdrive", mdriveOptions, answering("PR P\r", "PR P\r\n12345\r\n>"), "PR P\r\n", "PR P\r", "12345\r\n", "PR P"},
	{"mdrive", partyOptions, answering("APR P\n", "12345\r\n"), "APR P\n", "APR P\n", "12345\r\n", "APR P"},
}

// ways are how a client may send a request; each gives what it hears, and how often the request went on the wire.
var ways = map[string]func(*testing.T, net.Conn, *rawVector) (heard []string, wires int){
	"whole": func(t *testing.T, conn net.Conn, v *rawVector) ([]string, int) {
		return []string{segment(t, conn, v.request)}, 1
	},
	"byte by byte": func(t *testing.T, conn net.Conn, v *rawVector) ([]string, int) {
		last := len(v.request) - 1
		for i := range last {
			write(conn, v.request[i:i+1])
			time.Sleep(2 * time.Millisecond)
		}
		go write(conn, v.request[last:]) // where the request is complete without it, its reply comes first
		return []string{segment(t, conn, "")}, 1
	},
	"without its end": func(t *testing.T, conn net.Conn, v *rawVector) ([]string, int) {
		return []string{segment(t, conn, v.bare)}, 1
	},
	"two in one segment": func(t *testing.T, conn net.Conn, v *rawVector) ([]string, int) {
		return []string{segment(t, conn, v.request+v.request), segment(t, conn, "")}, 2
	},
}

func TestVectors(t *testing.T) {
	for _, v := range rawVectors {
		for how, way := range ways {
			t.Run(v.model+" "+how, func(t *testing.T) {
				simulated(t, func(t *testing.T) {
					r, stop := newRig(t, v.model, v.options(), v.peer)
					defer stop()
					conn := r.dial("10.0.0.2")
					defer conn.Close()
					heard, wires := way(t, conn, &v)
					for _, got := range heard {
						if got != v.reply {
							t.Errorf("reply to %q: %q, want %q", v.request, got, v.reply)
						}
					}
					if sent := r.peer.Sent(); len(sent) != wires || sent[0] != v.wire {
						t.Errorf("on the wire %q, want %d times %q", sent, wires, v.wire)
					}
				})
			})
		}
	}
}

// halfClosed is a client's connection whose writing side is closed behind the request: what is read by the server ends, what it writes
// arrives.
type halfClosed struct {
	net.Conn
	text io.Reader
}

func (h halfClosed) Read(b []byte) (int, error) { return h.text.Read(b) }

// Each vector after a half-close: it is answered, and the connection ends in order.
func TestVectorsAfterAHalfClose(t *testing.T) {
	for _, v := range rawVectors {
		for _, text := range []string{v.request, v.bare} {
			t.Run(v.model, func(t *testing.T) {
				simulated(t, func(t *testing.T) {
					r, stop := newRig(t, v.model, v.options(), v.peer)
					defer stop()
					near, far := net.Pipe()
					r.pipes.conns <- halfClosed{end{far, from{"10.0.0.2:1234"}}, strings.NewReader(text)}
					near.SetReadDeadline(time.Now().Add(10 * time.Second))
					all, err := io.ReadAll(near)
					if string(all) != v.reply || err != nil {
						t.Errorf("%q: %q, %v; want %q and an orderly end", text, all, err, v.reply)
					}
				})
			})
		}
	}
}

// What asks is let through, what sets is not; and what the agent's own driver asks in a read is a read for clients, too.
func TestWhatIsARead(t *testing.T) {
	for _, c := range []struct {
		options       any
		reads, writes []string
	}{
		{pumpOptions(), []string{"0010030902=?107", "0010034902=?111"}, []string{"0011002306111111019", "0011000206000000012", "0010030902=?107x"}},
		{gammaOptions(), []string{"~ 05 0B 1 88", "~ 05 0D 1,00 16", "~ 05 61 2C", "~ 01 01 22", "~ 05 0B  00"}, []string{"~ 05 37 1 89", "~ 05 38 1 8A", "~ 05 05 1 89", "~ 05 FF 1 89"}},
		{gammaWords(), []string{"cmd 0B 1", "cmd 01", "spc 0B"}, []string{"cmd 37 1", "cmd FF"}},
		{igcOptions(), []string{"GDAT? 1", "*IDN?"}, []string{"IGPW 1,1", "*RST", "GDAT? 9"}},
		{lakeOptions(), []string{"KRDG? A", "RDGST? B", "SETP? 1", "RANGE? 1", "HTR? 1", "HTRST? 1", "*IDN?", "CDAT?", "KRDG? a", "CRDG? b"}, []string{"SETP 1,300", "RANGE 1,3", "*RST", "*TST?", "MODE 2", "KRDG? A;SETP 1,300"}},
		{espOptions(), []string{"1TP?", "2MD?", "3MO?", "VE?", "TS", "TX", "1HS?"}, []string{"1PA10", "ST", "1MO", "TE?", "TB?", "1OR", "1TP?;1PA10", "RS", "1HX"}},
		{mdriveOptions(), []string{"PR P", "PR MV", "PR EF", "PR VR", "PR I1"}, []string{"MA 51200", "SL 0", "EM 2", "PR ER", "P 0", "APR P"}},
		{partyOptions(), []string{"APR P"}, []string{"PR P", "AMA 5", "BPR P"}},
	} {
		raw, ok := drivers.RawOf(c.options)
		if !ok {
			t.Errorf("%T cannot be lent", c.options)
			continue
		}
		for _, request := range c.reads {
			if !raw.IsRead(request) || !raw.Answers(request) {
				t.Errorf("%T: %q is no read that is answered", c.options, request)
			}
		}
		for _, request := range c.writes {
			if raw.IsRead(request) {
				t.Errorf("%T: %q is a read", c.options, request)
			}
		}
	}
	if _, ok := drivers.RawOf(&drivers.MDriveOptions{StepsPerMeter: 1, Max: 1, Checksum: true}); ok {
		t.Error("an mdrive with checksums is lent")
	}
}

// A write that the instrument never answers holds up nobody, and is recorded as what is not known to have happened.
func TestAWriteThatIsNotAnswered(t *testing.T) {
	simulated(t, func(t *testing.T) {
		r, stop := newRig(t, "esp301", espOptions(), answering("1TP?\r", "10.0000\r\n"), func(o *Options) { o.Control = true })
		defer stop()
		conn := r.dial("10.0.0.2")
		defer conn.Close()
		begun := time.Now()
		if got := segment(t, conn, "1PA10\r1TP?\r"); got != "10.0000\r\n" || time.Since(begun) > 100*time.Millisecond {
			t.Errorf("behind a move: %q after %v, want the position at once", got, time.Since(begun))
		}
		if sent := strings.Join(r.peer.Sent(), ""); sent != "1PA10\r1TP?\r" {
			t.Errorf("on the wire %q, want the move and the question", sent)
		}
		events := r.recorded()
		if len(events) != 1 || events[0].Kind != buffer.Command || events[0].Labels.Value("result") != "unknown" || !strings.Contains(events[0].Note, "1PA10") {
			t.Errorf("events %+v, want one command whose result is unknown", events)
		}
	})
}

// Of what the driver reads, it is known which request a client had had answered.
func TestAReadingOfAClientsExchangeIsKnown(t *testing.T) {
	simulated(t, func(t *testing.T) {
		o := &drivers.IGC100Options{Channels: map[int]string{1: "a", 2: "b"}}
		r, stop := newRig(t, "igc100", o, func(p *drivertest.Peer) func([]byte) { return p.Says(func(string) string { return "1.23E-09\r\n" }) })
		defer stop()
		if got := r.ask("10.0.0.2", "GDAT? 2\r"); got != "1.23E-09\r\n" {
			t.Fatalf("reply %q", got)
		}
		r.shared.Polled()
		for _, want := range []string{"[false true]", "[false false]"} {
			if _, err := r.driver.Read(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(r.shared.Polled()); got != want {
				t.Errorf("by exchanges of the client: %s, want %s", got, want)
			}
		}
		if sent := len(r.peer.Sent()); sent != 4 {
			t.Errorf("%d requests on the wire, want the client's one and three of ours", sent)
		}
	})
}
