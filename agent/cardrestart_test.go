package main

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers/drivertest"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/rules"

	"pychron-edge/agent/task"
)

// card is a box of two valves, A and B, as it is on its line. Without power its valves close.
type card struct {
	mu     sync.Mutex
	model  string
	on     [2]bool // as its relays are, and its valves with them
	stuck  bool    // the switch that shows A closed is on whatever A does
	writes int     // commands that move a valve
}

func (c *card) restart() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.on = [2]bool{}
}

func (c *card) moves() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.writes
}

// put switches a relay.
func (c *card) put(n int, on bool) {
	c.on[n] = on
	c.writes++
}

// take answers one request as the card's model does.
func (c *card) take(request string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch c.model {
	case "proxr":
		return c.proxr(request)
	case "agilent-34903a":
		return c.daq(request)
	}
	return c.arduino(request)
}

func (c *card) proxr(request string) string {
	switch {
	case request == "\xFE\x21":
		return "\x55"
	case request == "\xFE\x7C\x01":
		return string([]byte{byte(bit(c.on[0]) | bit(c.on[1])<<1)})
	case request[1] >= 0x74 && request[1] < 0x76:
		return string([]byte{byte(bit(c.on[request[1]-0x74]))})
	case request[1] >= 0x6C && request[1] < 0x6E:
		c.put(int(request[1]-0x6C), true)
	case request[1] >= 0x64 && request[1] < 0x66:
		c.put(int(request[1]-0x64), false)
	}
	return "\x55"
}

func (c *card) daq(request string) string {
	switch at := strings.TrimSpace(request); at {
	case "*IDN?":
		return "HEWLETT-PACKARD,34970A,0,13-2-2\r\n"
	case "SYST:CTYP? 300":
		return "HEWLETT-PACKARD,34903A,0,1.0\r\n"
	case "ROUT:CLOS? (@301,302)":
		return fmt.Sprintf("%d,%d\r\n", bit(c.on[0]), bit(c.on[1]))
	case "ROUT:CLOS? (@301)":
		return fmt.Sprintf("%d\r\n", bit(c.on[0]))
	case "ROUT:CLOS? (@302)":
		return fmt.Sprintf("%d\r\n", bit(c.on[1]))
	case "ROUT:CLOS (@301)", "ROUT:CLOS (@302)", "ROUT:OPEN (@301)", "ROUT:OPEN (@302)":
		c.put(int(at[len(at)-2]-'1'), strings.Contains(at, ":CLOS "))
	}
	return ""
}

func (c *card) arduino(request string) string {
	var pin, level int
	if n, _ := fmt.Sscanf(request, "w %d %d", &pin, &level); n == 2 {
		c.put((51-pin)/3, level == 1)
		return "OK\r\n"
	}
	fmt.Sscanf(request, "r %d", &pin)
	valve := (50 - pin) / 3
	if open := (50-pin)%3 == 0; open {
		return fmt.Sprintf("%d\r\n", bit(c.on[valve]))
	}
	return fmt.Sprintf("%d\r\n", bit(!c.on[valve] || c.stuck && valve == 0))
}

func bit(on bool) int {
	if on {
		return 1
	}
	return 0
}

// carded is an agent with a box of valves: B may open only while A is closed. cut takes the power of the box away and gives it back.
func carded(t *testing.T, c *card, options, more string) (h *agent, cut func(), stop func()) {
	text := "agent: {name: a, clock: trusted, listen: 127.0.0.1:0}\ndevices:\n  - {name: box, model: " + c.model +
		`, port: "serial:///dev/box?baud=9600", control: true, options: ` + options + more + ", channels: {B: {interlock: {closed: [box.A]}}}}\n"
	plan, _, err := config.PlanOf("agent.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	lines, peer := drivertest.InMemory(t)
	peer.Answer = func(request []byte) { peer.Send(c.take(string(request))) }
	h = newAgent(plan, "b001", "test", false, quiet)
	report := func(err error) { t.Error(err) }
	h.work = task.NewGroup(t.Context(), report)
	loops, owners := task.NewGroup(t.Context(), report), task.NewGroup(t.Context(), report)
	h.begin()
	h.work.Start("supervisor", h.commander.Supervise)
	h.fleet.Start(loops, owners, plan, &device.Transport{Lines: lines}, func(*config.DevicePlan) bool { return true })
	cut = func() {
		peer.Unplug()
		time.Sleep(3 * time.Second)
		c.restart()
		peer.Plug()
		time.Sleep(8 * time.Second)
	}
	return h, cut, func() {
		loops.Stop()
		h.work.Stop()
		owners.Stop()
	}
}

// A box of valves whose power was cut while one of them was open: nothing is closed that is not shown to be, nothing is sent again,
// and what depends on it stays refused until somebody has closed it.
func TestACardThatRestartedClosesNothingUnproven(t *testing.T) {
	for model, row := range map[string]struct {
		options string
		shown   bool // its switches show what its valves did
	}{
		"proxr":            {"{channels: {0: A, 1: B}}", false},
		"agilent-34903a":   {"{channels: {301: A, 302: B}, closed: opens}", false},
		"arduino-valvebox": {"{channels: {0: A, 1: B}}", true},
	} {
		t.Run(model, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				more := ", unpowered: closed"
				if row.shown {
					more = ""
				}
				c := &card{model: model}
				h, cut, stop := carded(t, c, row.options, more)
				defer stop()
				time.Sleep(10 * time.Second)
				command := func(valve string, value float64) error {
					_, err := h.commander.Command(t.Context(), order("box", valve, value))
					return err
				}
				if err := command("A", 1); err != nil {
					t.Fatal(err)
				}
				sent := c.moves()
				cut()
				if got := c.moves(); got != sent {
					t.Errorf("%d commands after the power cut, want none", got-sent)
				}
				state := h.plan().Valve(rules.View{Present: &h.present, Now: h.clock.Up()}, rules.Ref{Device: "box", Point: "A"})
				if want := map[bool]rules.ValveState{true: rules.Closed, false: rules.Unknown}[row.shown]; state != want {
					t.Errorf("A is %s, want %s", state, want)
				}
				if err := command("B", 1); !row.shown && !errors.Is(err, buffer.ErrConflict) {
					t.Errorf("B opened (%v) while nobody knows of A, want %v", err, buffer.ErrConflict)
				}
				if err := command("A", 0); err != nil {
					t.Fatal(err)
				}
				time.Sleep(2 * time.Second)
				if err := command("B", 1); err != nil {
					t.Errorf("B while A was told to close = %v, want no error", err)
				}
			})
		})
	}
}

// What is only told closed is not closed where nobody says that it closes without power, nor for a vent.
func TestToldClosedIsNotAlwaysClosed(t *testing.T) {
	for what, row := range map[string]struct{ more, channels string }{
		"nobody says what it does without power": {"", ""},
		"a vent":                                 {", unpowered: closed", ", vent: true"},
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &card{model: "proxr"}
				h, _, stop := carded(t, c, "{channels: {0: A, 1: B}}", row.more)
				defer stop()
				h.plan().Devices[0].Move("B").Vent = row.channels != ""
				time.Sleep(5 * time.Second)
				_, err := h.commander.Command(t.Context(), order("box", "B", 1))
				if !errors.Is(err, buffer.ErrConflict) || !strings.Contains(err.Error(), "told closed") {
					t.Errorf("B past A, told closed = %v, want a refusal that says so", err)
				}
			})
		})
	}
}

// A switch that is stuck beside one that shows the other end is no state.
func TestASwitchThatIsStuckProvesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &card{model: "arduino-valvebox", stuck: true}
		h, _, stop := carded(t, c, "{channels: {0: A, 1: B}}", "")
		defer stop()
		time.Sleep(5 * time.Second)
		h.commander.Command(t.Context(), order("box", "A", 1))
		time.Sleep(5 * time.Second)
		if _, err := h.commander.Command(t.Context(), order("box", "B", 1)); !errors.Is(err, buffer.ErrConflict) {
			t.Errorf("B past A, of which both switches are on = %v, want %v", err, buffer.ErrConflict)
		}
	})
}
