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

// ways are how a client by TCP may send one request; each gives the reply.
var ways = map[string]func(*testing.T, *Server, string) string{
	"one segment": func(t *testing.T, s *Server, request string) string {
		return ask(t, dial(t, s), request, len(request), 1)[0]
	},
	"byte by byte": func(t *testing.T, s *Server, request string) string {
		return ask(t, dial(t, s), request, 1, 1)[0]
	},
	"without an end": func(t *testing.T, s *Server, request string) string {
		return ask(t, dial(t, s), strings.TrimRight(request, "\r\n"), len(request), 1)[0]
	},
	"ended by NUL": func(t *testing.T, s *Server, request string) string {
		return ask(t, dial(t, s), strings.TrimRight(request, "\r\n")+"\x00", len(request)+1, 1)[0]
	},
	"after a half-close": func(t *testing.T, s *Server, request string) string {
		conn := dial(t, s)
		conn.Write([]byte(strings.TrimRight(request, "\r\n")))
		conn.(*net.TCPConn).CloseWrite()
		all, err := io.ReadAll(conn)
		if err != nil || !bytes.HasSuffix(all, []byte("\r\n")) {
			t.Fatalf("%q = %q, %v; want a reply and an orderly end", request, all, err)
		}
		return strings.TrimSuffix(string(all), "\r\n")
	},
	"by UDP": func(t *testing.T, s *Server, request string) string {
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
		return strings.TrimSuffix(string(reply[:n]), "\r\n")
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

// Every vector over a socket, sent in every way.
func TestVectorsBySocket(t *testing.T) {
	for way, talk := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			for _, v := range vectors {
				s := v.served(t)
				for n, want := range v.bySocket() {
					if got := talk(t, s, v.request[n]); got != want {
						t.Errorf("%s: %q = %q, want %q", v.name, v.request[n], got, want)
					}
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
				if got := talk(t, servedLaser(t), request); got != want {
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
