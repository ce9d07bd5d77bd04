package hubnode

import (
	"cmp"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	// DefaultSize is the default of Options.Size, in bytes.
	DefaultSize = 10 << 30
	minSize     = 16 << 20
	maxSize     = 1 << 40
)

// Options is what a node needs. Name, Leaves, Dir and Users are mandatory.
type Options struct {
	Name            string   // of this node; no other node's
	Leaves          string   // IP:port on which labs connect
	Viewers         string   // IP:port on which viewers of other programs connect; "" = none do
	Dir             string   // folder of its files; it is made where it is missing
	Size            int64    // of what waits for viewers, bytes, 16 MiB to 1 TiB; default DefaultSize. Beyond, the oldest go
	Replicas        int      // nodes that keep each message: 1 or 3; default 1
	Cluster         string   // IP:port on which the other nodes connect; where Replicas is 3
	Peers           []string // host:port of the other nodes; this node's own may stand among them
	ClusterPassword string   // what the nodes know each other by
	Users           []User
	TLS             *tls.Config // with the server's certificate; nil = none
	ClusterTLS      *tls.Config // with a certificate that all nodes accept; nil = none
	Log             *slog.Logger
}

// User is who may connect, and what for.
type User struct {
	Name   string   // of a lab: the lab's name
	SHA256 string   // of the password, 64 hex digits; the password should be a random one
	Rights []string // lab or viewer
}

func (o *Options) setDefaults() {
	o.Size = cmp.Or(o.Size, DefaultSize)
	o.Replicas = cmp.Or(o.Replicas, 1)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}

// Mistakes returns every mistake, each with what the value must be. It opens nothing.
func (o Options) Mistakes() (wrong []error) {
	o.setDefaults()
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if o.Name == "" || len(o.Name) > 64 || strings.ContainsAny(o.Name, " .*>/\\") {
		bad("name %.40q; it must be 1 to 64 letters, digits, _ and -, and no other node's", o.Name)
	}
	if err := checkListen("leaves", o.Leaves); err != nil {
		wrong = append(wrong, err)
	}
	if o.Viewers != "" {
		if err := checkListen("viewers", o.Viewers); err != nil {
			wrong = append(wrong, err)
		}
	}
	if o.Dir == "" {
		bad("dir is empty; it must be a folder for the node's files")
	}
	if o.Size < minSize || o.Size > maxSize {
		bad("size %d bytes; it must be %d to %d", o.Size, int64(minSize), int64(maxSize))
	}
	return append(append(wrong, o.clusterMistakes()...), checkUsers(o.Users)...)
}

// nodes is how many nodes keep each message where there is more than one.
const nodes = 3

func (o *Options) clusterMistakes() (wrong []error) {
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if o.Replicas != 1 && o.Replicas != nodes {
		bad("replicas %d; it must be 1, or %d: of two nodes none may fail", o.Replicas, nodes)
	}
	if o.Cluster == "" {
		if o.Replicas == nodes || len(o.Peers) > 0 {
			bad("cluster.listen is empty; with replicas %d it must be the IP:port on which the other nodes connect", nodes)
		}
		return wrong
	}
	if err := checkListen("cluster.listen", o.Cluster); err != nil {
		wrong = append(wrong, err)
	}
	if len(o.Peers) < nodes-1 {
		bad("cluster.peers has %d; it must have host:port of the %d others", len(o.Peers), nodes-1)
	}
	for i, p := range o.Peers {
		if host, port, err := net.SplitHostPort(p); err != nil || host == "" || !isPort(port) {
			bad("cluster.peers: number %d of %d is none; it must be host:port of another node's cluster.listen", i+1, len(o.Peers))
		}
	}
	if o.ClusterPassword == "" && !loopback(o.Cluster) {
		bad("cluster.password_file is missing; off loopback the nodes must know each other by a password")
	}
	return wrong
}

func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0
}

// checkListen checks an address to listen on.
func checkListen(key, address string) error {
	host, port, err := net.SplitHostPort(address)
	if _, ipErr := netip.ParseAddr(host); err != nil || ipErr != nil || !isPort(port) {
		return fmt.Errorf("%s %.60q; it must be IP:port such as 127.0.0.1:7422 or 0.0.0.0:7422", key, address)
	}
	return nil
}

func loopback(address string) bool {
	host, _, _ := net.SplitHostPort(address)
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// routes are the addresses of the other nodes.
func (o *Options) routes() (all []*url.URL) {
	for _, p := range o.Peers {
		if p != o.Cluster {
			all = append(all, &url.URL{Scheme: "nats-route", User: url.UserPassword(clusterUser, o.ClusterPassword), Host: p})
		}
	}
	return all
}

func hasRight(u *User, right string) bool { return slices.Contains(u.Rights, right) }
