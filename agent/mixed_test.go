package main

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
	"pychron-edge/drivers/sim"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/task"
)

// mixedLine is one RS-485 line with six devices of four framings. Nobody is at address 9, and who is at #05 babbles.
const mixedLine = `agent: {name: mixed, clock: trusted}
devices:
  - {name: gauge, model: mks-9xx, port: "serial:///dev/mixed?baud=9600", options: {address: 253, channels: {1: p}}}
  - {name: oven, model: eurotherm-modbus, port: "serial:///dev/mixed?baud=9600", options: {address: 1}}
  - {name: ion, model: granville-phillips-#, port: "serial:///dev/mixed?baud=9600", options: {address: 2, channels: {RD: ig}}}
  - {name: pump, model: pfeiffer-pump, port: "serial:///dev/mixed?baud=9600", options: {address: 3}, every: 2s}
  - {name: dead, model: eurotherm-modbus, port: "serial:///dev/mixed?baud=9600", options: {address: 9}}
  - {name: babbler, model: granville-phillips-#, port: "serial:///dev/mixed?baud=9600", options: {address: 5, channels: {RD: ig}}}
`

var startOf = map[string]string{"gauge": "@253", "oven": "\x01", "ion": "#02", "pump": "003", "babbler": "#05"}

// Issue 3: the four that are well keep their rate within 10 %, for an hour.
func TestDeadAndBabblingDevicesLeaveTheLineToTheOthers(t *testing.T) {
	plan, list, err := config.PlanOf("mixed.yaml", []byte(mixedLine))
	if err != nil || len(list) > 0 {
		t.Fatal(err, list)
	}
	synctest.Test(t, func(t *testing.T) {
		lines, peer := drivertest.InMemory(t)
		noise := rand.New(rand.NewPCG(1, 2))
		peer.Answer = others(t, plan, peer, noise)
		counts := map[string]*counting{}
		for _, d := range plan.Devices {
			counts[d.Name] = counted(d)
		}
		h := quietAgent(plan.Devices)
		h.work = task.NewGroup(context.Background(), func(err error) { t.Errorf("a goroutine failed: %v", err) })
		loops, owners := task.NewGroup(context.Background(), h.work.Fail), task.NewGroup(context.Background(), h.work.Fail)
		h.work.Start("supervisor", h.commander.Supervise)
		h.fleet.Start(loops, owners, h.plan(), &device.Transport{Lines: lines}, func(*config.DevicePlan) bool { return true })
		ctx, stop := context.WithCancel(t.Context())
		babble(ctx, peer, noise)

		const while = time.Hour
		time.Sleep(while)
		stop()
		h.shutdown(loops, owners, "test")
		for _, name := range []string{"gauge", "oven", "ion", "pump"} {
			if n, want := counts[name].good.Load(), int64(while/plan.Device(name).Every); n < want*9/10 || n > want*11/10 {
				t.Errorf("%s was read %d times in %v, want %d within 10 %%", name, n, while, want)
			}
			if wrong := counts[name].wrong.Load(); wrong > 0 {
				t.Errorf("%s was read wrongly %d times", name, wrong)
			}
		}
		for _, name := range []string{"dead", "babbler"} {
			if n := counts[name].good.Load(); n > 0 {
				t.Errorf("%s was read %d times, want never", name, n)
			}
			if n := counts[name].all.Load(); n < 60 {
				t.Errorf("%s was asked %d times in %v, want at least once a minute", name, n, while)
			}
		}
	})
}

// others are the instruments on the line: each answers what begins with its address after the time the bytes take.
func others(t *testing.T, plan *config.Plan, peer *drivertest.Peer, noise *rand.Rand) func([]byte) {
	bench := sim.New(sim.Options{Seed: 1})
	for _, d := range plan.Devices {
		if startOf[d.Name] != "" {
			if err := bench.Attach(sim.Device{Name: d.Name, Model: d.Model.Name, URL: d.Port, Options: d.Decoded}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return func(request []byte) {
		for name, start := range startOf {
			if !strings.HasPrefix(string(request), start) {
				continue
			}
			reply := string(bench.Answer(name, request))
			if name == "babbler" { // goes on talking long after its time
				for n := range 8 {
					text := garbage(noise, 30)
					time.AfterFunc(time.Duration(n)*100*time.Millisecond, func() { peer.Send(text) })
				}
				return
			}
			bytes := len(request) + len(reply)
			time.AfterFunc(2*time.Millisecond+time.Duration(bytes)*1042*time.Microsecond, func() { peer.Send(reply) })
			return
		}
	}
}

// babble also talks when nobody asked: 20 bytes about every 3 s, whoever is speaking.
func babble(ctx context.Context, peer *drivertest.Peer, noise *rand.Rand) {
	next := rand.New(rand.NewPCG(3, 4))
	go func() {
		for task.Wait(ctx, time.Duration(next.IntN(6000))*time.Millisecond) == nil {
			peer.Send(garbage(next, 20))
		}
	}()
}

func garbage(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.IntN(256))
	}
	return string(b)
}

// counting is a device whose readings are counted.
type counting struct {
	drivers.Device
	all, good, wrong atomic.Int64
	first            map[string]float64
}

func counted(d *config.DevicePlan) *counting {
	c, open := &counting{first: map[string]float64{}}, d.Model.Open
	d.Model.Open = func(w drivers.Wires, options any) (drivers.Device, error) {
		device, err := open(w, options)
		c.Device = device
		return c, err
	}
	return c
}

func (c *counting) Read(ctx context.Context) ([]drivers.Reading, error) {
	c.all.Add(1)
	readings, err := c.Device.Read(ctx)
	if err != nil {
		return nil, err
	}
	c.good.Add(1)
	for _, r := range readings { // the line's physics stand still: only another's answer, or noise, can change a number
		key := r.Channel + " " + r.Name
		if first, ok := c.first[key]; !ok {
			c.first[key] = r.Value
		} else if r.Missing == "" && (r.Value > 1.5*first || r.Value < first/1.5) && first > 0 {
			c.wrong.Add(1)
		}
	}
	return readings, nil
}

func (c *counting) Identify(ctx context.Context) (drivers.Identity, error) {
	if d, ok := c.Device.(drivers.Identifier); ok {
		c.all.Add(1)
		return d.Identify(ctx)
	}
	return drivers.Identity{}, nil
}

func (c *counting) Forget() {
	if d, ok := c.Device.(drivers.Forgetter); ok {
		d.Forget()
	}
}
