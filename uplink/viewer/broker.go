package main

import (
	"cmp"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/broker"
)

// Embedded is the broker inside this program.
type Embedded struct {
	Listen string       `yaml:"listen"` // IP:port; default 127.0.0.1:1883. Off loopback there must be users
	Dir    string       `yaml:"dir"`    // folder of its files; default broker in the state directory, else pychron-edge-broker beside the store's file
	Size   int64        `yaml:"size"`   // of messages that wait for clients that are away, bytes, 16777216 to 1099511627776; default 1073741824. Beyond, the oldest go
	TLS    EmbeddedTLS  `yaml:"tls"`    // its certificate; left out = clients connect without TLS
	Users  []BrokerUser `yaml:"users"`  // who may connect; none = anybody, on loopback only
}

// EmbeddedTLS is the certificate of the embedded broker.
type EmbeddedTLS struct {
	Cert string `yaml:"cert"` // file, PEM; with key, clients must use ssl://
	Key  string `yaml:"key"`  // file, PEM, with the certificate's private key
}

// BrokerUser is one user of the embedded broker.
type BrokerUser struct {
	Name   string   `yaml:"name"`   // of an agent: the agent's name
	SHA256 string   `yaml:"sha256"` // of the password, 64 hex digits: printf %s PASSWORD | sha256sum
	Rights []string `yaml:"rights"` // agent (its own topics), read (all), command, ingest (for every agent), viewer
}

// brokerOptions returns what the broker needs; TLS is not read yet.
func (c *Config) brokerOptions() broker.Options {
	e := &c.MQTT.Embedded
	o := broker.Options{Listen: e.Listen, Dir: c.brokerDir(), Size: e.Size, Prefixes: c.allPrefixes()}
	for _, u := range e.Users {
		o.Users = append(o.Users, broker.User(u))
	}
	return o
}

// allPrefixes returns the prefix and that of simulated agents.
func (c *Config) allPrefixes() []string { return []string{c.Prefix, c.Prefix + "_sim"} }

// brokerDir returns the folder of the broker's files; "" if there is no place for it.
func (c *Config) brokerDir() string {
	state, _, _ := strings.Cut(os.Getenv("STATE_DIRECTORY"), ":") // systemd may give several
	switch {
	case c.MQTT.Embedded.Dir != "":
		return c.MQTT.Embedded.Dir
	case state != "":
		return filepath.Join(state, "broker")
	case !strings.Contains(c.Store, "://"):
		return filepath.Join(filepath.Dir(c.Store), "pychron-edge-broker")
	}
	return ""
}

// brokerMistakes are those in the embedded broker's keys. The folder may depend on how the program is started.
func (c *Config) brokerMistakes() []broker.Mistake {
	o := c.brokerOptions()
	o.Dir = cmp.Or(o.Dir, ".")
	return o.Mistakes()
}

// certificate is nil if there is no TLS.
func (e *Embedded) certificate() (*tls.Config, error) {
	if e.TLS.Cert == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(e.TLS.Cert, e.TLS.Key)
	if err != nil {
		return nil, fmt.Errorf("mqtt.embedded.tls: %w; must be a certificate and its key, in PEM format", err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}}, nil
}

// newBroker makes the embedded broker; nil if another one is configured.
func newBroker(c *Config, log *slog.Logger) (*broker.Broker, error) {
	if c.MQTT.Broker != "embedded" {
		return nil, nil
	}
	o := c.brokerOptions()
	o.Log = log
	var err error
	if o.TLS, err = c.MQTT.Embedded.certificate(); err != nil {
		return nil, err
	}
	if o.Hub, err = c.Hub.leaf(); err != nil {
		return nil, err
	}
	if len(o.Users) > 0 && o.TLS == nil {
		log.Warn("the embedded broker has no TLS: passwords and readings can be read on the network", "listen", o.Listen)
	}
	return broker.New(o)
}

// subscriber returns how this viewer connects to its broker.
func (c *Config) subscriber(embedded *broker.Broker) (o uplink.SubscriberOptions, err error) {
	o.ClientID, o.Prefixes = clientID(c.Name), []string{c.Prefix}
	if embedded != nil {
		o.Prefixes, o.Dial = c.allPrefixes(), embedded.Dial
		o.Broker, o.User, o.Password, o.TLS = embedded.Client()
		return o, nil
	}
	o.Broker, o.User, o.Credentials = string(c.MQTT.Broker), c.MQTT.User, c.MQTT.credentials
	_, _, err = o.Credentials() // a mistake is told at the start
	return o, err
}

// credentials are what the viewer connects to its broker with. It reads their files.
func (m *MQTT) credentials() (password string, secure *tls.Config, err error) {
	if password, err = m.password(); err == nil {
		secure, err = m.tls()
	}
	return password, secure, err
}

// clientID is the MQTT client id of this viewer. It contains the host name, because two clients with one id would end each other's
// connection again and again.
func clientID(name string) string {
	host, err := os.Hostname()
	if err != nil {
		host = strconv.Itoa(os.Getpid())
	}
	return "pychron-edge-viewer-" + name + "-" + host
}
