package broker

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"pychron-edge/uplink/viewer/nats"
)

// Hub is the institute's hub of which the lab's server is a leaf.
type Hub struct {
	Lab      string     // the lab's name; no other lab's
	URLs     []*url.URL // of its nodes: nats-leaf://host:port
	Password string
	TLS      *tls.Config // nil = none
}

const (
	hubRetry   = time.Second     // between two attempts to reach a node
	hubTimeout = 5 * time.Second // for the network to a node, which may be far
)

// join makes the server, which has its files in dir, a leaf. What the hub may send is what it has for this lab: its own subjects and those of the store and of the agents
// are refused in both directions, whatever the hub permits.
func (h *Hub) join(o *server.Options, dir string, prefixes []string) {
	refused := []string{"$JS.>", "$MQTT.>", "$SYS.>", "$NRG.>"}
	for _, p := range prefixes {
		refused = append(refused, subject(p), subject(p+"/#"))
	}
	remote := &server.RemoteLeafOpts{DenyImports: refused, DenyExports: refused, DialTimeout: hubTimeout, FirstInfoTimeout: hubTimeout}
	for _, u := range h.URLs {
		one := *u
		one.Scheme, one.User = "nats-leaf", url.UserPassword(h.Lab, h.Password)
		remote.URLs = append(remote.URLs, &one)
	}
	if h.TLS != nil {
		remote.TLS, remote.TLSConfig, remote.TLSTimeout = true, h.TLS, hubTimeout.Seconds()
	}
	o.ServerName = h.Lab + "-" + ownID(dir)
	o.LeafNode.ReconnectInterval = hubRetry
	o.LeafNode.Remotes = []*server.RemoteLeafOpts{remote}
}

// ownID is a name that no other server has, the same at every start: a hub takes two leaves of one name for one, and ends the connection of
// the first when the second comes. It is kept in dir.
func ownID(dir string) string {
	path := filepath.Join(dir, "id")
	if id, err := os.ReadFile(path); err == nil && agentName(string(id)) {
		return string(id)
	}
	id := rand.Text()
	_ = os.WriteFile(path, []byte(id), 0o600) // without it there is another name at the next start
	return id
}

// DialNATS opens a connection inside this process, in the protocol of NATS. It fails with the reason if the broker does not run.
func (b *Broker) DialNATS(context.Context) (net.Conn, nats.Login, error) {
	s, trouble := b.server()
	if s == nil {
		return nil, nats.Login{}, trouble
	}
	conn, err := s.server.InProcessConn()
	return conn, nats.Login{User: ownUser, Password: b.own}, err
}

// Linked reports whether the server is connected to its hub.
func (b *Broker) Linked() bool {
	s, _ := b.server()
	return s != nil && s.server.NumLeafNodes() > 0
}

// server returns the server that runs, or why there is none.
func (b *Broker) server() (*running, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.running, b.trouble
}
