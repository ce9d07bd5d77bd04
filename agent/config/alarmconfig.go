package config

import (
	"time"

	"go.yaml.in/yaml/v3"
)

// AlarmConfig is one alarm.
type AlarmConfig struct {
	Name        string         `yaml:"name"`
	When        string         `yaml:"when"`
	ClearWhen   string         `yaml:"clear_when"` // default: when certainly does not hold, with hysteresis
	For         time.Duration  `yaml:"for"`
	ClearFor    *time.Duration `yaml:"clear_for"` // default 10s
	OnlyWhen    string         `yaml:"only_when"` // suppressed while this certainly does not hold
	Priority    string         `yaml:"priority"`  // low, medium, high; default: what the severity gives
	Severity    string         `yaml:"severity"`  // info, warning, error, critical; default: what the priority gives
	Cause       string         `yaml:"cause"`
	Consequence string         `yaml:"consequence"`
	Action      string         `yaml:"action"` // what whoever hears of it is to do
	Text        string         `yaml:"text"`
	Notify      []NotifyConfig `yaml:"notify"` // default: all of the top level; [] = nobody

	At Position `yaml:"-"`
}

// NotifyConfig is one way to reach somebody: exactly one of webhook, ntfy and smtp. In an alarm it may also be the name of one
// at the top level.
type NotifyConfig struct {
	Name         string        `yaml:"name"` // default: the way and the host
	Webhook      string        `yaml:"webhook"`
	Ntfy         string        `yaml:"ntfy"`
	SMTP         string        `yaml:"smtp"` // smtp://user@host:port, or smtps for TLS from the first byte
	To           []string      `yaml:"to"`
	From         string        `yaml:"from"`
	PasswordFile string        `yaml:"password_file"` // of the user in the address; without one, a bearer's token
	Delay        time.Duration `yaml:"delay"`         // an alarm that ends sooner is not sent
	Repeat       time.Duration `yaml:"repeat"`        // of what is active and not acknowledged; 0 = never
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

// decodeNode takes the name of a receiver, or a mapping.
func (n *NotifyConfig) decodeNode(d *decoder, node *yaml.Node, path string) {
	if node.Kind == yaml.ScalarNode {
		d.decode(node, &n.Name, path)
		return
	}
	type plain NotifyConfig
	d.decode(node, (*plain)(n), path)
}
