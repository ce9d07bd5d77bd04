package telemetry

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
)

// capacity is how much of something is in use at once, altogether and by one client.
type capacity struct {
	max, maxClient int

	mu  sync.Mutex
	all int
	by  map[string]int
}

func newCapacity(max, maxClient int) *capacity {
	return &capacity{max: max, maxClient: maxClient, by: map[string]int{}}
}

// take takes one place for a client, or says how many are allowed of what it was refused by. A place must be given back.
func (c *capacity) take(client string) (allowed int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.by[client] >= c.maxClient:
		return c.maxClient, false
	case c.all >= c.max:
		return c.max, false
	}
	c.all++
	c.by[client]++
	return 0, true
}

// full reports that a client has all that it may.
func (c *capacity) full(client string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.by[client] >= c.maxClient
}

func (c *capacity) give(client string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all--
	if c.by[client]--; c.by[client] == 0 {
		delete(c.by, client)
	}
}

// Requests answered at once. They are fewer than the connections, so that one is always left for /halt, which has no limit.
const (
	maxRequests       = 192
	maxClientRequests = 48
	maxWatches        = 32 // of /metrics and /healthz, which wait for nothing
	maxClientWatches  = 8
)

// bounded refuses requests beyond what may be answered at once.
func bounded(next http.Handler) http.Handler {
	requests, watches := newCapacity(maxRequests, maxClientRequests), newCapacity(maxWatches, maxClientWatches)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		limits := requests
		switch r.URL.Path {
		case "/halt":
			next.ServeHTTP(w, r)
			return
		case "/healthz", "/metrics":
			limits = watches
		}
		client := clientOf(r)
		if n, ok := limits.take(client); !ok {
			answerError(w, failure(http.StatusTooManyRequests, "%d requests are being answered already; must be at most %d at once", n, n))
			return
		}
		defer limits.give(client)
		next.ServeHTTP(w, r)
	})
}

// clientOf is the address of whoever makes a request. Behind a proxy on this machine it is the one that the proxy names. It bounds
// and names clients; it proves nothing.
func clientOf(r *http.Request) string {
	client := addressOf(r.RemoteAddr)
	ip := net.ParseIP(client)
	if ip == nil || !ip.IsLoopback() {
		return client
	}
	given := r.Header.Values("X-Forwarded-For")
	if len(given) == 0 {
		return client
	}
	list := strings.Split(given[len(given)-1], ",")
	if last := strings.TrimSpace(list[len(list)-1]); net.ParseIP(last) != nil {
		return addressOf(net.JoinHostPort(last, "0"))
	}
	return client
}

// addressOf is the address of host:port that clients are told apart by: of IPv6 the network, for a client has a whole one.
func addressOf(hostPort string) string {
	host, _, err := net.SplitHostPort(hostPort)
	if err != nil {
		return hostPort
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() || ip.IsLoopback() {
		return ip.String()
	}
	network, _ := ip.Prefix(64) // it cannot fail: an address has 128 bits
	return network.String()
}
