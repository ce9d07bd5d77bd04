package main

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"pychron-edge/buffer"
	"pychron-edge/uplink"
	"pychron-edge/yamlfile"
)

// minStore is the smallest limit of the store, in bytes.
const minStore = 1 << 20

// check notes every mistake of meaning at its place, with what the value must be.
func (c *Config) check(list *yamlfile.Problems) {
	if c.Name == "" || strings.ContainsAny(c.Name, "/+# ") {
		list.At("name", "name %q; must be a word without / + # or spaces", yamlfile.Short(c.Name))
	}
	if host, port, err := net.SplitHostPort(c.Listen); err != nil || !isPort(port) || strings.Contains(host, "/") {
		list.At("listen", "listen is %q; must be host:port such as 127.0.0.1:9120", yamlfile.Short(c.Listen))
	}
	if err := uplink.CheckPrefix(c.Prefix); err != nil {
		list.At("prefix", "%v", err)
	}
	list.OneOf("units", c.Units, "torr", "mbar", "pa")
	if c.Retain.Size < 0 || c.Retain.Size > 0 && c.Retain.Size < minStore {
		list.At("retain.size", "retain.size %d bytes; must be 0, for ever, or at least %d", c.Retain.Size, minStore)
	}
	for name, to := range c.Links {
		if u, err := url.Parse(to); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			list.At("links."+name, "link %s is %q; must be http://... or https://...", name, yamlfile.Short(to))
		}
	}
	for i, host := range c.Hosts {
		if host == "" || strings.ContainsAny(host, "/ ") {
			list.At(fmt.Sprintf("hosts[%d]", i), "hosts has %q; must be a name without scheme and path", yamlfile.Short(host))
		}
	}
	c.checkStore(list)
	c.checkBroker(list)
	c.checkTokens(list)
	for _, err := range c.checkHub() {
		key, _, _ := strings.Cut(err.Error(), " ")
		list.At(strings.TrimSuffix(key, ":"), "%v", err)
	}
}

func isPort(text string) bool {
	_, err := strconv.ParseUint(text, 10, 16)
	return err == nil
}

func (c *Config) checkStore(list *yamlfile.Problems) {
	scheme, _, isURL := strings.Cut(c.Store, "://")
	switch {
	case c.Store == "":
		list.At("store", "store is empty; must be a path or a postgres:// URL")
	case isURL:
		list.OneOf("store", scheme, "postgres", "postgresql")
	}
}

func (c *Config) checkBroker(list *yamlfile.Problems) {
	all, err := uplink.ParseBrokers(string(c.MQTT.Broker))
	embedded := c.MQTT.Broker == "embedded"
	if err != nil && !embedded && !c.MQTT.fromHub() {
		list.At("mqtt.broker", "mqtt.%v", err)
	}
	t := &c.MQTT.TLS
	if (t.Cert == "") != (t.Key == "") {
		list.At("mqtt.tls", "tls has one of cert and key; must be both or neither")
	}
	plain := slices.ContainsFunc(all, func(u *url.URL) bool { return u.Scheme == "tcp" || u.Scheme == "mqtt" })
	if cmp.Or(t.CA, t.Cert, t.ServerName) != "" && plain && !embedded {
		list.At("mqtt.broker", "broker is without TLS and tls is given; must be ssl://host:8883")
	}
	if c.MQTT.PasswordFile != "" && c.MQTT.User == "" {
		list.At("mqtt.password_file", "password_file has no user beside it; must be both or none")
	}
	for _, m := range c.brokerMistakes() {
		list.At("mqtt.embedded."+m.Path, "mqtt.embedded.%s", m.Text)
	}
	if e := &c.MQTT.Embedded; (e.TLS.Cert == "") != (e.TLS.Key == "") {
		list.At("mqtt.embedded.tls", "mqtt.embedded.tls has one of cert and key; must be both or none")
	}
}

// rights are those a token may have.
var rights = []string{buffer.RightRead, buffer.RightIngest, buffer.RightCommand, buffer.RightAdmin, buffer.RightHalt}

func (c *Config) checkTokens(list *yamlfile.Problems) {
	seen := map[string]bool{}
	for i, t := range c.Tokens {
		at := fmt.Sprintf("tokens[%d]", i)
		if t.Name == "" || seen[t.Name] {
			list.At(at+".name", "name of a token is %q; must be a name of its own", yamlfile.Short(t.Name))
		}
		seen[t.Name] = true
		if len(t.SHA256) != 64 || strings.Trim(strings.ToLower(t.SHA256), "0123456789abcdef") != "" {
			list.At(at+".sha256", "sha256 of token %q is not 64 hexadecimal digits; must be what `printf %%s TOKEN | sha256sum` prints", yamlfile.Short(t.Name))
		}
		if len(t.Rights) == 0 {
			list.At(at, "token %q has no rights; must be some of %s", yamlfile.Short(t.Name), strings.Join(rights, ", "))
		}
		for n, right := range t.Rights {
			list.OneOf(fmt.Sprintf("%s.rights[%d]", at, n), right, rights...)
		}
	}
}

// checkFiles looks at the files that the configuration names. One that is not there is a warning, for a configuration may be checked on another
// computer than the one it is for.
func (c *Config) checkFiles(list *yamlfile.Problems) {
	m := &c.MQTT
	there := func(path string, names ...string) bool {
		given := false
		for _, name := range names {
			given = given || name != ""
			if _, err := os.Stat(name); name != "" && err != nil {
				list.Warn(path, "%s names a file that cannot be looked at here: %v", yamlfile.Last(path), unnamed(err))
				return false
			}
		}
		return given
	}
	if there("mqtt.password_file", m.PasswordFile) {
		if _, err := m.password(); err != nil {
			list.At("mqtt.password_file", "%v", err)
		}
	}
	if there("mqtt.tls", m.TLS.CA, m.TLS.Cert, m.TLS.Key) {
		if _, err := m.tls(); err != nil {
			list.At("mqtt.tls", "%v", err)
		}
	}
	if there("mqtt.embedded.tls", m.Embedded.TLS.Cert, m.Embedded.TLS.Key) {
		if _, err := m.Embedded.certificate(); err != nil {
			list.At("mqtt.embedded.tls", "%v", err)
		}
	}
	if there("hub.password_file", c.Hub.PasswordFile) && there("hub.tls", cmp.Or(c.Hub.TLS.CA, c.Hub.PasswordFile)) {
		if _, err := c.Hub.leaf(); err != nil {
			list.At("hub", "%v", err)
		}
	}
	n := &c.HubNode
	if there("hub_node.tls", n.TLS.Cert, n.TLS.Key, n.TLS.CA) || there("hub_node.cluster.password_file", n.Cluster.PasswordFile) {
		o := c.nodeOptions()
		if err := n.files(&o); err != nil {
			list.At("hub_node", "%v", err)
		}
	}
	there("web_config", c.WebConfig)
}
