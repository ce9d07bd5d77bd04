package pychron

import (
	"bytes"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
)

// way is how a client may send one request. It gives the reply; false where the client was kept waiting so long within the request that the
// server may have taken what came before for all of it.
type way func(*testing.T, *Server, string) (reply string, inTime bool)

var ways = map[string]way{
	"one segment": func(t *testing.T, s *Server, request string) (string, bool) {
		return ask(t, dial(t, s), request, len(request), 1)[0], true
	},
	"byte by byte": func(t *testing.T, s *Server, request string) (string, bool) {
		conn, last := dial(t, s), time.Now()
		for n := range len(request) {
			if _, err := conn.Write([]byte(request[n : n+1])); err != nil {
				t.Fatal(err)
			}
			if time.Since(last) > longSilence/2 {
				return "", false
			}
			last = time.Now()
		}
		return replies(t, conn, 1)[0], true
	},
	"without an end": func(t *testing.T, s *Server, request string) (string, bool) {
		return ask(t, dial(t, s), strings.TrimRight(request, "\r\n"), len(request), 1)[0], true
	},
	"ended by NUL": func(t *testing.T, s *Server, request string) (string, bool) {
		return ask(t, dial(t, s), strings.TrimRight(request, "\r\n")+"\x00", len(request)+1, 1)[0], true
	},
	"after a half-close": func(t *testing.T, s *Server, request string) (string, bool) {
		conn := dial(t, s)
		conn.Write([]byte(strings.TrimRight(request, "\r\n")))
		conn.(*net.TCPConn).CloseWrite()
		all, err := io.ReadAll(conn)
		if err != nil || !bytes.HasSuffix(all, []byte("\r\n")) {
			t.Fatalf("%q = %q, %v; want a reply and an orderly end", request, all, err)
		}
		return strings.TrimSuffix(string(all), "\r\n"), true
	},
	"by UDP": func(t *testing.T, s *Server, request string) (string, bool) {
		conn, err := net.Dial("udp", s.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(time.Minute))
		conn.Write([]byte(request))
		reply := make([]byte, maxDatagram)
		n, err := conn.Read(reply)
		if err != nil {
			t.Fatalf("%q by UDP: %v", request, err)
		}
		return strings.TrimSuffix(string(reply[:n]), "\r\n"), true
	},
}

// bySocket are the replies of a vector as a client on this machine hears them: it owns what the sheet's client owns.
func (v *vector) bySocket() []string {
	if v.name == "28 one owner of all" { // an owner given to the line, not the client itself
		return v.reply
	}
	var all []string
	for _, reply := range v.reply {
		all = append(all, strings.ReplaceAll(reply, "10.0.0.2", "127.0.0.1"))
	}
	return all
}

// served is a server of the line of a vector; by UDP commands are taken.
func (v *vector) served(t *testing.T) *Server {
	o := optionsFor(v.made())
	o.Coolant, o.UDPCommands = "chiller", true
	return started(t, o)
}

// answered sends a vector to a server of its own; false where that did not go in time.
func (v *vector) answered(t *testing.T, talk way) (inTime bool) {
	s := v.served(t)
	for n, want := range v.bySocket() {
		got, inTime := talk(t, s, v.request[n])
		if !inTime {
			return false
		}
		if got != want {
			t.Errorf("%s: %q = %q, want %q", v.name, v.request[n], got, want)
		}
	}
	return true
}

// Every vector over a socket, sent in every way.
func TestVectorsBySocket(t *testing.T) {
	for way, talk := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			for _, v := range vectors {
				for !v.answered(t, talk) {
				}
			}
		})
	}
}

// All requests of a vector in one segment, between two others, are answered in order.
func TestVectorsInOneSegment(t *testing.T) {
	for _, v := range vectors {
		conn := dial(t, v.served(t))
		text := "GetData 1\r" + strings.Join(v.request, "") + "GetData 2\r"
		want := slices.Concat([]string{"1.0"}, v.bySocket(), []string{"2.0"})
		if got := ask(t, conn, text, len(text), len(want)); !slices.Equal(got, want) {
			t.Errorf("%s: %q = %q, want %q", v.name, text, got, want)
		}
	}
}

// laserVectors are those of docs/protocols/pychron-remote-laser.md that one request shows, of a laser in percent with a stage.
var laserVectors = map[string]string{
	"Enable\n": "OK", "SetLaserPower 10\n": "OK", "SetLaserPower x\n": "ERROR 004 : invalid arguments: SetLaserPower x",
	"GetPosition\n": "1.00000,-2.50000,10.00000", "GetDriveMoving\n": "False", "Disable\n": "OK", "GetMotorMoving foo\n": "ERROR 107 : no motor named foo available",
	"GetZoom\n": "No Zoom Motor", "SetXY (1.5, -2.0)\n": "OK", `{"command": "SetLaserOutput", "value": 5.0, "units": ""}` + "\n": "OK",
	"SetLaserPower nan\n": "ERROR 004 : invalid arguments: SetLaserPower nan", "SetLaserPower 1e9\n": "ERROR 004 : invalid arguments: SetLaserPower 1e9",
	"GetError\n": "OK", "GetGrainPolygonBlob\n": "No Response", "WakeScreen\n": "OK", "GoToPoint,3\n": "ERROR 108 : Laser failed to position: there is no stage for GoToPoint",
}

func servedLaser(t *testing.T) *Server {
	o := optionsFor(withStage())
	o.Laser, o.DeviceCommands, o.UDPCommands = "co2", true, true
	return started(t, o)
}

func TestLaserVectorsBySocket(t *testing.T) {
	for way, talk := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			for request, want := range laserVectors {
				got, inTime := talk(t, servedLaser(t), request)
				for !inTime {
					got, inTime = talk(t, servedLaser(t), request)
				}
				if got != want {
					t.Errorf("%q = %q, want %q", request, got, want)
				}
			}
		})
	}
}

func TestLaserVectorsInOneSegment(t *testing.T) {
	text, want := "", []string{}
	for request, reply := range laserVectors {
		text, want = text+request, append(want, reply)
	}
	if got := ask(t, dial(t, servedLaser(t)), text, len(text), len(want)); !slices.Equal(got, want) {
		t.Errorf("%q = %q, want %q", text, got, want)
	}
}

// Each vector of the laser's sheet byte by byte with 2 ms between.
func TestLaserVectorsByteByByte(t *testing.T) {
	for request, want := range laserVectors {
		onLaser(t, withStage(), func(t *testing.T, h *laserHandler) {
			near, far := net.Pipe()
			done := make(chan struct{})
			go func() {
				defer close(done)
				(&connection{conn: far, by: mac, dialect: h, options: &Options{}}).run(t.Context())
			}()
			for _, b := range []byte(request) {
				near.Write([]byte{b})
				time.Sleep(2 * time.Millisecond)
			}
			if got := replies(t, near, 1); got[0] != want {
				t.Errorf("%q = %q, want %q", request, got[0], want)
			}
			near.Close()
			<-done
		})
	}
}
