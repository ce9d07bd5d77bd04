package pychron

import (
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// valvesV1V10 is a line where one valve's name begins another's.
func valvesV1V10() *fakeAgent {
	f := valvesABC(Closed)
	f.valves = []Valve{
		{Name: "V1", Device: "V1", Control: "open", Position: Closed},
		{Name: "V10", Device: "V10", Control: "open", Position: Closed},
		{Name: "V2", Device: "V2", Control: "open", Position: Closed},
	}
	return f
}

// talker is a client of a handler, by a connection of its own.
type talker struct {
	net.Conn
	ended chan string // why it was turned away
}

func talk(t *testing.T, h dialect, ended *endings) *talker {
	near, far := net.Pipe()
	c := &talker{near, make(chan string, 1)}
	go func() {
		c.ended <- (&connection{conn: far, by: mac, dialect: h, options: &Options{}, ended: ended}).run(t.Context())
	}()
	return c
}

// hears is what comes within a time.
func (c *talker) hears(d time.Duration) string {
	c.SetReadDeadline(time.Now().Add(d))
	var all []byte
	chunk := make([]byte, 4096)
	for {
		n, err := c.Read(chunk)
		all = append(all, chunk[:n]...)
		if err == nil {
			continue
		}
		if err != io.EOF && !os.IsTimeout(err) {
			return err.Error()
		}
		return string(all)
	}
}

// end closes the client's side, and gives why it was turned away.
func (c *talker) end() string {
	c.Close()
	return <-c.ended
}

// A client that ends its commands does so always: "Open V1", however long a pause, and "0\r\n" opens V10 alone.
func TestTwoPiecesOfACommandAreOne(t *testing.T) {
	for _, pause := range []time.Duration{60 * time.Millisecond, 300 * time.Millisecond, 5 * time.Second} {
		f := valvesV1V10()
		simulated(t, f, func(t *testing.T, h *handler) {
			c := talk(t, h, &endings{})
			c.Write([]byte("GetValveState V1\r\n"))
			before := c.hears(time.Millisecond)
			c.Write([]byte("Open V1"))
			between := c.hears(pause)
			c.Write([]byte("0\r\n"))
			after := c.hears(time.Second)
			if before != "False\r\n" || between != "" || after != "OK\r\n" || !slices.Equal(f.moves(), []string{"V10 1"}) {
				t.Errorf("after %v: replies %q, %q, %q, moved %q; want only V10, and one reply", pause, before, between, after, f.moves())
			}
			if why := c.end(); why != "" {
				t.Errorf("turned away for %q", why)
			}
		})
	}
}

// The first command of a connection may be half of one too: what may go on is waited for longer, and of an address whose clients end
// their commands it is refused, not carried out.
func TestFirstCommandInTwoPieces(t *testing.T) {
	for _, c := range []struct {
		name    string
		before  bool
		first   string
		pause   time.Duration
		rest    string
		replies string
		moved   []string
		refused string
	}{
		{name: "V1 or V10", first: "Open V1", pause: 300 * time.Millisecond, rest: "0\r\n", replies: "OK\r\n", moved: []string{"V10 1"}},
		{name: "V1 or V10, never ended", first: "Open V1", pause: time.Second, replies: "OK\r\n", moved: []string{"V1 1"}},
		{name: "V2 alone", first: "Open V2", pause: silence + 2*secondLook, replies: "OK\r\n", moved: []string{"V2 1"}},
		{name: "half a word", first: "GetValveState", pause: 300 * time.Millisecond, rest: "s\r\n", replies: withCRC("V10,V100,V20") + "\r\n"},
		{name: "ends elsewhere, in time", before: true, first: "Close V1", pause: time.Second, rest: "0\r\n", replies: "ok\r\n"},
		{name: "ends elsewhere, too late", before: true, first: "Open V1", pause: 2 * time.Second, refused: unended,
			replies: "ERROR 004 : invalid arguments: Open V1 (it has no end of line, and your commands have)\r\n"},
		{name: "ends elsewhere, whole", before: true, first: "Open V2", pause: silence + 2*secondLook, replies: "OK\r\n", moved: []string{"V2 1"}},
	} {
		f := valvesV1V10()
		simulated(t, f, func(t *testing.T, h *handler) {
			known := &endings{}
			if c.before {
				earlier := talk(t, h, known)
				earlier.Write([]byte("GetError\r\n"))
				earlier.hears(time.Millisecond)
				earlier.end()
			}
			client := talk(t, h, known)
			client.Write([]byte(c.first))
			got := client.hears(c.pause)
			if c.rest != "" {
				client.Write([]byte(c.rest))
				got += client.hears(time.Second)
			}
			why := client.end()
			if got != c.replies || !slices.Equal(f.moves(), c.moved) || why != c.refused {
				t.Errorf("%s: replies %q, moved %q, turned away for %q; want %q, %q, %q", c.name, got, f.moves(), why, c.replies, c.moved, c.refused)
			}
		})
	}
}

// A power is never whole: "SetLaserPower 1", a pause and "0\n" sets 10 percent alone.
func TestHalfAPower(t *testing.T) {
	f := withStage()
	onLaser(t, f, func(t *testing.T, h *laserHandler) {
		f.valves = nil // so that every command is kept with its value
		c := talk(t, h, &endings{})
		c.Write([]byte("SetLaserPower 1"))
		time.Sleep(200 * time.Millisecond)
		c.Write([]byte("0\n"))
		if got := c.hears(time.Second); got != "OK\r\n" || !slices.Equal(f.commanded(), []string{"co2.power 10"}) {
			t.Errorf("reply %q, commands %q; want OK and 10 alone", got, f.commanded())
		}
		c.Write([]byte("SetLaserPower 2")) // and the connection breaks
		if why := c.end(); why != unended || len(f.commanded()) != 1 {
			t.Errorf("turned away for %q, commands %q; want %q and no other", why, f.commanded(), unended)
		}
	})
}

// What may be whole is one that nothing following makes another of, and takes every command for what it is.
func TestWhole(t *testing.T) {
	h := handlerFor(t, valvesV1V10())
	laser := &laserHandler{agent: h.agent, device: "co2"}
	for text, want := range map[string]bool{
		"Open V1": false, "Open V10": true, "Close V2": true, "Open V": false, "Open": false, "Op": false, "": false, "GetValveState": false, "GetValveStates": true,
		"GetStateChecksum V1,V10": false, "GetPressure ion1": false, "GetPressure ion1,ig": true, "GetPressure ion1, cg": true, "GetPressure ion1,Bone": false,
		"Read room": false, "Read room.temperature": true, "Read BoneFlag": true, "Set BoneFlag 1": false, "GetPipetteCount air": true, "GetError": true,
		`{"command": "Open", "value": "V1"}`: true, `{"command": "Open", "value": "V1`: false,
	} {
		if got := h.whole(text); got != want {
			t.Errorf("%q is whole: %v, want %v", text, got, want)
		}
	}
	for text, want := range map[string]bool{
		"Enable": true, "Disable": true, "SetLaserPower 10": false, "SetXY (1.5, -2.0)": false, "GetPosition": true, "Set": false, "Disab": false, "GetZoom": true,
	} {
		if got := laser.whole(text); got != want {
			t.Errorf("%q is whole: %v, want %v", text, got, want)
		}
	}
	commands := map[string]bool{}
	for name := range answers {
		commands[name] = true
	}
	for name := range laserAnswers {
		commands[name] = true
	}
	for name := range stageAnswers {
		commands[name] = true
	}
	for name := range laserParts {
		commands[name] = true
	}
	for short := range commands {
		for long := range commands {
			if short != long && strings.HasPrefix(long, short) && (h.whole(short) || laser.whole(short)) {
				t.Errorf("%q is whole, and %q begins with it", short, long)
			}
		}
	}
}
