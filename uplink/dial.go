package uplink

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"pychron-edge/localname"
	"pychron-edge/rawio"
)

// Timeouts of a connection.
const (
	dialTimeout         = 1400 * time.Millisecond // for the TCP connection; less than the pause between two attempts
	handshakeTimeout    = 10 * time.Second        // for TLS, and for the broker to accept the client
	defaultWriteTimeout = 3 * time.Second         // for the network to take one write
	tcpAckTimeout       = 8 * time.Second         // TCP_USER_TIMEOUT: for the network to acknowledge sent bytes
	keepAlive           = 15 * time.Second
	pingTimeout         = 5 * time.Second
)

// AckTimeout is how long an agent or a viewer waits for the broker to acknowledge one message before it connects anew.
const AckTimeout = 10 * time.Second

// Dial opens a network connection to host:port.
type Dial func(ctx context.Context, address string) (net.Conn, error)

// dialTCP is the Dial of which nothing else is said.
func dialTCP(ctx context.Context, address string) (net.Conn, error) {
	address, err := localname.Address(ctx, address)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{Timeout: dialTimeout, KeepAlive: keepAlive, Control: setUserTimeout}
	return d.DialContext(ctx, "tcp", address)
}

// dial opens a connection to the broker. It is closed when ctx is done.
func dial(ctx context.Context, to Dial, u *url.URL, config *tls.Config, writeTimeout time.Duration) (*writer, error) {
	if to == nil {
		to = dialTCP
	}
	conn, err := to(ctx, u.Host)
	if err != nil {
		return nil, err
	}
	conn = rawio.New(conn)
	if secure(u) {
		conn, err = handshake(ctx, conn, u.Hostname(), config)
		if err != nil {
			return nil, err
		}
	}
	w := newWriter(conn, writeTimeout)
	context.AfterFunc(ctx, func() { _ = w.Close() })
	return w, nil
}

// handshake makes a TLS connection of conn, TLS 1.2 or later. It closes conn on failure.
func handshake(ctx context.Context, conn net.Conn, host string, config *tls.Config) (net.Conn, error) {
	if config == nil {
		config = new(tls.Config)
	}
	config = config.Clone()
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	if config.ServerName == "" {
		config.ServerName = host
	}
	ctx, cancel := context.WithTimeout(ctx, handshakeTimeout)
	defer cancel()
	secured := tls.Client(conn, config)
	if err := secured.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		if errors.Is(err, context.DeadlineExceeded) {
			err = errSilent
		}
		return nil, fmt.Errorf("TLS: %w", err)
	}
	return secured, nil
}
