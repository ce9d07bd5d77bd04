package uplink

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"pychron-edge/buffer"
)

const (
	mostCommands = 16   // under way at once; more are refused
	mostResults  = 256  // waiting to be sent; the oldest is dropped beyond
	mostSeen     = 1024 // ids remembered
)

// desk takes commands from the broker, has each carried out once, and keeps the results until they are acknowledged.
type desk struct {
	p    *Publisher
	post chan letter

	mu      sync.Mutex
	seen    map[string]*reply // by id; nil while under way
	order   []string          // of ids, oldest first
	results [][]byte          // to be sent
	busy    int
}

// letter is a message as it came.
type letter struct {
	payload  []byte
	retained bool
}

func (d *desk) open(p *Publisher) {
	d.p, d.post, d.seen = p, make(chan letter, mostCommands), map[string]*reply{}
}

// arrived sorts what the broker sends. It never blocks: the connection would stop with it.
func (p *Publisher) arrived(m mqtt.Message, _ <-chan struct{}) {
	switch m.Topic() {
	case p.topics.of("commands"):
		select {
		case p.desk.post <- letter{m.Payload(), m.Retained()}:
		default:
			p.o.Log.Warn("too many commands at once: one is dropped")
		}
	case p.topics.of("resend"):
		p.ask(m.Payload(), m.Retained())
	}
}

// run carries out commands until ctx is done, and waits for those under way.
func (d *desk) run(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case l := <-d.post:
			c, r := d.admit(l)
			if r != nil {
				d.answer(*r)
				continue
			}
			if c.ID == "" {
				continue
			}
			wg.Go(func() {
				r, err := d.p.o.Commands(ctx, c)
				d.finish(replyTo(c.ID, r, err))
			})
		}
	}
}

// admit judges a command: it is to be carried out (nil), or there is an answer already; an empty id means that it is under way.
func (d *desk) admit(l letter) (buffer.CommandRequest, *reply) {
	c, err := parseCommand(l.payload)
	refuse := func(why string) (buffer.CommandRequest, *reply) {
		return c, &reply{ID: c.ID, Result: "refused", Why: why}
	}
	if err != nil {
		return refuse(err.Error())
	}
	if l.retained {
		return refuse("a retained command is never carried out")
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if r, ok := d.seen[c.ID]; ok {
		if r == nil {
			return buffer.CommandRequest{}, nil
		}
		return c, r
	}
	switch {
	case d.p.o.Synchronised == nil || !d.p.o.Synchronised():
		return refuse("the clock is not synchronised: it cannot be told whether the command has expired")
	case !d.p.o.Now().Before(c.Expires):
		return refuse("expired at " + c.Expires.UTC().Format("2006-01-02T15:04:05.000Z"))
	case d.busy >= mostCommands:
		return refuse(fmt.Sprintf("%d commands are under way", d.busy))
	}
	d.busy++
	d.remember(c.ID)
	return c, nil
}

// remember notes an id as under way. The caller holds mu.
func (d *desk) remember(id string) {
	if len(d.order) >= mostSeen {
		delete(d.seen, d.order[0])
		d.order = d.order[1:]
	}
	d.seen[id] = nil
	d.order = append(d.order, id)
}

func (d *desk) finish(r reply) {
	d.mu.Lock()
	d.busy--
	if _, ok := d.seen[r.ID]; ok {
		d.seen[r.ID] = &r
	}
	d.mu.Unlock()
	d.answer(r)
}

// answer puts a result where the connection finds it.
func (d *desk) answer(r reply) {
	data, err := json.Marshal(r)
	if err != nil { // a value that is no number
		r.Value = nil
		data, _ = json.Marshal(r)
	}
	d.mu.Lock()
	if len(d.results) >= mostResults {
		d.results = d.results[1:]
	}
	d.results = append(d.results, data)
	d.mu.Unlock()
	d.p.wake()
}

// take is the next result to send.
func (d *desk) take() (item, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.results) == 0 {
		return item{}, false
	}
	data := d.results[0]
	d.results = d.results[1:]
	return item{topic: d.p.topics.of("results"), payload: data, part: result}, true
}

// again puts back the results that were on their way when the connection was lost.
func (d *desk) again(w *window) {
	var back [][]byte
	for ; w.n > 0; w.pop() {
		if h := w.head(); h.item.part == result {
			back = append(back, h.item.payload)
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.results = append(back, d.results...)
}
