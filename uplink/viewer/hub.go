package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/broker"
	"pychron-edge/uplink/viewer/hub"
	"pychron-edge/uplink/viewer/hubnode"
	"pychron-edge/uplink/viewer/nats"
)

// newNode makes the node of a hub inside this program; nil if none is configured.
func newNode(c *Config, log *slog.Logger) (*hubnode.Node, error) {
	if !c.HubNode.configured() {
		return nil, nil
	}
	o := c.nodeOptions()
	o.Log = log
	if err := c.HubNode.files(&o); err != nil {
		return nil, err
	}
	if o.TLS == nil {
		log.Warn("the hub node has no TLS: passwords and readings can be read on the network", "leaves", o.Leaves)
	}
	return hubnode.New(o)
}

// newForwarder makes what hands this lab's messages to the hub, and out of its store what the hub asks for again; nil if there is no hub.
func newForwarder(c *Config, embedded *broker.Broker, again hub.Again, log *slog.Logger) (*hub.Forwarder, error) {
	if c.Hub.URL == "" || embedded == nil {
		return nil, nil
	}
	o, err := c.subscriber(embedded)
	if err != nil {
		return nil, err
	}
	o.ClientID += "-hub"
	host, _ := os.Hostname()
	return hub.NewForwarder(hub.ForwarderOptions{Lab: c.Hub.User, Broker: o, Dial: embedded.DialNATS, Linked: embedded.Linked, Host: host, Again: again, Log: log})
}

// newReceiver makes the receiver of a viewer that reads from a hub, whose node may be in this program.
func newReceiver(c *Config, node *hubnode.Node, l *link) (*hub.Receiver, error) {
	o := hub.ReceiverOptions{Prefixes: c.allPrefixes(), Handle: l.handle, Show: l.show, Taken: l.taken, Ready: l.history.fails,
		Refused: l.refused.add, Now: time.Now, Log: l.log.With("part", "uplink")}
	if c.MQTT.Broker == ownNode {
		o.Dial = node.Dial
		return hub.NewReceiver(o), nil
	}
	nodes, err := c.MQTT.nodes()
	if err != nil {
		return nil, err
	}
	o.Dial = nodes.dial
	return hub.NewReceiver(o), nil
}

// show shows a batch that another viewer stores.
func (l *link) show(batch []uplink.Message) {
	for i := range batch {
		l.setPrefix(batch[i].Agent, batch[i].Prefix)
	}
	l.live.showUnstored(batch, new(unstored)) // the hub keeps it
}

// taken forgets what is remembered of the store, to which another viewer may have added.
func (l *link) taken() {
	if in := l.intake.Load(); in != nil {
		in.forget()
	}
}

// hubNodes are the nodes of a hub, which are tried one after the other.
type hubNodes struct {
	urls  []*url.URL
	login nats.Login
	tls   *tls.Config // nil = none
	next  atomic.Uint64
}

// nodes returns the nodes of the hub from which the viewer reads.
func (m *MQTT) nodes() (*hubNodes, error) {
	urls, secure, err := hubURLs("mqtt.broker", string(m.Broker), "nats", viewerPort)
	if err != nil {
		return nil, err
	}
	n := &hubNodes{urls: urls, login: nats.Login{User: m.User}}
	if n.login.Password, err = m.password(); err != nil || !secure {
		return n, err
	}
	if n.tls, err = m.tls(); n.tls == nil && err == nil {
		n.tls = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	return n, err
}

// nodeTimeout is for the connection to one node.
const nodeTimeout = 3 * time.Second

// dial connects to the next node: the one after that of the last call.
func (n *hubNodes) dial(ctx context.Context) (net.Conn, nats.Login, string, error) {
	address := n.urls[int((n.next.Add(1)-1)%uint64(len(n.urls)))].Host
	d := &net.Dialer{Timeout: nodeTimeout}
	if n.tls == nil {
		conn, err := d.DialContext(ctx, "tcp", address)
		return conn, n.login, address, err
	}
	limited, cancel := context.WithTimeout(ctx, nodeTimeout)
	defer cancel()
	conn, err := (&tls.Dialer{NetDialer: d, Config: n.tls}).DialContext(limited, "tcp", address)
	return conn, n.login, address, err
}

// runNode runs a node of a hub and nothing else.
func runNode(ctx context.Context, path string, log *slog.Logger) error {
	config, err := load(path)
	if err != nil {
		return err
	}
	node, err := newNode(&config, log.With("part", "hub"))
	if err != nil {
		return err
	}
	if node == nil {
		return fmt.Errorf("%s: hub_node is empty; it must have name, leaves and users", path)
	}
	var beating sync.WaitGroup
	defer beating.Wait()
	beating.Go(func() { every(ctx, time.Second, func(time.Time) { notifyWatchdog(log) }) })
	notifyReady(log)
	node.Run(ctx)
	return nil
}

// hubTrouble returns what finds out what is wrong with this program's part in a hub; nil if it has none.
func hubTrouble(node *hubnode.Node, forwarder *hub.Forwarder) func() error {
	switch {
	case forwarder != nil:
		return forwarder.Trouble
	case node != nil:
		return node.Trouble
	}
	return nil
}

// hubAway returns what is wrong with this program's part in a hub, if that has lasted for brokerTimeout.
func (v *Viewer) hubAway(now time.Time) map[laneKey]string {
	if v.hub == nil {
		return nil
	}
	err := v.hub()
	if err == nil {
		v.hubSince = time.Time{}
		return nil
	}
	if v.hubSince.IsZero() {
		v.hubSince = now
	}
	if now.Sub(v.hubSince) < brokerTimeout {
		return nil
	}
	return map[laneKey]string{{}: fmt.Sprintf("%.400s", err)}
}
