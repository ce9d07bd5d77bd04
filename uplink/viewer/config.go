package main

import (
	"bytes"
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"pychron-edge/telemetry"
	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/store"
)

// Config is the viewer's configuration file. Every key has a default; unknown keys are errors.
type Config struct {
	Name      string            `yaml:"name"`   // stable and unique: the broker keeps this viewer's session under it
	Listen    string            `yaml:"listen"` // default 127.0.0.1:9120
	Prefix    string            `yaml:"prefix"` // of the agents' topics
	MQTT      MQTT              `yaml:"mqtt"`
	Hub       Hub               `yaml:"hub"`      // the institute's, of which this lab is a part
	HubNode   HubNode           `yaml:"hub_node"` // of a hub, inside this program
	Store     string            `yaml:"store"`    // a SQLite file or a postgres:// URL
	Retain    Retain            `yaml:"retain"`   // limits of the store
	Silence   time.Duration     `yaml:"silence"`  // an alarm is raised when an agent sent nothing for so long; 0 = 2.5 heartbeats
	Units     string            `yaml:"units"`    // torr, mbar or pa
	Hosts     []string          `yaml:"hosts"`
	WebConfig string            `yaml:"web_config"`
	Links     map[string]string `yaml:"links"`
	Tokens    []Token           `yaml:"tokens"`
}

// MQTT is the broker.
type MQTT struct {
	Broker       brokers `yaml:"broker"` // tcp://host:1883, ssl://host:8883, or a list of these, tried in turn; or embedded; or nats://host:4222 of a hub's nodes; or hub: the node in this program
	User         string  `yaml:"user"`
	PasswordFile string  `yaml:"password_file"`
	TLS          struct {
		CA         string `yaml:"ca"`
		Cert       string `yaml:"cert"`
		Key        string `yaml:"key"`
		ServerName string `yaml:"server_name"`
	} `yaml:"tls"`
	Embedded Embedded `yaml:"embedded"` // where broker is embedded
}

// brokers are the URLs of one or more brokers, separated by blanks. In the file a list is also taken.
type brokers string

// UnmarshalYAML reads one URL or a list of them.
func (b *brokers) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.SequenceNode {
		return n.Decode((*string)(b))
	}
	var all []string
	if err := n.Decode(&all); err != nil {
		return err
	}
	*b = brokers(strings.Join(all, " "))
	return nil
}

// Retain limits the age and size of the store; 0 = no limit.
type Retain struct {
	Age  time.Duration `yaml:"age"`
	Size int64         `yaml:"size"`
}

// Token is one principal.
type Token struct {
	Name   string   `yaml:"name"`
	SHA256 string   `yaml:"sha256"`
	Rights []string `yaml:"rights"`
}

func defaults() Config {
	return Config{Name: "viewer", Listen: "127.0.0.1:9120", Prefix: "pychron", Store: "pychron-edge-viewer.db", Units: "torr",
		MQTT: MQTT{Broker: "tcp://127.0.0.1:1883"}}
}

// quotedValue is a value of the file in an error of the parser: a token in the place of its hash, perhaps.
var quotedValue = regexp.MustCompile("`[^`]*`")

// load reads and checks a configuration; path "" gives the defaults.
func load(path string) (Config, error) {
	c, err := read(path)
	if err == nil {
		err = c.checkAs(path)
	}
	return c, err
}

// checkAs is check of what came from a file, or from none and the command line.
func (c *Config) checkAs(path string) error {
	if err := c.check(); err != nil {
		return fmt.Errorf("%s: %w", cmp.Or(path, "command line"), err)
	}
	return nil
}

// read reads a configuration; path "" gives the defaults.
func read(path string) (Config, error) {
	c := defaults()
	if path == "" {
		return c, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return c, err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&c); err != nil && !errors.Is(err, io.EOF) {
		return c, fmt.Errorf("%s: %s", path, quotedValue.ReplaceAllString(err.Error(), "a value"))
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return c, fmt.Errorf("%s: a second document; there must be only one", path)
	}
	return c, nil
}

// check returns every mistake, each with what the value must be.
func (c *Config) check() error {
	var wrong []error
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if c.Name == "" || strings.ContainsAny(c.Name, "/+# ") {
		bad("name %q; it must be a word without / + # or spaces", c.Name)
	}
	if err := uplink.CheckPrefix(c.Prefix); err != nil {
		wrong = append(wrong, err)
	}
	if _, err := uplink.ParseBrokers(string(c.MQTT.Broker)); err != nil && c.MQTT.Broker != "embedded" && !c.MQTT.fromHub() {
		wrong = append(wrong, fmt.Errorf("mqtt.%w", err))
	}
	wrong = append(wrong, c.checkEmbedded()...)
	wrong = append(wrong, c.checkHub()...)
	if c.Store == "" {
		bad("store is empty; it must be a path or a postgres:// URL")
	}
	switch c.Units {
	case "torr", "mbar", "pa":
	default:
		bad("units %q; it must be one of torr, mbar, pa", c.Units)
	}
	if c.Retain.Age < 0 || c.Retain.Size < 0 {
		bad("retain %s, %d bytes; it must be 0 (for ever) or more", c.Retain.Age, c.Retain.Size)
	}
	if c.Retain.Size > 0 && c.Retain.Size < 1<<20 {
		bad("retain.size %d bytes; it must be 0 or at least 1048576", c.Retain.Size)
	}
	for _, t := range c.Tokens {
		if len(t.SHA256) != 64 || strings.Trim(strings.ToLower(t.SHA256), "0123456789abcdef") != "" {
			bad("token %q: sha256 must be 64 hex digits", t.Name)
		}
	}
	return errors.Join(wrong...)
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

// tls is nil if nothing of it is configured. It requires TLS 1.2 or later.
func (m *MQTT) tls() (*tls.Config, error) {
	if m.TLS.CA == "" && m.TLS.Cert == "" && m.TLS.ServerName == "" {
		return nil, nil
	}
	out := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: m.TLS.ServerName}
	if m.TLS.CA != "" {
		pem, err := os.ReadFile(m.TLS.CA)
		if err != nil {
			return nil, err
		}
		out.RootCAs = x509.NewCertPool()
		if !out.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("mqtt.tls.ca %s: it must contain a certificate in PEM format", m.TLS.CA)
		}
	}
	if m.TLS.Cert != "" {
		pair, err := tls.LoadX509KeyPair(m.TLS.Cert, m.TLS.Key)
		if err != nil {
			return nil, err
		}
		out.Certificates = []tls.Certificate{pair}
	}
	return out, nil
}
