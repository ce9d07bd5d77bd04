package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/uplink"
	"pychron-edge/uplink/brokertest"
	"pychron-edge/uplink/viewer/store"
)

// simWorld is one agent, one broker and one viewer in simulated time: the real publisher, subscriber and intake, with a network, a broker,
// a store and a disk in memory. What happens to them is drawn from a seed.
type simWorld struct {
	chance *rand.Rand
	broker *brokertest.Broker
	store  *simStore
	agent  *simAgent
	viewer *simViewer
	rights simRights
	deeds  []string // what was done, for who reads a failure
}

var simQuiet = slog.New(slog.DiscardHandler)

func newSimWorld(seed uint64) *simWorld {
	chance := rand.New(rand.NewPCG(seed, 7))
	w := &simWorld{chance: chance, broker: brokertest.New(), store: newSimStore()}
	w.broker.Drops = w.rights.drops
	w.agent = &simAgent{broker: w.broker, journal: chance.IntN(3) > 0, recorded: map[stream]uint64{}, kept: map[stream]uint64{}, unwritten: map[string]bool{}, rings: [3]int{20, 50, 10}}
	return w
}

// simAgentID is the agent's client id at the broker.
const simAgentID = "edge-pychron-line1"

// simAgent is an agent: what survives its starts, and the publisher of the present one.
type simAgent struct {
	broker *brokertest.Broker
	rings  [3]int // sizes: audit, readings, ingest

	mu sync.Mutex // guards onDisk and dead, which the publisher's goroutines read

	wall time.Duration // how wrong its clock is

	// The disk.
	journal      bool
	onDisk       []buffer.Event // of the audit lane
	boots        []telemetry.BootStatus
	acknowledged uplink.EventID

	// The account.
	recorded  map[stream]uint64 // greatest number that was handed out
	kept      map[stream]uint64 // greatest number of the audit lane that was answered: it is in the journal
	unwritten map[string]bool   // boots of which nothing is on the disk

	// The present start.
	starts    int
	boot      string
	lanes     buffer.Lanes
	unsynced  []buffer.Event
	publisher *uplink.Publisher
	dead      bool // no byte leaves it any more
	end       func()
	ended     sync.WaitGroup
}

// start begins a new boot, with what the disk has.
func (a *simAgent) start() {
	a.starts++
	a.boot, a.dead, a.unsynced = fmt.Sprintf("b%03d", a.starts), false, nil
	a.lanes = buffer.NewLanes(a.rings[0], a.rings[1], a.rings[2])
	inJournal := map[string]uint64{}
	for _, e := range a.onDisk {
		inJournal[e.Boot] = max(inJournal[e.Boot], e.Seq)
		a.lanes.Append(&e)
	}
	earlier := slices.Clone(a.boots[max(0, len(a.boots)-16):])
	for i := range earlier {
		if seq := inJournal[earlier[i].Boot]; seq > earlier[i].Last["audit"] {
			earlier[i].Last = maps.Clone(earlier[i].Last)
			earlier[i].Last["audit"] = seq
		}
	}
	a.boots = append(earlier, telemetry.BootStatus{Boot: a.boot, Last: map[string]uint64{}, Journal: a.journal})
	var p *uplink.Publisher
	p, err := uplink.New(uplink.Options{Broker: "tcp://sim:1883", Agent: "line1", Boot: a.boot, Lanes: a.lanes, Dial: a.dial, Acknowledged: a.acknowledged,
		Find: a.find(), Status: func(online bool) []byte { return a.status(p, earlier, online) }})
	if err != nil {
		panic(err)
	}
	a.publisher = p
	ctx, cancel := context.WithCancel(context.Background())
	a.end = cancel
	a.ended.Go(func() { _ = p.Run(ctx) })
}

func (a *simAgent) dial(ctx context.Context, address string) (net.Conn, error) {
	a.mu.Lock()
	dead := a.dead
	a.mu.Unlock()
	if dead {
		return nil, brokertest.ErrDown
	}
	return a.broker.Dial(ctx, address)
}

func (a *simAgent) status(p *uplink.Publisher, earlier []telemetry.BootStatus, online bool) []byte {
	s := telemetry.StatusPayload{State: "offline", Boot: a.boot}
	if online {
		s.State, s.Boots, s.Through = "online", earlier, map[string]uint64{}
		for lane, n := range p.State().Through {
			s.Through[lane.String()] = n
		}
	}
	data, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return data
}

// find reads the journal of this start; nil without one.
func (a *simAgent) find() func(context.Context, string, uint64, uint64, func(*buffer.Event) bool) error {
	if !a.journal {
		return nil
	}
	return func(_ context.Context, boot string, from, to uint64, each func(*buffer.Event) bool) error {
		a.mu.Lock()
		onDisk := slices.Clone(a.onDisk)
		a.mu.Unlock()
		for i := range onDisk {
			if e := &onDisk[i]; e.Boot == boot && e.Seq >= from && e.Seq <= to && !each(e) {
				break
			}
		}
		return nil
	}
}

// record hands out an event.
func (a *simAgent) record(lane buffer.Lane, metric string) {
	e := buffer.Event{Source: "line1", Boot: a.boot, Lane: lane, Time: time.Now().Add(a.wall).UTC(), Kind: buffer.Command, Severity: buffer.Info, Type: buffer.Counter, Metric: metric,
		Value: 1, Status: "success"}
	switch {
	case lane == buffer.Readings:
		e.Kind, e.Type, e.Device, e.Point = buffer.Reading, buffer.Gauge, "ion1", "ig"
	case metric == "agent_stops_total":
		e.Kind = buffer.System
		e.Note = fmt.Sprintf(buffer.StopNote, a.recorded[stream{"line1", a.boot, buffer.Readings}], a.recorded[stream{"line1", a.boot, buffer.Ingest}])
	}
	a.lanes.Append(&e)
	a.recorded[streamOf(&e)] = e.Seq
	if lane == buffer.Ingest && e.Seq == 1 {
		a.save(false)
	}
	if a.journal && lane == buffer.Audit {
		a.unsynced = append(a.unsynced, e)
	}
}

// sync writes the first n events that are not in the journal to it.
func (a *simAgent) sync(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, e := range a.unsynced[:n] {
		a.onDisk = append(a.onDisk, e)
		a.kept[streamOf(&e)] = e.Seq
	}
	a.unsynced = a.unsynced[n:]
}

// save writes what is to be kept of this start.
func (a *simAgent) save(clean bool) {
	b := &a.boots[len(a.boots)-1]
	b.Clean, b.Last = clean, map[string]uint64{}
	for _, lane := range []buffer.Lane{buffer.Audit, buffer.Readings, buffer.Ingest} {
		if n := a.recorded[stream{"line1", a.boot, lane}]; n > 0 {
			b.Last[lane.String()] = n
		}
	}
	a.acknowledged = a.publisher.Acknowledged()
}

// stop ends the agent in order.
func (a *simAgent) stop() {
	a.record(buffer.Audit, "agent_stops_total")
	a.sync(len(a.unsynced))
	a.end()
	a.ended.Wait()
	a.save(true)
}

// kill ends the agent at once, as a power cut does: of what is not synced the first n events are there afterwards.
func (a *simAgent) kill(n int) {
	a.mu.Lock()
	a.dead = true
	a.mu.Unlock()
	a.broker.Cut(simAgentID)
	a.sync(n)
	a.end()
	a.ended.Wait()
}

// unwrite takes what was written of this start away, as if the disk had taken nothing. A journal that has events of it stays.
func (a *simAgent) unwrite() {
	if a.kept[stream{"line1", a.boot, buffer.Audit}] == 0 {
		a.boots = a.boots[:len(a.boots)-1]
		a.unwritten[a.boot] = true
	}
}

// simViewer is one start of a viewer.
type simViewer struct {
	link  *link
	end   func()
	ended sync.WaitGroup
}

func (w *simWorld) startViewer() {
	config := defaults()
	h := newHistory("", time.Now, simQuiet)
	h.trouble = nil
	l, err := newLink(&config, nil, nil, h, newLive(buffer.NewLanes(100, 100, 100), newFleet(time.Now)), simQuiet)
	if err != nil {
		panic(err)
	}
	in := newIntake(w.store, l.live, time.Now, l.request, simQuiet)
	in.report, in.arrival = l.report, l.arrival
	l.intake.Store(in)
	l.subscriber, err = uplink.NewSubscriber(uplink.SubscriberOptions{Broker: "tcp://sim:1883", ClientID: "viewer", Dial: w.broker.Dial,
		Handle: func(ctx context.Context, batch []uplink.Message) error {
			for i := range batch {
				l.setPrefix(batch[i].Agent, batch[i].Prefix)
			}
			return handleMessages(ctx, in, batch)
		}})
	if err != nil {
		panic(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.viewer = &simViewer{link: l, end: cancel}
	w.viewer.ended.Go(func() { l.run(ctx) })
}

func (w *simWorld) stopViewer() {
	w.viewer.end()
	w.viewer.ended.Wait()
	w.store.failAfter(math.MaxInt)
}

// check is the account: every value that was handed out is stored, or in a gap that is declared. What was answered, because it is in the
// journal, is stored.
func (w *simWorld) check() error {
	for _, k := range slices.SortedFunc(maps.Keys(w.agent.recorded), func(a, b stream) int {
		return laneKey{a.boot, a.lane}.compare(laneKey{b.boot, b.lane})
	}) {
		if w.agent.unwritten[k.boot] && !slices.Contains(w.store.boots, k.boot) {
			continue // neither a disk nor a broker ever took anything of it: nobody can know
		}
		s := w.store.streams[k]
		if s == nil {
			s = &simStream{}
		}
		end := w.agent.recorded[k]
		if w.agent.journal && k.lane == buffer.Audit && k.boot != w.agent.boot {
			end = max(w.agent.kept[k], s.top) // what was neither synced nor sent was never answered
		}
		for n := uint64(1); n <= end; n++ {
			switch {
			case s.here[n]:
			case n <= w.agent.kept[k]:
				return fmt.Errorf("%s %s %d was answered, and is not stored", k.boot, k.lane, n)
			case !s.lost[n] && !(s.endless > 0 && n >= s.endless):
				return fmt.Errorf("%s %s %d of %d is neither stored nor in a declared gap (endless from %d)", k.boot, k.lane, n, end, s.endless)
			}
		}
	}
	return nil
}

var _ records = (*simStore)(nil)

// KeepTrip is not part of what is simulated: trips have no numbers, and nothing is said to be lost of them.
func (*simStore) KeepTrip(context.Context, *store.Trip) error { return nil }
