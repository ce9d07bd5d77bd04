package main

import (
	"flag"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/uplink/brokertest"
)

var (
	histories = flag.Int("histories", 200, "simulated histories of agent, broker and viewer")
	firstSeed = flag.Uint64("seed", 1, "seed of the first history")
	outage    = flag.Duration("outage", 24*time.Hour, "simulated outage of the broker")
)

// deed is something that happens in a history.
type deed struct {
	weight int
	name   string
	do     func(w *simWorld)
}

// recording are the deeds of an agent that works.
var recording = []deed{
	{30, "readings", func(w *simWorld) {
		for range 1 + w.chance.IntN(30) {
			w.agent.record(buffer.Readings, "pressure_pascals")
		}
	}},
	{12, "commands", func(w *simWorld) {
		for range 1 + w.chance.IntN(4) {
			w.agent.record(buffer.Audit, "commands_total")
		}
		w.agent.sync(w.chance.IntN(len(w.agent.unsynced) + 1))
	}},
	{4, "ingested", func(w *simWorld) { w.agent.record(buffer.Ingest, "run_started") }},
	{4, "state saved", func(w *simWorld) { w.agent.save(false) }},
}

// deeds are all that happens.
var deeds = append([]deed{
	{4, "agent killed", func(w *simWorld) {
		w.agent.kill(w.chance.IntN(len(w.agent.unsynced) + 1))
		w.pass(20 * time.Second)
		w.agent.start()
	}},
	{2, "agent killed, and its card took nothing of this start", func(w *simWorld) {
		w.agent.kill(0)
		w.agent.unwrite()
		w.pass(5 * time.Second)
		w.agent.start()
	}},
	{2, "agent restarted", func(w *simWorld) {
		w.agent.stop()
		w.pass(5 * time.Second)
		w.agent.start()
	}},
	{2, "agent restarted, and its card took nothing of this start", func(w *simWorld) {
		w.agent.stop()
		w.agent.unwrite()
		w.pass(5 * time.Second)
		w.agent.start()
	}},
	{4, "agent disconnected", func(w *simWorld) {
		w.broker.Cut(simAgentID)
	}},
	{3, "broker away", func(w *simWorld) {
		w.broker.Stop(w.chance.IntN(2) == 0)
		w.pass(40 * time.Second)
		w.broker.Start()
	}},
	{4, "broker away, and it goes on", func(w *simWorld) {
		w.broker.Stop(w.chance.IntN(2) == 0)
		for range w.chance.IntN(6) {
			w.happen(recording[w.chance.IntN(len(recording))])
			w.pass(10 * time.Second)
		}
		w.broker.Start()
	}},
	{3, "rights taken away, and it goes on", func(w *simWorld) {
		w.rights.take(w.chance)
		for range 1 + w.chance.IntN(4) {
			w.happen(recording[w.chance.IntN(len(recording))])
			w.pass(20 * time.Second)
		}
		w.rights.give()
	}},
	{3, "clock stepped", func(w *simWorld) {
		w.agent.wall = time.Duration(w.chance.Int64N(int64(40*365*24*time.Hour))) - 20*365*24*time.Hour
	}},
	{4, "viewer killed", func(w *simWorld) {
		w.stopViewer()
		w.pass(30 * time.Second)
		w.startViewer()
	}},
	{3, "viewer killed while it stores", func(w *simWorld) {
		w.store.failAfter(w.chance.IntN(12))
		w.happen(recording[0])
		w.pass(20 * time.Second)
		w.stopViewer()
		w.startViewer()
	}},
}, recording...)

// pass lets up to d pass.
func (w *simWorld) pass(d time.Duration) {
	time.Sleep(time.Duration(w.chance.Int64N(int64(d))))
	synctest.Wait()
}

func (w *simWorld) happen(d deed) {
	w.deeds = append(w.deeds, d.name)
	d.do(w)
}

// draw is a deed by its weight.
func (w *simWorld) draw() deed {
	total := 0
	for _, d := range deeds {
		total += d.weight
	}
	n := w.chance.IntN(total)
	for _, d := range deeds {
		if n -= d.weight; n < 0 {
			return d
		}
	}
	return deeds[0]
}

// run is one history, and the account at its end.
func (w *simWorld) run() error {
	w.startViewer()
	w.agent.start()
	for range 10 + w.chance.IntN(30) {
		w.happen(w.draw())
		w.pass([]time.Duration{time.Millisecond, time.Second, 15 * time.Second}[w.chance.IntN(3)])
	}
	w.agent.sync(len(w.agent.unsynced))
	time.Sleep(5 * time.Minute) // all that is asked for is answered by then
	synctest.Wait()
	w.agent.kill(0)
	w.stopViewer()
	w.broker.Stop(false)
	w.broker.Wait()
	return w.check()
}

// Every value that an agent hands out is stored, or in a declared gap, whatever is killed, cut or away, in whatever order.
func TestSimulation(t *testing.T) {
	for i := range *histories {
		seed := *firstSeed + uint64(i)
		var w *simWorld
		var err error
		synctest.Test(t, func(t *testing.T) {
			w = newSimWorld(seed)
			err = w.run()
		})
		if err != nil {
			t.Fatalf("seed %d (again with -run TestSimulation -seed %d -histories 1): %v\njournal %v, after: %s", seed, seed, err, w.agent.journal, strings.Join(w.deeds, ", "))
		}
	}
}

// A long outage of the broker costs no memory; what was overwritten is a gap exact to the event, the audit lane comes complete from the
// journal, and values flow again soon.
func TestLongOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSimWorld(1)
		w.agent.journal, w.agent.rings = true, [3]int{100, 4096, 100}
		w.startViewer()
		w.agent.start()
		time.Sleep(5 * time.Second)
		w.broker.Stop(true)
		before := heap()
		for begun, n := time.Now(), 0; time.Since(begun) < *outage; n++ {
			w.agent.record(buffer.Readings, "pressure_pascals")
			if n%60 == 0 {
				w.agent.record(buffer.Audit, "commands_total")
				w.agent.sync(1)
			}
			time.Sleep(10 * time.Second)
		}
		journal := int64(len(w.agent.onDisk) * 1000) // the model of the journal is in memory
		if grown := heap() - before - journal; grown > 4<<20 {
			t.Errorf("the heap has grown by %d bytes", grown)
		}
		k := stream{"line1", w.agent.boot, buffer.Readings}
		held := w.agent.recorded[k] - uint64(w.agent.rings[1])
		flows := make(chan time.Time, 1)
		w.broker.Accepted = func(m brokertest.Message) {
			if strings.Contains(m.Topic, "/readings/") {
				select {
				case flows <- time.Now():
				default:
				}
			}
		}
		w.broker.Start()
		back := time.Now()
		if took := (<-flows).Sub(back); took > 7*time.Second { // one retry interval, at most 5 s, and 2 s
			t.Errorf("values flow %v after the broker is back", took)
		}
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		w.agent.kill(0)
		w.stopViewer()
		w.broker.Stop(false)
		w.broker.Wait()
		if err := w.check(); err != nil {
			t.Error(err)
		}
		s := w.store.streams[k]
		if want := fmt.Sprint(held); fmt.Sprint(len(s.lost)) != want || s.lost[held] != true || s.here[held+1] != true {
			t.Errorf("%d readings are declared lost, %v and %v at the edge; want %s", len(s.lost), s.lost[held], s.here[held+1], want)
		}
		audit := w.store.streams[stream{"line1", w.agent.boot, buffer.Audit}]
		if n := w.agent.recorded[stream{"line1", w.agent.boot, buffer.Audit}]; uint64(len(audit.here)) != n {
			t.Errorf("%d of %d commands are stored", len(audit.here), n)
		}
	})
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
