// Package localname finds the addresses of names that end in .local. A static program has no resolver that knows them: the C library
// asks avahi for them by a plugin, which Go's own resolver does not load.
//
// Avahi is asked at its socket where it runs, else the network by multicast DNS (RFC 6762, a one-shot query).
package localname

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// Bound is how long a name may take to be found.
const Bound = time.Second

// resolver asks for names. Its fields say where.
type resolver struct {
	avahi string // socket of avahi's simple protocol
	group string // host:port that multicast DNS goes to
	bound time.Duration
}

var machines = resolver{avahi: "/run/avahi-daemon/socket", group: "224.0.0.251:5353", bound: Bound}

// Is reports whether a host is a name that ends in .local, in capitals or not, with or without a dot at its end.
func Is(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	return strings.HasSuffix(host, ".local") && host != ".local"
}

// Address is host:port with the address of host in its place where that ends in .local, and unchanged where not. It takes [Bound] at
// most. An error says who was asked and what became of it.
func Address(ctx context.Context, hostPort string) (string, error) {
	return machines.address(ctx, hostPort)
}

func (r resolver) address(ctx context.Context, hostPort string) (string, error) {
	host, port, err := net.SplitHostPort(hostPort)
	if err != nil || !Is(host) {
		return hostPort, nil // whoever dials it says what is wrong with it
	}
	ctx, cancel := context.WithTimeout(ctx, r.bound)
	defer cancel()
	found, err := r.lookup(ctx, strings.TrimSuffix(host, "."))
	if err != nil {
		return "", err
	}
	return net.JoinHostPort(found, port), nil
}

func (r resolver) lookup(ctx context.Context, name string) (string, error) {
	found, avahi := askAvahi(ctx, r.avahi, name)
	if avahi == nil {
		return found, nil
	}
	found, mdns := askNetwork(ctx, r.group, name)
	if mdns == nil {
		return found, nil
	}
	return "", fmt.Errorf("name %s: %w", name, errors.Join(avahi, mdns))
}
