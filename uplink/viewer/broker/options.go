package broker

import (
	"cmp"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
)

const (
	// DefaultListen is where the broker listens unless something else is configured.
	DefaultListen = "127.0.0.1:1883"
	// DefaultSize is the default of Options.Size, in bytes.
	DefaultSize = 1 << 30
	minSize     = 16 << 20
	maxSize     = 1 << 40
)

// Options is what a broker needs. Dir and Prefixes are mandatory.
type Options struct {
	Listen   string      // IP:port or localhost:port; default DefaultListen. Off loopback there must be users
	Dir      string      // folder of its files; it is made where it is missing
	Size     int64       // of the messages that wait for those who are away, bytes, 16 MiB to 1 TiB; default DefaultSize. Beyond, the oldest go
	Prefixes []string    // first levels of the topics; all rights end there
	Users    []User      // who may connect; none = whoever reaches the address, which must be loopback then
	TLS      *tls.Config // with the server's certificate; nil = none
	Hub      *Hub        // that the server is a leaf of; nil = none
	Log      *slog.Logger
}

func (o *Options) setDefaults() {
	o.Listen = cmp.Or(o.Listen, DefaultListen)
	o.Size = cmp.Or(o.Size, DefaultSize)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}

// Mistake is one in the options: the key it is about, such as users[0].sha256, and what is wrong, with what it must be.
type Mistake struct{ Path, Text string }

func (m Mistake) Error() string { return m.Text }

// Mistakes returns every mistake. It opens nothing.
func (o Options) Mistakes() (wrong []Mistake) {
	o.setDefaults()
	bad := func(path, format string, args ...any) {
		wrong = append(wrong, Mistake{path, fmt.Sprintf(format, args...)})
	}
	host, err := hostOf(o.Listen)
	if err != nil {
		bad("listen", "%v", err)
	} else if !loopback(host) && len(o.Users) == 0 {
		bad("listen", "listen %q is not a loopback address and there are no users: anybody who reaches it could publish; must be loopback, or users must be named", o.Listen)
	}
	if o.Size < minSize || o.Size > maxSize {
		bad("size", "size %d bytes; must be %d to %d", o.Size, int64(minSize), int64(maxSize))
	}
	if o.Dir == "" {
		bad("dir", "dir is empty; must be a folder for the broker's files")
	}
	return append(wrong, checkUsers(o.Users)...)
}

// hostOf returns the host of an address to listen on.
func hostOf(address string) (string, error) {
	host, port, err := net.SplitHostPort(address)
	_, portErr := strconv.ParseUint(port, 10, 16)
	_, ipErr := netip.ParseAddr(host)
	if err != nil || portErr != nil || ipErr != nil && host != "localhost" {
		return "", fmt.Errorf("listen %q; must be IP:port such as %s or 0.0.0.0:8883", address, DefaultListen)
	}
	return host, nil
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// reachable returns the address at which this program itself reaches a listener.
func reachable(host string, port int) string {
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
		if ip.Is6() {
			host = "::1"
		}
	}
	return net.JoinHostPort(host, strconv.Itoa(port))
}
