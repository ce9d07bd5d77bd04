package telemetry

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
)

// Limits of connections. The unix socket of an agent is apart from them.
const (
	maxConnections       = 256 // open at once
	maxClientConnections = 64  // of them by one client address
	maxLocalConnections  = 224 // of them from this machine: a proxy has those of everybody behind it
)

// connections are the open ones of a server. Where there are too many, one that serves nothing gives way to a new one, so that
// whoever wants to halt gets in: first those that never asked for anything, for a client that did may be about to halt on the
// connection it has; then the one that has rested for the longest time. The mutex is never held while a connection is closed.
type connections struct {
	max       int
	maxClient func(client string) int

	mu   sync.Mutex
	open map[*connection]struct{}
	last uint64 // counts arrivals and uses
}

// connection is one of them.
type connection struct {
	net.Conn
	all     *connections
	client  string
	serving int    // requests under way
	served  bool   // whether it ever asked for something
	used    uint64 // when it arrived or served last
}

// limit keeps the connections of a listener within bounds.
func limit(l net.Listener, max int, maxClient func(client string) int) net.Listener {
	return &limited{l, &connections{max: max, maxClient: maxClient, open: map[*connection]struct{}{}}}
}

// clientConnections is how many connections one client may have.
func clientConnections(client string) int {
	if ip := net.ParseIP(client); ip != nil && ip.IsLoopback() {
		return maxLocalConnections
	}
	return maxClientConnections
}

type limited struct {
	net.Listener
	all *connections
}

// Accept waits for a connection that there is room for.
func (l *limited) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		one := &connection{Conn: c, all: l.all, client: addressOf(c.RemoteAddr().String())}
		leaves, ok := l.all.add(one)
		if leaves != nil {
			leaves.Close()
		}
		if ok {
			return one, nil
		}
		c.Close()
	}
}

// add takes a connection in, or says that there is no room. leaves is one that gives way to it; it must be closed.
func (a *connections) add(c *connection) (leaves *connection, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	own := 0
	for other := range a.open {
		if other.client == c.client {
			own++
		}
	}
	crowded := own >= a.maxClient(c.client)
	if crowded || len(a.open) >= a.max {
		if leaves = a.unused(c.client, crowded); leaves == nil {
			return nil, false
		}
		delete(a.open, leaves)
	}
	a.last++
	c.used = a.last
	a.open[c] = struct{}{}
	return leaves, true
}

// unused is the connection, of one client or of all, that is to give way; nil if all serve. The caller holds mu.
func (a *connections) unused(client string, ownOnly bool) (leaves *connection) {
	for c := range a.open {
		if c.serving == 0 && (!ownOnly || c.client == client) && (leaves == nil || c.before(leaves)) {
			leaves = c
		}
	}
	return leaves
}

// before reports whether c gives way before other. The caller holds mu.
func (c *connection) before(other *connection) bool {
	if c.served != other.served {
		return other.served
	}
	return c.used < other.used
}

// Close closes the connection and gives its place back.
func (c *connection) Close() error {
	c.all.mu.Lock()
	delete(c.all.open, c)
	c.all.mu.Unlock()
	return c.Conn.Close()
}

// serve counts requests under way on the connection: 1 for one that begins, -1 for one that ended.
func (c *connection) serve(n int) {
	c.all.mu.Lock()
	defer c.all.mu.Unlock()
	c.serving += n
	c.served = true
	c.all.last++
	c.used = c.all.last
}

// connectionKey is where the context of a request has its connection.
type connectionKey struct{}

// withConnection puts a connection into the context of its requests.
func withConnection(ctx context.Context, c net.Conn) context.Context {
	if secure, ok := c.(*tls.Conn); ok {
		c = secure.NetConn()
	}
	return context.WithValue(ctx, connectionKey{}, c)
}

// serving marks the connection of every request as in use while it is answered.
func serving(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, ok := r.Context().Value(connectionKey{}).(*connection); ok {
			c.serve(1)
			defer c.serve(-1)
		}
		next.ServeHTTP(w, r)
	})
}
