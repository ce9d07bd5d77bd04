package uplink

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
)

// ErrBroker is wrapped by every error about the broker's address.
var ErrBroker = errors.New("broker")

// ParseBroker checks a broker's URL: tcp://host:1883 or mqtt://host, ssl://host:8883, tls:// or mqtts://host. It returns the URL with
// its port. One with a user is refused: nobody would use it. No error says what stands before an @, for that may be a password.
func ParseBroker(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil {
		return nil, fmt.Errorf("%w %.60q is not a URL", ErrBroker, onlyHost(s))
	}
	port, ok := map[string]string{"tcp": "1883", "mqtt": "1883", "ssl": "8883", "tls": "8883", "mqtts": "8883"}[u.Scheme]
	if !ok || u.Hostname() == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" {
		return nil, fmt.Errorf("%w %.60q; it must be tcp://host:port, mqtt://host:port, ssl://host:port or mqtts://host:port", ErrBroker, onlyHost(s))
	}
	if u.User != nil {
		return nil, fmt.Errorf("%w %.60q carries a user; it must be user and password_file beside it", ErrBroker, onlyHost(s))
	}
	if u.Port() != "" {
		port = u.Port()
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return nil, fmt.Errorf("%w %.60q; its port must be at most 65535", ErrBroker, onlyHost(s))
	}
	return &url.URL{Scheme: u.Scheme, Host: net.JoinHostPort(u.Hostname(), port)}, nil
}

// onlyHost is an address as it may be shown even where it is none.
func onlyHost(s string) string {
	if at := strings.LastIndexByte(s, '@'); at >= 0 {
		return "REMOVED" + s[at:]
	}
	return s
}

// maxBrokers is how many brokers may be given.
const maxBrokers = 8

// ParseBrokers checks one or more broker URLs, separated by blanks; see ParseBroker.
func ParseBrokers(s string) (all []*url.URL, err error) {
	for _, one := range strings.Fields(s) {
		u, err := ParseBroker(one)
		if err != nil {
			return nil, err
		}
		all = append(all, u)
	}
	if len(all) == 0 || len(all) > maxBrokers {
		return nil, fmt.Errorf("%w: %d URLs; there must be 1 to %d, separated by blanks", ErrBroker, len(all), maxBrokers)
	}
	return all, nil
}

// brokers are the brokers to try, in turn: the present one until a connection to it cannot be made.
type brokers struct {
	all []*url.URL
	at  atomic.Int64
}

func (b *brokers) present() *url.URL { return b.all[int(b.at.Load())%len(b.all)] }

// next goes on to the next broker.
func (b *brokers) next() { b.at.Add(1) }

// secure reports whether a parsed broker URL asks for TLS.
func secure(u *url.URL) bool { return u.Scheme != "tcp" && u.Scheme != "mqtt" }
