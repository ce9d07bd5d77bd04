package uplink

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"sync/atomic"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"pychron-edge/buffer"
)

// Publisher sends an agent's events to a broker. See [New] and [Publisher.Run].
type Publisher struct {
	o         Options
	config    clientConfig
	names     *topicNames
	cursors   [3]*cursor // most urgent first: audit, ingest, readings
	poison    poisonFilter
	commands  *commandQueue // nil: not accepted
	ingest    *ingestQueue  // nil: not accepted
	resends   *resendQueue
	backlog   *backlog // nil: there is no ring of blocks
	trips     *tripQueue
	delivery  *delivery
	receivers map[string]receiver // by topic
	topics    map[string]byte     // of the receivers, and the QoS of their subscription
	link      *linkState

	wakeup    chan struct{} // capacity 1: there is something to send that is in no ring
	statusDue atomic.Bool   // the status is to be published again
}

// PublisherState is a publisher's state.
type PublisherState struct {
	Link
	Lag       map[buffer.Lane]uint64 // events appended and not acknowledged
	Published map[buffer.Lane]uint64 // events acknowledged
	Gaps      map[buffer.Lane]uint64 // events declared lost
	Through   map[buffer.Lane]uint64 // Seq of this boot up to which all events are acknowledged or declared lost
	Refused   uint64                 // messages left out because the broker ended the connection at each
}

// New makes a publisher; it connects in Run. All events that the rings hold now will be sent. Events that were overwritten before are
// not declared lost: a journal must be read back into the ring before New.
func New(o Options) (*Publisher, error) {
	brokers, err := ParseBrokers(o.Broker)
	if err != nil {
		return nil, err
	}
	if o.Agent == "" || o.Boot == "" || o.Status == nil || o.Lanes.Audit == nil {
		return nil, errors.New("uplink: agent, boot, lanes and status are all needed")
	}
	o.setDefaults()
	if err := CheckPrefix(o.Prefix); err != nil {
		return nil, fmt.Errorf("uplink: %w", err)
	}
	p := &Publisher{o: o, names: newTopicNames(o.Prefix, o.Agent), wakeup: make(chan struct{}, 1)}
	p.cursors = [3]*cursor{
		newCursor(buffer.Audit, o.Lanes.Audit, o.Boot),
		newCursor(buffer.Ingest, o.Lanes.Ingest, o.Boot),
		newCursor(buffer.Readings, o.Lanes.Readings, o.Boot),
	}
	if o.Acknowledged.Seq > 0 {
		p.cursors[0].resume(o.Acknowledged)
	}
	p.config = clientConfig{dial: o.Dial, tls: o.TLS, id: clientID(o.Prefix, o.Agent), user: o.User, password: o.Password, credentials: o.Credentials,
		willTopic: p.names.of(statusTopic), ackTimeout: AckTimeout, writeTimeout: defaultWriteTimeout}
	p.config.brokers.all = brokers
	p.link = newLinkState(&p.config, o.Now, o.Log)
	p.commands = newCommandQueue(&o, p.wake)
	p.delivery = &delivery{boot: o.Boot, acked: p.through, now: o.Now, log: o.Log, wake: p.wake, receipts: map[receiptKey]*receipt{}, readers: map[string]reader{}}
	held := heldEvents{o.Lanes, o.Find, o.Long, p.delivery.readBlocks, o.Log}
	p.resends = newResendQueue(held, p.wake)
	if o.Find != nil {
		p.cursors[0].reread = p.resends.add
	}
	if o.Long != nil {
		readings := p.cursors[2]
		p.backlog = &backlog{held: held, delay: o.Heartbeat / 2, ended: readings.settle}
		p.resends.backlog, readings.backlog = p.backlog, p.backlog
	}
	p.trips = &tripQueue{wake: p.wake, log: o.Log}
	p.ingest = newIngestQueue(&o)
	in := inbox{resends: p.resends.receive, received: p.delivery.receive}
	if p.commands != nil {
		in.commands = p.commands.receive
	}
	if p.ingest != nil {
		in.ingest = p.ingest.receive
	}
	p.receivers, p.topics = p.names.receivers(in)
	return p, nil
}

// clientID is the same at every start, so that the broker ends an old connection of this agent when a new one comes.
func clientID(prefix, agent string) string { return "edge-" + level(prefix) + "-" + level(agent) }

// Run keeps a connection until ctx is done, then sends the rest of the audit lane (2 s at most), publishes offline and returns nil.
// While the broker is not reachable or refuses, State has the reason; attempts begin at most 1.5 s apart for 5 minutes, then up to
// 5 s apart.
func (p *Publisher) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	if p.commands != nil {
		wg.Go(func() { p.commands.run(ctx) })
	}
	if p.ingest != nil {
		wg.Go(func() { p.ingest.run(ctx) })
	}
	keepConnected(ctx, p.link, p.connect)
	return nil
}

// connect makes one connection and uses it until it ends. It returns whether the connection was established.
func (p *Publisher) connect(ctx context.Context) (established bool, err error) {
	alive, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	stop := context.AfterFunc(ctx, end) // until it is established: later the sender publishes offline first
	defer stop()
	for _, c := range p.cursors {
		c.rewind()
	}
	p.resends.clear()
	if p.backlog != nil {
		p.backlog.rewind(p.o.Now())
	}
	p.config.will = p.o.Status(false)
	conn, err := p.config.connect(alive, p.receive)
	if err != nil {
		return false, err
	}
	s := newSender(p, conn)
	if err := s.begin(p.topics); err != nil {
		conn.drop()
		return false, err
	}
	stop()
	p.link.refuses(s.refused)
	p.link.connected()
	if err := s.run(ctx); err != nil {
		results, trips := s.unsent()
		p.commands.requeue(results)
		p.trips.requeue(trips)
		conn.drop()
		return true, err
	}
	conn.disconnect()
	return true, nil
}

// receive gives a message from the broker to its receiver.
func (p *Publisher) receive(m mqtt.Message, _ <-chan struct{}) {
	if r := p.receivers[m.Topic()]; r != nil {
		r(m.Payload(), m.Retained())
	}
}

// Republish makes the status be published again soon: its content has changed.
func (p *Publisher) Republish() {
	p.statusDue.Store(true)
	p.wake()
}

// PublishTrip has the compressed JSON of what was frozen around a trip published. It does not block. A nil Publisher publishes nothing.
func (p *Publisher) PublishTrip(packed []byte) {
	if p != nil {
		p.trips.add(packed)
	}
}

func (p *Publisher) wake() {
	select {
	case p.wakeup <- struct{}{}:
	default:
	}
}

// through returns the Seq of this boot up to which the broker has acknowledged all events of a lane.
func (p *Publisher) through(lane buffer.Lane) uint64 {
	return p.cursor(lane).through.Load()
}

func (p *Publisher) cursor(lane buffer.Lane) *cursor {
	for _, c := range p.cursors {
		if c.lane == lane {
			return c
		}
	}
	return p.cursors[0] // there are three lanes: it is not reached
}

// State returns the publisher's state.
func (p *Publisher) State() PublisherState {
	s := PublisherState{Link: p.link.state(), Refused: p.poison.refused.Load(),
		Lag: map[buffer.Lane]uint64{}, Published: map[buffer.Lane]uint64{}, Gaps: map[buffer.Lane]uint64{}, Through: map[buffer.Lane]uint64{}}
	if s.Connected && s.Err == nil {
		s.Err = p.delivery.err()
	}
	for _, c := range p.cursors {
		s.Lag[c.lane], s.Published[c.lane], s.Gaps[c.lane] = c.lag(), c.published.Load(), c.lost.Load()
		s.Through[c.lane] = c.through.Load()
	}
	return s
}

// Acknowledged returns the event of the audit lane up to which the broker has acknowledged all, to be kept for the next start.
func (p *Publisher) Acknowledged() EventID { return p.cursors[0].acknowledged() }

// Broker returns the broker's address.
func (p *Publisher) Broker() *url.URL { return p.config.brokers.present() }
