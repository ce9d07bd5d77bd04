package uplink

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"
)

// Bounds of a connection.
const (
	dialBound      = 1400 * time.Millisecond // for the network to answer; less than the pause between two attempts
	handshakeBound = 10 * time.Second        // for TLS and for the broker to accept
	writeBound     = 3 * time.Second         // for the broker to take one message off the network
	ackBound       = 10 * time.Second        // for the broker to acknowledge one message
	stallBound     = 8 * time.Second         // TCP_USER_TIMEOUT: for the network to acknowledge what was sent
	keepAlive      = 15 * time.Second
	pingBound      = 5 * time.Second
)

// ErrBroker is wrapped by every error about the broker's address.
var ErrBroker = errors.New("broker")

// ParseBroker checks a broker's URL: tcp://host:1883 or mqtt://host, ssl://host:8883, tls:// or mqtts://host. It returns it with
// its port and without user and password.
func ParseBroker(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil {
		return nil, fmt.Errorf("%w %.60q is not a URL", ErrBroker, s)
	}
	port, ok := map[string]string{"tcp": "1883", "mqtt": "1883", "ssl": "8883", "tls": "8883", "mqtts": "8883"}[u.Scheme]
	if !ok || u.Hostname() == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" {
		return nil, fmt.Errorf("%w %.60q; allowed are tcp://host:port, mqtt://host:port, ssl://host:port, mqtts://host:port", ErrBroker, u.Redacted())
	}
	if u.Port() != "" {
		port = u.Port()
	}
	return &url.URL{Scheme: u.Scheme, Host: net.JoinHostPort(u.Hostname(), port)}, nil
}

func secure(u *url.URL) bool { return u.Scheme != "tcp" && u.Scheme != "mqtt" }

// dial opens a connection to the broker. It is closed when ctx is done.
func dial(ctx context.Context, u *url.URL, config *tls.Config, write time.Duration) (*wire, error) {
	d := net.Dialer{Timeout: dialBound, KeepAlive: keepAlive, Control: control}
	conn, err := d.DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return nil, err
	}
	if secure(u) {
		conn, err = handshake(ctx, conn, u.Hostname(), config)
		if err != nil {
			return nil, err
		}
	}
	w := newWire(conn, write)
	context.AfterFunc(ctx, func() { _ = w.Close() })
	return w, nil
}

func handshake(ctx context.Context, conn net.Conn, host string, config *tls.Config) (net.Conn, error) {
	if config == nil {
		config = new(tls.Config)
	}
	config = config.Clone()
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	if config.ServerName == "" {
		config.ServerName = host
	}
	ctx, cancel := context.WithTimeout(ctx, handshakeBound)
	defer cancel()
	secured := tls.Client(conn, config)
	if err := secured.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("TLS: %w", err)
	}
	return secured, nil
}
