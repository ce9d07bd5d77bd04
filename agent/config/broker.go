package config

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"

	"pychron-edge/yamlfile"
)

// Brokers are the URLs of one or more brokers, separated by blanks. In the file a list is also taken.
type Brokers string

// UnmarshalYAML reads one URL or a list of them.
func (b *Brokers) UnmarshalYAML(n *yaml.Node) error {
	nodes := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		nodes = n.Content
	}
	var all []string
	for _, one := range nodes {
		if one.Kind != yaml.ScalarNode {
			return errors.New("must be tcp://host:1883 or ssl://host:8883, or a list of these")
		}
		all = append(all, one.Value)
	}
	*b = Brokers(strings.Join(all, " "))
	return nil
}

// Password is the first line of the password file, "" without one.
func (c MQTTConfig) Password() (string, error) {
	if c.PasswordFile == "" {
		return "", nil
	}
	password, err := FirstLine(c.PasswordFile)
	if err != nil {
		return "", fmt.Errorf("mqtt %w", err)
	}
	return password, nil
}

// Credentials are what the agent connects to the broker with: its password, and its TLS as Client has it. It reads their files.
func (c MQTTConfig) Credentials() (password string, secure *tls.Config, err error) {
	if password, err = c.Password(); err == nil {
		secure, err = c.TLS.Client()
	}
	return password, secure, err
}

// FirstLine is the first line of a password_file, without blanks around it. One that is empty is an error: whoever writes the file anew empties
// it first, and nobody means it. Nor is anything but a file read: it could wait for ever.
func FirstLine(file string) (string, error) {
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() {
		return "", errors.New("password_file: it is no file; must be one with the password on its first line")
	}
	data, err := yamlfile.Limited(file)
	if err != nil {
		return "", fmt.Errorf("password_file: %w", unnamed(err))
	}
	line, _, _ := strings.Cut(string(data), "\n")
	if line = strings.TrimSpace(line); line == "" {
		return "", errors.New("password_file: its first line is empty; must be the password")
	}
	return line, nil
}

// unnamed is an error of a file without its name: whoever wrote a password in the place of its file would find it there.
func unnamed(err error) error {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		return fmt.Errorf("%s: %w", e.Op, e.Err)
	}
	return err
}

// Client is the TLS of a client of the broker, nil for the system's authorities. It reads the files.
func (c TLSConfig) Client() (*tls.Config, error) {
	if c == (TLSConfig{}) {
		return nil, nil
	}
	out := &tls.Config{ServerName: c.ServerName, MinVersion: tls.VersionTLS12}
	if c.CA != "" {
		data, err := yamlfile.Limited(c.CA)
		if err != nil {
			return nil, fmt.Errorf("mqtt tls: %w", err)
		}
		out.RootCAs = x509.NewCertPool()
		if !out.RootCAs.AppendCertsFromPEM(data) {
			return nil, errors.New("mqtt tls: no certificate in " + c.CA)
		}
	}
	if c.Cert != "" || c.Key != "" {
		pair, err := tls.LoadX509KeyPair(c.Cert, c.Key)
		if err != nil {
			return nil, fmt.Errorf("mqtt tls: %w", err)
		}
		out.Certificates = []tls.Certificate{pair}
	}
	return out, nil
}
