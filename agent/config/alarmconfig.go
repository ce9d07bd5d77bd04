package config

import (
	"time"

	"go.yaml.in/yaml/v3"

	"pychron-edge/yamlfile"
)

// AlarmConfig is one alarm.
type AlarmConfig struct {
	Name        string         `yaml:"name"`        // any text of one line, at most 64 characters
	When        string         `yaml:"when"`        // condition under which it is raised: ion1.ig > torr(1e-6)
	ClearWhen   string         `yaml:"clear_when"`  // condition under which it ends; default: when certainly does not hold, with hysteresis (5 %, half a decade for pressure)
	For         time.Duration  `yaml:"for"`         // how long the condition must hold first; default 0s
	ClearFor    *time.Duration `yaml:"clear_for"`   // how long it must be over before it ends; default 10s
	OnlyWhen    string         `yaml:"only_when"`   // condition it counts under; it is suppressed while this certainly does not hold; "" = always
	Priority    string         `yaml:"priority"`    // low, medium or high; default: what the severity gives
	Severity    string         `yaml:"severity"`    // info, warning, error or critical; default: what the priority gives
	Cause       string         `yaml:"cause"`       // what may have brought it about, in a sentence
	Consequence string         `yaml:"consequence"` // what happens if nobody does anything, in a sentence
	Action      string         `yaml:"action"`      // what whoever hears of it is to do, in a sentence
	Text        string         `yaml:"text"`        // anything more for whoever is told
	Notify      []NotifyConfig `yaml:"notify"`      // receivers, or names of those at the top level; default: all of the top level; [] = nobody

	At Position `yaml:"-"`
}

// NotifyConfig is one way to reach somebody: exactly one of webhook, ntfy and smtp. In an alarm it may also be the name of one
// at the top level.
type NotifyConfig struct {
	Name         string        `yaml:"name"`          // what it is called in alarms and events; default: the way and the host
	Webhook      string        `yaml:"webhook"`       // http(s) address that gets the alarm as JSON
	Ntfy         string        `yaml:"ntfy"`          // http(s) address of an ntfy topic
	SMTP         string        `yaml:"smtp"`          // mail server: smtp://user@host:port, or smtps for TLS from the first byte
	To           []string      `yaml:"to"`            // addresses a mail goes to
	From         string        `yaml:"from"`          // address a mail comes from
	PasswordFile string        `yaml:"password_file"` // file with the password of the user in the address, or with a bearer token, on its first line
	Delay        time.Duration `yaml:"delay"`         // an alarm that ends sooner is not sent; default 0s
	Repeat       time.Duration `yaml:"repeat"`        // how often it is sent again while it is active and not acknowledged; default 0s, never
}

// Kind is the way: webhook, ntfy, smtp; "" where none is given.
func (n *NotifyConfig) Kind() string {
	switch {
	case n.Webhook != "":
		return "webhook"
	case n.Ntfy != "":
		return "ntfy"
	case n.SMTP != "":
		return "smtp"
	}
	return ""
}

// DecodeNode takes the name of a receiver, or a mapping.
func (n *NotifyConfig) DecodeNode(d *yamlfile.Decoder, node *yaml.Node, path string) {
	if node.Kind == yaml.ScalarNode {
		d.Decode(node, &n.Name, path)
		return
	}
	type plain NotifyConfig
	d.Decode(node, (*plain)(n), path)
}
