package config

import (
	"time"

	"go.yaml.in/yaml/v3"
)

// Config is one configuration file. Units are as written in it: durations with a unit, values in SI unless a function of
// the expression language says otherwise. It is only ever read after load, and a reload makes a new one.
type Config struct {
	Agent    AgentConfig     `yaml:"agent"`
	MQTT     MQTTConfig      `yaml:"mqtt"`
	Devices  []DeviceConfig  `yaml:"devices"`
	Pipettes []PipetteConfig `yaml:"pipettes"`
	Rules    []RuleConfig    `yaml:"rules"`
	Alarms   []AlarmConfig   `yaml:"alarms"`
	Derived  []DerivedConfig `yaml:"derived"`

	source *problems // where each value stands in the file
}

// AgentConfig is the program itself.
type AgentConfig struct {
	Name      string            `yaml:"name"`
	Listen    string            `yaml:"listen"`    // default 127.0.0.1:9119
	Namespace string            `yaml:"namespace"` // of metrics; default pychron
	Units     string            `yaml:"units"`     // what people read pressures in: torr (default), mbar, pa
	Hosts     []string          `yaml:"hosts"`     // names a request may be addressed to, beside localhost, IPs and the machine's own
	WebConfig string            `yaml:"web_config"`
	Clock     string            `yaml:"clock"` // "" (adjtimex says) or trusted
	Links     map[string]string `yaml:"links"`
	Tokens    []TokenConfig     `yaml:"tokens"`
	Ring      RingConfig        `yaml:"ring"`
	Journal   JournalConfig     `yaml:"journal"`
}

// TokenConfig is one principal.
type TokenConfig struct {
	Name     string   `yaml:"name"`
	SHA256   string   `yaml:"sha256"` // of the token, 64 hex digits
	Rights   []string `yaml:"rights"` // read, ingest, command, admin, halt
	Controls []string `yaml:"controls"`
}

// RingConfig is the sizes of the rings in events; 0 = default.
type RingConfig struct {
	Audit    int `yaml:"audit"`
	Readings int `yaml:"readings"`
	Ingest   int `yaml:"ingest"`
}

// JournalConfig keeps the audit lane on disk; an empty path means none.
type JournalConfig struct {
	Path string `yaml:"path"` // a directory
	Size int64  `yaml:"size"` // bytes at most; default 16 MiB
}

// MQTTConfig is the uplink; an empty broker means none.
type MQTTConfig struct {
	Broker       string    `yaml:"broker"` // tcp://host:1883, ssl://host:8883
	Prefix       string    `yaml:"prefix"` // default pychron
	User         string    `yaml:"user"`
	PasswordFile string    `yaml:"password_file"`
	TLS          TLSConfig `yaml:"tls"`
	Commands     bool      `yaml:"commands"`
}

// TLSConfig is the broker's TLS.
type TLSConfig struct {
	CA         string `yaml:"ca"`
	Cert       string `yaml:"cert"`
	Key        string `yaml:"key"`
	ServerName string `yaml:"server_name"`
}

// DeviceConfig is one instrument.
type DeviceConfig struct {
	Name        string                   `yaml:"name"`
	Model       string                   `yaml:"model"`
	Family      string                   `yaml:"family"` // of the models ascii and modbus: valve, pump, laser or gauge
	Description string                   `yaml:"description"`
	Port        string                   `yaml:"port"`
	Pins        map[string]PinConfig     `yaml:"pins"`
	Every       time.Duration            `yaml:"every"` // between polls; default 1s
	Enabled     *bool                    `yaml:"enabled"`
	Options     yaml.Node                `yaml:"options"` // checked against the model's option struct
	Channels    map[string]ChannelConfig `yaml:"channels"`
	Alias       Strings                  `yaml:"alias"`
	Deadband    *float64                 `yaml:"deadband"`
	Heartbeat   time.Duration            `yaml:"heartbeat"`   // default 60s
	StaleAfter  time.Duration            `yaml:"stale_after"` // default the larger of 3 polls and 5s
	Capture     string                   `yaml:"capture"`     // "" or io
	Control     bool                     `yaml:"control"`
	Controls    []string                 `yaml:"controls"` // hazard controls, by name
	Interlock   InterlockConfig          `yaml:"interlock"`
	OnStart     string                   `yaml:"on_start"`  // read (default), idle
	OnExit      string                   `yaml:"on_exit"`   // hold (default), halt; a laser always halts
	OnReturn    string                   `yaml:"on_return"` // leave (default), idle
	HoldOff     time.Duration            `yaml:"hold_off"`  // dead-man: a lapsed lease halts after this
	Slew        float64                  `yaml:"slew"`      // of a laser: how fast its power may rise, in its unit per second; 0 = at once

	At Position `yaml:"-"`
}

// PinConfig is one pin: a name, or {line, active_low, fail}.
type PinConfig struct {
	Line      string `yaml:"line"`
	ActiveLow bool   `yaml:"active_low"`
	Fail      string `yaml:"fail"` // on, off: the level of a halted output; "" = the present level is requested again
}

// ChannelConfig is what people call a channel.
type ChannelConfig struct {
	Description string   `yaml:"description"`
	Alias       Strings  `yaml:"alias"`
	Gas         string   `yaml:"gas"`
	Deadband    *float64 `yaml:"deadband"`

	Interlock InterlockConfig `yaml:"interlock"` // where the channel is one valve of a box
}

// InterlockConfig is a valve's: it may open only while Closed are verified closed and Open are open.
type InterlockConfig struct {
	Closed []string `yaml:"closed"`
	Open   []string `yaml:"open"`
}

// PipetteConfig is two valves that never open together.
type PipetteConfig struct {
	Name      string  `yaml:"name"`
	Inner     string  `yaml:"inner"`
	Outer     string  `yaml:"outer"`
	Depletion float64 `yaml:"depletion"` // fraction of gas taken by a shot
	Shots     uint64  `yaml:"shots"`     // opening balance

	At Position `yaml:"-"`
}

// RuleConfig is one interlock rule.
type RuleConfig struct {
	Name       string        `yaml:"name"`
	When       string        `yaml:"when"`
	Halt       []string      `yaml:"halt"`
	Forbid     []string      `yaml:"forbid"`      // device.control
	StaleAfter time.Duration `yaml:"stale_after"` // default: the channels' own

	At Position `yaml:"-"`
}

// AlarmConfig is one alarm.
type AlarmConfig struct {
	Name      string         `yaml:"name"`
	When      string         `yaml:"when"`
	ClearWhen string         `yaml:"clear_when"`
	For       time.Duration  `yaml:"for"`
	Severity  string         `yaml:"severity"`
	Text      string         `yaml:"text"`
	Notify    []NotifyConfig `yaml:"notify"`

	At Position `yaml:"-"`
}

// NotifyConfig is one way to tell somebody: exactly one of the first three.
type NotifyConfig struct {
	Webhook      string   `yaml:"webhook"`
	Ntfy         string   `yaml:"ntfy"`
	SMTP         string   `yaml:"smtp"` // smtp://user@host:port
	To           []string `yaml:"to"`
	From         string   `yaml:"from"`
	PasswordFile string   `yaml:"password_file"`
}

// DerivedConfig is a channel computed from others.
type DerivedConfig struct {
	Name        string   `yaml:"name"`    // the device name it appears under
	Channel     string   `yaml:"channel"` // optional
	Reading     string   `yaml:"reading"` // "pressure", "temperature", ...
	Unit        string   `yaml:"unit"`
	Value       string   `yaml:"value"` // an expression
	Description string   `yaml:"description"`
	Gas         string   `yaml:"gas"`
	Deadband    *float64 `yaml:"deadband"`

	At Position `yaml:"-"`
}

// Position is a place in the configuration file, from 1.
type Position struct{ Line, Column int }

// Strings is one string or a list of them.
type Strings []string
