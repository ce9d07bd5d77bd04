package hub

import (
	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/nats"
)

// State returns the receiver's state. One that stands by is connected, too.
func (r *Receiver) State() uplink.SubscriberState {
	r.mu.Lock()
	defer r.mu.Unlock()
	return uplink.SubscriberState{Link: r.link, Handled: r.handled.Load(), Malformed: r.malformed.Load()}
}

// Storing reports whether this receiver is the one that stores.
func (r *Receiver) Storing() bool { return r.storing.Load() }

func (r *Receiver) connection() *nats.Conn {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.conn
}

// at records which node is tried.
func (r *Receiver) at(address string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.link.Broker = address
}

// connected records that the hub has answered.
func (r *Receiver) connected(c *nats.Conn) {
	r.mu.Lock()
	first := r.conn != c
	if r.conn = c; first {
		r.link.Connected, r.link.Since, r.link.Err = true, r.o.Now(), nil
	}
	node := r.link.Broker
	r.mu.Unlock()
	if first {
		r.o.Log.Info("hub connected", "node", node)
	}
}

// ended records the end of a connection or of an attempt.
func (r *Receiver) ended(err error) {
	r.mu.Lock()
	before := r.link
	if before.Connected {
		r.link.Since = r.o.Now()
	}
	r.conn, r.link.Connected, r.link.Err = nil, false, err
	r.mu.Unlock()
	if err != nil && (before.Connected || before.Err == nil) {
		r.o.Log.Warn("hub not connected", "node", before.Broker, "error", err)
	}
}
