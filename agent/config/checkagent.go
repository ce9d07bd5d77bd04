package config

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"pychron-edge/yamlfile"
)

// Defaults of the file.
const (
	DefaultListen    = "127.0.0.1:9119"
	defaultNamespace = "pychron"
	format           = 1 // of the file; another where an old file would mean something else
	defaultUnits     = "torr"
	defaultPrefix    = "pychron"
	defaultJournal   = 16 << 20 // bytes
)

var namespacePattern = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

// agent checks the part of the file that is about the program itself, and fills in its defaults.
func (k *checking) agent() {
	if f := k.config.Format; f != 0 && f != format {
		k.At("format", "format is %d; must be %d, the one this program reads", f, format)
	}
	a := &k.config.Agent
	a.Listen = cmp.Or(a.Listen, DefaultListen)
	a.Namespace = cmp.Or(a.Namespace, defaultNamespace)
	a.Units = cmp.Or(a.Units, defaultUnits)
	if why := badName(a.Name); why != "" {
		k.At("agent.name", "name of the agent %s", why)
	}
	if why := badAddress(a.Listen); why != "" {
		k.At("agent.listen", "listen %s; must be host:port such as %s", why, DefaultListen)
	}
	if !namespacePattern.MatchString(a.Namespace) {
		k.At("agent.namespace", "namespace is %q; must be letters, digits and _, not beginning with a digit", a.Namespace)
	}
	k.OneOf("agent.units", a.Units, "torr", "mbar", "pa")
	k.OneOf("agent.clock", a.Clock, "", "trusted")
	for i, host := range a.Hosts {
		if host == "" || strings.ContainsAny(host, "/ ") {
			k.At(fmt.Sprintf("agent.hosts[%d]", i), "host is %q; must be a name without scheme, such as line1.lab", host)
		}
	}
	k.frames()
	for name, link := range a.Links {
		if u, err := url.Parse(link); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			k.At("agent.links."+name, "link is %q; must be http://... or https://...", yamlfile.Short(link))
		}
	}
	k.tokens()
	k.memory()
	k.share()
}

// What agent.processors and agent.timer_slack may be; 0 is the default of either.
const (
	maxProcessors      = 64
	minSlack, maxSlack = 50 * time.Microsecond, 20 * time.Millisecond
)

// share checks how much of the board the program may take.
func (k *checking) share() {
	a := &k.config.Agent
	if a.Processors < 0 || a.Processors > maxProcessors {
		k.At("agent.processors", "processors is %d; must be 1 to %d, or 0 for as many as are needed", a.Processors, maxProcessors)
	}
	if a.TimerSlack != 0 && (a.TimerSlack < minSlack || a.TimerSlack > maxSlack) {
		k.At("agent.timer_slack", "timer_slack is %v; must be %v to %v", a.TimerSlack, minSlack, maxSlack)
	}
}

// frames checks who may show the page in a frame. What stands there goes into a header.
func (k *checking) frames() {
	for i, origin := range k.config.Agent.FrameAncestors {
		u, err := url.Parse(origin)
		known := err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.Scheme+"://"+u.Host == origin
		if origin != "self" && (!known || strings.ContainsAny(origin, " ;,'*")) {
			k.At(fmt.Sprintf("agent.frame_ancestors[%d]", i), "frame_ancestors has %q; must be self, or an origin such as https://grafana.lab", yamlfile.Short(origin))
		}
	}
}

// memory checks the sizes of what is kept.
func (k *checking) memory() {
	a := &k.config.Agent
	for path, size := range map[string]int{"audit": a.Ring.Audit, "readings": a.Ring.Readings, "ingest": a.Ring.Ingest} {
		if size != 0 && (size < 10 || size > 1_000_000) {
			k.At("agent.ring."+path, "ring %s is %d events; must be 10 to 1000000", path, size)
		}
	}
	if s := a.Ring.Long; s != 0 && s < 64<<10 {
		k.At("agent.ring.long", "ring long is %s; must be 64KiB to 1GiB", s)
	}
	if a.Journal.Path != "" && a.Journal.Size == 0 {
		a.Journal.Size = defaultJournal
	}
	if s := a.Journal.Size; s != 0 && (s < 64<<10 || s > 1<<30) {
		k.At("agent.journal.size", "journal is %d bytes; must be 65536 to 1073741824", s)
	}
	if a.Journal.Size != 0 && a.Journal.Path == "" {
		k.At("agent.journal", "journal has a size and no path; must be a directory")
	}
}

// badAddress says what is wrong with host:port, "" if nothing is.
func badAddress(s string) string {
	_, port, err := net.SplitHostPort(s)
	if err == nil && port != "0" && !isPort(port) {
		err = fmt.Errorf("port %q", port)
	}
	if err != nil {
		return fmt.Sprintf("is %q", yamlfile.Short(s))
	}
	return ""
}

// tokens checks who may do what.
func (k *checking) tokens() {
	titles := k.uniqueNames("token")
	k.networks(k.config.Agent.Bench, "agent.bench")
	for i, t := range k.config.Agent.Tokens {
		at := fmt.Sprintf("agent.tokens[%d]", i)
		if why := badTitle(t.Name); why != "" {
			k.At(at+".name", "name of a token %s", why)
		}
		titles.add(t.Name, at+".name")
		if sum, err := hex.DecodeString(t.SHA256); err != nil || len(sum) != 32 {
			k.At(at+".sha256", "sha256 is not 64 hexadecimal digits; must be what `printf %%s TOKEN | sha256sum` prints")
		}
		k.networks(t.From, at+".from")
		if len(t.Rights) == 0 {
			k.At(at, "token has no rights; must be some of read, ingest, command, admin, halt")
		}
		for n, right := range t.Rights {
			k.OneOf(fmt.Sprintf("%s.rights[%d]", at, n), right, "read", "ingest", "command", "admin", "halt")
		}
	}
}

// networks checks a list of networks.
func (k *checking) networks(list []string, path string) {
	for i, text := range list {
		if _, err := Network(text); err != nil {
			k.At(fmt.Sprintf("%s[%d]", path, i), "network is %q; must be such as 10.0.0.0/24, or one address", yamlfile.Short(text))
		}
	}
}

// Networks are the networks of a list that was checked.
func Networks(list []string) (out []netip.Prefix) {
	for _, text := range list {
		if n, err := Network(text); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// tokenControls checks the patterns of controls, once the controls are known.
func (k *checking) tokenControls() {
	var all []string
	for _, d := range k.plan.Devices {
		for _, c := range d.Moves {
			all = append(all, d.Name+"."+c.Name)
		}
	}
	for i, t := range k.config.Agent.Tokens {
		for n, pattern := range t.Controls {
			at := fmt.Sprintf("agent.tokens[%d].controls[%d]", i, n)
			matches := func(control string) bool { ok, _ := path.Match(pattern, control); return ok }
			if _, err := path.Match(pattern, ""); err != nil {
				k.At(at, "pattern %q is malformed; must be <device>.<control> with * and ?", yamlfile.Short(pattern))
			} else if !slices.ContainsFunc(all, matches) {
				k.At(at, "pattern %q matches no control; %s", yamlfile.Short(pattern), patternsOf(all))
			}
		}
	}
}

// patternsOf is what the patterns of controls must be.
func patternsOf(controls []string) string {
	if len(controls) == 0 {
		return noActuator
	}
	return "must be patterns of " + strings.Join(controls, ", ")
}

// maxBrokers is how many brokers may be given.
const maxBrokers = 8

// broker checks the URL of one broker, and gives it its port.
func (k *checking) broker(text string) *url.URL {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "tcp" && u.Scheme != "ssl" || u.Path != "" || u.RawQuery != "":
		k.At("mqtt.broker", "broker is %q; must be tcp://host:1883 or ssl://host:8883", k.shownBroker(text))
		return new(url.URL)
	case u.User != nil:
		k.At("mqtt.broker", "broker carries a user; must be user and password_file beside it")
	case u.Port() != "" && !isPort(u.Port()):
		k.At("mqtt.broker", "broker has port %s; must be 1 to 65535", u.Port())
	case u.Port() == "":
		u.Host = net.JoinHostPort(u.Hostname(), map[string]string{"tcp": "1883", "ssl": "8883"}[u.Scheme])
	}
	return u
}

// isPort says whether a text is the number of a network port.
func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0
}

// shownBroker is one broker as it may be shown where it is no URL: a blank in a password makes two of it.
func (k *checking) shownBroker(text string) string {
	if strings.Contains(string(k.config.MQTT.Broker), "@") && !strings.Contains(text, "@") {
		return yamlfile.Removed
	}
	return yamlfile.Short(yamlfile.OnlyHost(text))
}

// notInTopic reports whether r must not stand in a topic.
func notInTopic(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

// mqtt checks the uplink.
func (k *checking) mqtt() {
	m := &k.config.MQTT
	m.Prefix = cmp.Or(m.Prefix, defaultPrefix)
	if strings.ContainsAny(m.Prefix, "#+$") || strings.ContainsFunc(m.Prefix, notInTopic) || strings.Contains("/"+m.Prefix+"/", "//") || len(m.Prefix) > 100 {
		k.At("mqtt.prefix", "prefix is %q; must be levels of a topic without #, +, $ and blanks, and without a slash at either end or two in a row", yamlfile.Short(m.Prefix))
	}
	if m.Broker == "" {
		if _, named := k.Nodes["mqtt"]; named && (m.User != "" || m.Commands || m.Ingest || m.PasswordFile != "") {
			k.At("mqtt", "mqtt has no broker; must be broker: tcp://host:1883 or ssl://host:8883")
		}
		return
	}
	if n := len(strings.Fields(string(m.Broker))); n > maxBrokers {
		k.At("mqtt.broker", "broker has %d URLs; must be 1 to %d", n, maxBrokers)
	}
	plain := false
	var brokers []string
	for _, one := range strings.Fields(string(m.Broker)) {
		u := k.broker(one)
		plain = plain || u.Scheme == "tcp"
		brokers = append(brokers, u.String())
	}
	m.Broker = Brokers(strings.Join(brokers, " "))
	if m.PasswordFile != "" && m.User == "" {
		k.At("mqtt.password_file", "a password without a user; must be both")
	}
	if (m.TLS.Cert == "") != (m.TLS.Key == "") {
		k.At("mqtt.tls", "cert and key belong together; must be both or neither")
	}
	if plain && m.TLS != (TLSConfig{}) {
		k.At("mqtt.tls", "tls with a tcp:// broker would not be used; must be ssl://")
	}
}
