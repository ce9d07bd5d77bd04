package uplink

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"sync"
	"time"

	"pychron-edge/buffer"
)

// Options is what a publisher needs. Broker, Agent, Boot, Lanes and Status are mandatory.
type Options struct {
	Broker         string      // tcp://host:1883, ssl://host:8883; see ParseBroker
	Prefix         string      // first level of the topics; default DefaultPrefix
	Agent          string      // name of the agent, second level
	Boot           string      // id of this start
	User, Password string      // "" = none
	TLS            *tls.Config // for ssl:// and mqtts://; nil = the system's authorities
	Lanes          buffer.Lanes

	// Status is the payload of the retained status: online now, or offline as the last will and at the end. It must not block.
	Status func(online bool) []byte
	// Heartbeat is how often the status is said again; default 10 s.
	Heartbeat time.Duration

	// Commands carries out a command and says what became of it, nil = no commands are taken. Who asks is not in it. It is called
	// from several goroutines at once. Its context ends with Run's.
	Commands func(ctx context.Context, c buffer.CommandRequest) (buffer.CommandResult, error)
	// Synchronised says whether the clock can be believed; while it cannot, commands are refused. nil = never.
	Synchronised func() bool

	// Find gives stored events of the audit lane from .. to of a boot, in order, until each returns false: the journal, for resends of
	// what is no longer in the ring. nil = there is none.
	Find func(ctx context.Context, boot string, from, to uint64, each func(*buffer.Event) bool) error

	Now func() time.Time // default time.Now
	Log *slog.Logger     // default: silent
}

// Publisher sends what happens to a broker. See [New] and [Publisher.Run].
type Publisher struct {
	o       Options
	account account
	topics  *topics
	feeds   [3]*feed // in order of urgency: audit, ingest, readings
	guard   guard
	rival   rivalry
	desk    desk
	asked   chan Gap
	kick    chan struct{} // capacity 1: the status is to be said again, or a result waits

	mu     sync.Mutex
	status Link
	stale  bool // the status is to be said again
}

// Link is the state of the connection to a broker.
type Link struct {
	Broker    string    // host and port
	Connected bool      // accepted, and the status is acknowledged
	Since     time.Time // of Connected, or of its loss; zero if it never was
	Err       error     // why it is not connected; connected, why it may not last
}

// settled is the link without the doubts of one that has lasted.
func (l Link) settled(now time.Time) Link {
	if l.Connected && now.Sub(l.Since) >= shortLived {
		l.Err = nil
	}
	return l
}

// Standing is a publisher's state.
type Standing struct {
	Link
	Lag       map[buffer.Lane]uint64 // events appended and not acknowledged
	Published map[buffer.Lane]uint64 // events acknowledged
	Gaps      map[buffer.Lane]uint64 // events declared as gaps
	Through   map[buffer.Lane]uint64 // Seq of this boot up to which all is acknowledged or declared
	Refused   uint64                 // messages left out because the broker dropped the connection at each
}

// New makes a publisher; it connects in Run. What the rings hold now will be sent, what they overwrote already will not be missed: a
// journal is read back into the ring before.
func New(o Options) (*Publisher, error) {
	broker, err := ParseBroker(o.Broker)
	if err != nil {
		return nil, err
	}
	if o.Agent == "" || o.Boot == "" || o.Status == nil || o.Lanes.Audit == nil {
		return nil, errors.New("uplink: agent, boot, lanes and status are all needed")
	}
	o.defaults()
	p := &Publisher{
		o: o, topics: newTopics(o.Prefix, o.Agent), asked: make(chan Gap, mostResends), kick: make(chan struct{}, 1),
		feeds: [3]*feed{
			newFeed(buffer.Audit, o.Lanes.Audit, o.Boot),
			newFeed(buffer.Ingest, o.Lanes.Ingest, o.Boot),
			newFeed(buffer.Readings, o.Lanes.Readings, o.Boot),
		},
		status: Link{Broker: broker.Host},
	}
	p.account = account{broker: broker, tls: o.TLS, id: clientID(o.Prefix, o.Agent), user: o.User, password: o.Password, will: p.topics.of("status"), ack: ackBound, write: writeBound}
	p.rival.id = p.account.id
	p.desk.open(p)
	return p, nil
}

func (o *Options) defaults() {
	if o.Prefix == "" {
		o.Prefix = DefaultPrefix
	}
	if o.Heartbeat <= 0 {
		o.Heartbeat = 10 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}

// clientID is stable, so that the broker ends a connection that it still believes in when we come back.
func clientID(prefix, agent string) string { return "edge-" + level(prefix) + "-" + level(agent) }

// Run keeps a connection until ctx is done, then sends what is left of the audit lane (2 s at most), says offline and returns nil. A
// broker that is away or refuses is in State and tried again: at most 1.5 s apart for 5 minutes, then up to 5 s.
func (p *Publisher) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	if p.o.Commands != nil {
		wg.Go(func() { p.desk.run(ctx) })
	}
	lost := time.Now()
	for ctx.Err() == nil {
		begun := time.Now()
		held, err := p.connect(ctx)
		if held {
			lost = time.Now()
		}
		p.down(p.rival.ended(held, time.Since(begun), err))
		pause(ctx, time.Since(lost), time.Since(begun))
	}
	return nil
}

// connect makes one connection and uses it until it ends. It says whether it ever stood.
func (p *Publisher) connect(ctx context.Context) (held bool, err error) {
	alive, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	stop := context.AfterFunc(ctx, end) // until it stands: then it says farewell first
	defer stop()
	for _, f := range p.feeds {
		f.rewind()
	}
	p.account.lastWord = p.o.Status(false)
	l, err := p.account.open(alive, p.arrived)
	if err != nil {
		return false, err
	}
	s := newSession(p, l)
	if err := s.birth(); err != nil {
		l.drop()
		return false, err
	}
	stop()
	p.up()
	err = s.run(ctx)
	if err != nil {
		p.desk.again(&s.window)
		l.drop()
		return true, err
	}
	l.leave()
	return true, nil
}

// pause waits between two attempts: they begin at most 1.5 s apart in the first five minutes, and never at once, for two agents of one
// name would throw each other out as fast as they can.
func pause(ctx context.Context, away, took time.Duration) {
	wait := 400*time.Millisecond + rand.N(600*time.Millisecond)
	if away > 5*time.Minute {
		wait = 2*time.Second + rand.N(3*time.Second)
	}
	timer := time.NewTimer(max(wait-took, 100*time.Millisecond))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// Republish has the status said again soon: something it tells has changed.
func (p *Publisher) Republish() {
	p.mu.Lock()
	p.stale = true
	p.mu.Unlock()
	p.wake()
}

func (p *Publisher) wake() {
	select {
	case p.kick <- struct{}{}:
	default:
	}
}

// toldAgain says, once, whether the status is to be said again.
func (p *Publisher) toldAgain() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	stale := p.stale
	p.stale = false
	return stale
}

func (p *Publisher) up() {
	p.mu.Lock()
	p.status = Link{Broker: p.status.Broker, Connected: true, Since: p.o.Now(), Err: p.rival.doubt}
	p.mu.Unlock()
	if p.rival.doubt == nil {
		p.o.Log.Info("broker connected", "broker", p.status.Broker)
	}
}

func (p *Publisher) down(err error) {
	p.mu.Lock()
	was := p.status
	if was.Connected {
		p.status.Since = p.o.Now()
	}
	p.status.Connected, p.status.Err = false, err
	p.mu.Unlock()
	if err != nil && (was.Connected || was.Err == nil) && p.rival.tells() {
		p.o.Log.Warn("broker away", "broker", was.Broker, "error", err)
	}
}

// State is how the publisher stands.
func (p *Publisher) State() Standing {
	p.mu.Lock()
	s := Standing{Link: p.status.settled(p.o.Now()), Refused: p.guard.refused.Load()}
	p.mu.Unlock()
	s.Lag, s.Published = map[buffer.Lane]uint64{}, map[buffer.Lane]uint64{}
	s.Gaps, s.Through = map[buffer.Lane]uint64{}, map[buffer.Lane]uint64{}
	for _, f := range p.feeds {
		s.Lag[f.lane], s.Published[f.lane], s.Gaps[f.lane] = f.lag(), f.published.Load(), f.gone.Load()
		s.Through[f.lane] = f.through.Load()
	}
	return s
}

// Broker is the broker's address.
func (p *Publisher) Broker() *url.URL { return p.account.broker }
