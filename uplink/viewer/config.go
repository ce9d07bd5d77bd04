package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"pychron-edge/telemetry"
	"pychron-edge/uplink/viewer/store"
	"pychron-edge/yamlfile"
)

// mistakes are everything that is wrong with a configuration, one on a line.
type mistakes struct{ error }

// Config is the viewer's configuration file. Every key has a default; unknown keys are errors.
type Config struct {
	Name      string            `yaml:"name"`       // stable and unique, without / + # and spaces: the broker keeps this viewer's session under it; default viewer
	Listen    string            `yaml:"listen"`     // host:port of the page; default 127.0.0.1:9120. Off loopback give tokens, and TLS by web_config
	Prefix    string            `yaml:"prefix"`     // of the agents' topics, their namespace; default pychron
	MQTT      MQTT              `yaml:"mqtt"`       // the broker that agents publish to
	Hub       Hub               `yaml:"hub"`        // the institute's, of which this lab is a part; left out = none
	HubNode   HubNode           `yaml:"hub_node"`   // of a hub, inside this program; left out = none
	Store     string            `yaml:"store"`      // SQLite file or postgres:// URL; default pychron-edge-viewer.db in the folder it is started in
	Retain    Retain            `yaml:"retain"`     // limits of the store; what is oldest goes first
	Silence   time.Duration     `yaml:"silence"`    // an alarm is raised when an agent sent nothing for so long; default 0 = 2.5 of its heartbeats
	Units     string            `yaml:"units"`      // what people read pressures in: torr (default), mbar, pa; inside and in /metrics they are pascals
	Hosts     []string          `yaml:"hosts"`      // names a request may be addressed to, beside localhost, IPs and the machine's own
	WebConfig string            `yaml:"web_config"` // file with TLS and users as Prometheus programs take it; default none
	Links     map[string]string `yaml:"links"`      // links on the page: text and http(s) address
	Tokens    []Token           `yaml:"tokens"`     // who may do what from other machines; default none: only this machine may read
}

// MQTT is the broker.
type MQTT struct {
	Broker       brokers  `yaml:"broker"`        // tcp://host:1883, ssl://host:8883, or a list of these, tried in turn; default tcp://127.0.0.1:1883; or embedded; or nats://host:4222 of a hub's nodes; or hub: the node in this program
	User         string   `yaml:"user"`          // at the broker; default none
	PasswordFile string   `yaml:"password_file"` // file with the user's password
	TLS          MQTTTLS  `yaml:"tls"`           // of a broker at ssl://
	Embedded     Embedded `yaml:"embedded"`      // the broker inside this program, where broker is embedded
}

// MQTTTLS is how a broker is known, and known to.
type MQTTTLS struct {
	CA         string `yaml:"ca"`          // file, PEM: who may have signed the broker's certificate; default those of the system
	Cert       string `yaml:"cert"`        // file, PEM: the certificate this viewer shows; default none
	Key        string `yaml:"key"`         // file, PEM, with the certificate's private key
	ServerName string `yaml:"server_name"` // in the broker's certificate; default the host of the URL
}

// brokers are the URLs of one or more brokers, separated by blanks. In the file a list is also taken.
type brokers string

// DecodeNode takes one URL or a list of them.
func (b *brokers) DecodeNode(d *yamlfile.Decoder, n *yaml.Node, path string) {
	if n.Kind != yaml.SequenceNode {
		d.Decode(n, (*string)(b), path)
		return
	}
	var all []string
	d.Decode(n, &all, path)
	*b = brokers(strings.Join(all, " "))
}

// Retain limits the age and size of the store; 0 = no limit.
type Retain struct {
	Age  time.Duration `yaml:"age"`  // how old an event may get, such as 17520h for two years, by its own time and by when it was received: the younger counts, unless it is in the future; default 0 = for ever
	Size int64         `yaml:"size"` // how large the store may get, bytes, 1048576 or more; default 0 = no limit
}

// Token is one principal.
type Token struct {
	Name   string   `yaml:"name"`   // who it is, as it stands in the events
	SHA256 string   `yaml:"sha256"` // of the token, 64 hex digits: printf %s TOKEN | sha256sum
	Rights []string `yaml:"rights"` // one or more of read, ingest, command, admin, halt
}

func defaults() Config {
	return Config{Name: "viewer", Listen: "127.0.0.1:9120", Prefix: "pychron", Store: "pychron-edge-viewer.db", Units: "torr",
		MQTT: MQTT{Broker: "tcp://127.0.0.1:1883"}}
}

// load reads and checks a configuration; path "" gives the defaults. Mistakes are [mistakes].
func load(path string) (Config, error) {
	if path == "" {
		return defaults(), nil
	}
	c, list, err := read(path)
	if err == nil && list.Err() != nil {
		err = mistakes{list.Err()}
	}
	return c, err
}

// read reads a configuration and finds every mistake in it. The error is that of a file that cannot be read.
func read(path string) (Config, *yamlfile.Problems, error) {
	c, list, err := decoded(path)
	if err == nil && !list.Broken {
		c.check(list)
	}
	return c, list, err
}

// decoded reads a configuration without judging what it means; path "" gives the defaults.
func decoded(path string) (Config, *yamlfile.Problems, error) {
	c := defaults()
	if path == "" {
		return c, yamlfile.Read("command line", []byte("{}"), &c, ""), nil
	}
	data, err := yamlfile.Bytes(path)
	if err != nil {
		return c, nil, err
	}
	return c, yamlfile.Read(path, data, &c, ""), nil
}

func (c *Config) retain() store.Retain { return store.Retain{Age: c.Retain.Age, Size: c.Retain.Size} }

func (c *Config) tokens() []telemetry.Token {
	var all []telemetry.Token
	for _, t := range c.Tokens {
		all = append(all, telemetry.Token{Name: t.Name, SHA256: strings.ToLower(t.SHA256), Rights: t.Rights})
	}
	return all
}

// password returns the content of the password file without its line end.
func (m *MQTT) password() (string, error) { return secret("mqtt.password_file", m.PasswordFile) }

// unnamed is the error of a file without its name.
func unnamed(err error) error {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		return fmt.Errorf("%s: %w", e.Op, e.Err)
	}
	return err
}

// tls is nil if nothing of it is configured. It requires TLS 1.2 or later.
func (m *MQTT) tls() (*tls.Config, error) {
	if m.TLS.CA == "" && m.TLS.Cert == "" && m.TLS.ServerName == "" {
		return nil, nil
	}
	out := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: m.TLS.ServerName}
	if m.TLS.CA != "" {
		pem, err := yamlfile.Limited(m.TLS.CA)
		if err != nil {
			return nil, fmt.Errorf("mqtt.tls.ca: %w", err)
		}
		out.RootCAs = x509.NewCertPool()
		if !out.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("mqtt.tls.ca %s has no certificate in it; must be certificates in PEM format", m.TLS.CA)
		}
	}
	if m.TLS.Cert != "" {
		pair, err := tls.LoadX509KeyPair(m.TLS.Cert, m.TLS.Key)
		if err != nil {
			return nil, fmt.Errorf("mqtt.tls: %w; must be a certificate and its key, in PEM format", err)
		}
		out.Certificates = []tls.Certificate{pair}
	}
	return out, nil
}
