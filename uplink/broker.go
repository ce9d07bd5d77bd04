package uplink

import (
	"errors"
	"fmt"
	"net"
	"net/url"
)

// ErrBroker is wrapped by every error about the broker's address.
var ErrBroker = errors.New("broker")

// ParseBroker checks a broker's URL: tcp://host:1883 or mqtt://host, ssl://host:8883, tls:// or mqtts://host. It returns the URL with
// its port and without user and password.
func ParseBroker(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil {
		return nil, fmt.Errorf("%w %.60q is not a URL", ErrBroker, s)
	}
	port, ok := map[string]string{"tcp": "1883", "mqtt": "1883", "ssl": "8883", "tls": "8883", "mqtts": "8883"}[u.Scheme]
	if !ok || u.Hostname() == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" {
		return nil, fmt.Errorf("%w %.60q; it must be tcp://host:port, mqtt://host:port, ssl://host:port or mqtts://host:port", ErrBroker, u.Redacted())
	}
	if u.Port() != "" {
		port = u.Port()
	}
	return &url.URL{Scheme: u.Scheme, Host: net.JoinHostPort(u.Hostname(), port)}, nil
}

// secure reports whether a parsed broker URL asks for TLS.
func secure(u *url.URL) bool { return u.Scheme != "tcp" && u.Scheme != "mqtt" }
