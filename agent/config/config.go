package config

import (
	"time"

	"go.yaml.in/yaml/v3"

	"pychron-edge/yamlfile"
)

// Config is one configuration file. Units are as written in it: durations with a unit, values in SI unless a function of
// the expression language says otherwise. It is only ever read after load, and a reload makes a new one.
type Config struct {
	Format   int             `yaml:"format"`   // version of the form this file is written in: 1, the only one so far; default 1
	Agent    AgentConfig     `yaml:"agent"`    // the program itself
	MQTT     MQTTConfig      `yaml:"mqtt"`     // the broker that events go to; left out = none
	Devices  []DeviceConfig  `yaml:"devices"`  // the instruments, one or more
	Pipettes []PipetteConfig `yaml:"pipettes"` // pairs of valves that never open together
	Rules    []RuleConfig    `yaml:"rules"`    // interlocks: what is halted or forbidden while a condition holds
	Alarms   []AlarmConfig   `yaml:"alarms"`   // what people are told of
	Derived  []DerivedConfig `yaml:"derived"`  // channels computed from others
	Notify   []NotifyConfig  `yaml:"notify"`   // receivers of every alarm that names none, and of those of the agent itself
	Pychron  PychronConfig   `yaml:"pychron"`  // Pychron's clients, served by their own protocol; left out = they are not
	Page     PageConfig      `yaml:"page"`     // what the page shows first
	Drawing  DrawingConfig   `yaml:"drawing"`  // the line as the page draws it: what is connected to what; left out = a grid of valves and gauges

	source  *yamlfile.Problems // where each value stands in the file
	machine Machine            // the computer it is for
}

// PageConfig is what the page shows first.
type PageConfig struct {
	Key []string `yaml:"key"` // points that stand in the strip of every view, as <device>.<point> such as ion1.ig, at most 4; default the first gauges
}

// AgentConfig is the program itself.
type AgentConfig struct {
	Name      string            `yaml:"name"`       // name of this line in events, metrics and topics: letters, digits and _, at most 64
	Listen    string            `yaml:"listen"`     // host:port of the page, /metrics and /events; default 127.0.0.1:9119
	Namespace string            `yaml:"namespace"`  // first word of every metric; default pychron
	Units     string            `yaml:"units"`      // what people read pressures in: torr (default), mbar, pa; inside and in /metrics they are pascals
	Hosts     []string          `yaml:"hosts"`      // names a request may be addressed to, beside localhost, IPs and the machine's own
	WebConfig string            `yaml:"web_config"` // file with TLS and users as Prometheus programs take it; "" = neither
	Board     string            `yaml:"board"`      // zero, zero2, pi2, pi3, pi4, pi5 or none; "" = as the device tree says
	Clock     string            `yaml:"clock"`      // "" = the clock is good when the kernel says so (adjtimex); trusted = always
	Bench     Strings           `yaml:"bench"`      // networks of the bench, such as 10.0.0.0/24: what switches a hazard on, opens a vent, ends a halt or clears or bypasses a rule that halts is let in from these and from this machine alone; default everywhere
	Links     map[string]string `yaml:"links"`      // links on the page: text and http(s) address
	Tokens    []TokenConfig     `yaml:"tokens"`     // who may do what from elsewhere
	Ring      RingConfig        `yaml:"ring"`       // how many events are kept in memory
	Journal   JournalConfig     `yaml:"journal"`    // the audit lane on disk

	Processors int           `yaml:"processors"`  // how many processors are used, 1 to 64; 0 = one for each 1000 polls a second, and all while somebody waits: a call, a command, a trip
	TimerSlack time.Duration `yaml:"timer_slack"` // how much later than asked the kernel may wake a thread, so that it wakes the board once for what is due together, 50us to 20ms; default 1ms

	TrustLoopback  *bool   `yaml:"trust_loopback"`  // false = who asks from this machine needs a token like anybody else, as where a proxy runs on it; default true
	FrameAncestors Strings `yaml:"frame_ancestors"` // origins whose pages may show this page in a frame, such as https://grafana.lab; self = its own; default none
}

// TokenConfig is one principal.
type TokenConfig struct {
	Name     string   `yaml:"name"`     // who it is, as it stands in the events; at most 64 characters
	SHA256   string   `yaml:"sha256"`   // of the token, 64 hex digits: printf %s TOKEN | sha256sum
	Rights   []string `yaml:"rights"`   // some of read, ingest, command, admin, halt
	Controls []string `yaml:"controls"` // patterns of <device>.<control> it may command, such as V*.open; none = all
	From     Strings  `yaml:"from"`     // networks it is accepted from, such as 10.0.0.0/24 or one address; none = everywhere
}

// RingConfig is the sizes of the rings, in events and the long one in bytes; 0 = default.
type RingConfig struct {
	Audit    int  `yaml:"audit"`    // events of the audit lane, 10 to 1000000; 0 = 1000
	Readings int  `yaml:"readings"` // readings, 10 to 1000000; 0 = 4096
	Ingest   int  `yaml:"ingest"`   // events posted by others, 10 to 1000000; 0 = 1000
	Long     Size `yaml:"long"`     // memory for older readings, packed, 64KiB to 1GiB: five to six bytes each; 0 = 4MiB, two days of ten gauges
}

// JournalConfig keeps the audit lane on disk; an empty path means none.
type JournalConfig struct {
	Path string `yaml:"path"` // a directory, absolute; "" = nothing is written
	Size int64  `yaml:"size"` // bytes at most, 65536 to 1073741824; default 16 MiB
}

// MQTTConfig is the uplink; an empty broker means none.
type MQTTConfig struct {
	Broker       Brokers   `yaml:"broker"`        // tcp://host:1883 or ssl://host:8883, or a list of these, tried in turn; "" = none
	Prefix       string    `yaml:"prefix"`        // first part of every topic, at most 100 characters; default pychron
	User         string    `yaml:"user"`          // user at the broker; "" = none
	PasswordFile string    `yaml:"password_file"` // file with its password on the first line
	TLS          TLSConfig `yaml:"tls"`           // TLS of an ssl:// broker
	Commands     bool      `yaml:"commands"`      // true = commands are taken from the broker; default false
	Ingest       bool      `yaml:"ingest"`        // true = events of other programs are taken from the broker, as POST /events takes them; default false
}

// TLSConfig is the broker's TLS.
type TLSConfig struct {
	CA         string `yaml:"ca"`          // file with the authorities that sign the broker; "" = the system's
	Cert       string `yaml:"cert"`        // file with the certificate we show; "" = none
	Key        string `yaml:"key"`         // file with its private key
	ServerName string `yaml:"server_name"` // name in the broker's certificate; "" = its host name
}

// DeviceConfig is one instrument.
type DeviceConfig struct {
	Name        string                   `yaml:"name"`         // unique name in events, rules and commands: letters, digits and _, at most 64
	Model       string                   `yaml:"model"`        // which driver: `agent models` lists them
	Description string                   `yaml:"description"`  // what people call it; any text
	Port        string                   `yaml:"port"`         // where it is: serial:///dev/serial/by-id/..., serial://?vid=&pid=&serial=, tcp://host:port, udp://host:port, with ?baud=9600&... behind it
	Pins        map[string]PinConfig     `yaml:"pins"`         // the pins of a device on GPIO, by what they do
	Every       time.Duration            `yaml:"every"`        // time between polls, 10ms to 24h; default 1s. More than 12 devices of one period are polled spread over it, those that a rule or derived channel reads together at once
	Enabled     *bool                    `yaml:"enabled"`      // false = it is left alone; default true
	Family      string                   `yaml:"family"`       // of a generic model: valve, pump, laser or gauge; "" = as the model says
	Options     yaml.Node                `yaml:"options"`      // what the model needs to know: `agent models MODEL` explains them
	Channels    map[string]ChannelConfig `yaml:"channels"`     // what people call each channel
	Alias       Strings                  `yaml:"alias"`        // other names it is known by, as in Pychron: one or a list
	Deadband    *float64                 `yaml:"deadband"`     // how much a reading must move to make an event, 0 or more, as a fraction of a pressure or power and in the unit of all else; "" = the default of its unit
	Heartbeat   time.Duration            `yaml:"heartbeat"`    // longest time without an event of a reading that does not move; default 60s
	StaleAfter  time.Duration            `yaml:"stale_after"`  // age from which a reading is not believed, every or more; default the larger of 3 polls and 5s
	Capture     string                   `yaml:"capture"`      // io = every exchange becomes an event; "" = none
	Control     bool                     `yaml:"control"`      // true = it may be commanded; default false, read-only
	Controls    []string                 `yaml:"controls"`     // hazardous controls that may be commanded too, by name
	Interlock   InterlockConfig          `yaml:"interlock"`    // valves that must be closed or open before this one opens
	Idle        string                   `yaml:"idle"`         // of a valve: "" (closed) or open, for foreline and backing valves
	Unpowered   string                   `yaml:"unpowered"`    // of valves without switches: closed = they close without power, so that one told closed counts as closed for others; "" = it does not
	OnStart     string                   `yaml:"on_start"`     // read (default), idle
	OnExit      string                   `yaml:"on_exit"`      // hold (default), halt; a laser always halts
	OnHalt      string                   `yaml:"on_halt"`      // idle, hold: what HALT does; default idle for lasers, furnaces and heaters, hold for all else; a laser always goes idle
	OnReturn    string                   `yaml:"on_return"`    // leave (default), idle
	RideThrough *time.Duration           `yaml:"ride_through"` // of a laser: a line that was away for so long at most does not end a heating, 0 to 5s; default 5s where the laser can be asked, else 0
	HoldOff     time.Duration            `yaml:"hold_off"`     // dead-man: how long a lease of this device lasts at most, 500ms or more; one that is not renewed halts it; default 1m
	Slew        float64                  `yaml:"slew"`         // of a laser: how fast its power may rise, in its unit per second; 0 = at once
	Serve       ServeConfig              `yaml:"serve"`        // lends its line to a driver of Pychron's, byte for byte; left out = it is not lent

	At Position `yaml:"-"`
}

// ServeConfig lends the line of a device on a TCP port.
type ServeConfig struct {
	Listen   string  `yaml:"listen"`   // host:port such as 127.0.0.1:4001, of its own; "" = the line is not lent
	Networks Strings `yaml:"networks"` // whose clients are served: 10.0.0.0/24 or one address; default those of this machine where listen is a loopback address, else one or more must be given
	Control  bool    `yaml:"control"`  // true = requests that do more than read are let through, past everything that refuses commands; default false
}

// PinConfig is one pin: a name, or {line, active_low, fail}.
type PinConfig struct {
	Line      string `yaml:"line"`       // GPIO17, or <chip label>:<offset> such as pinctrl-bcm2711:17
	ActiveLow bool   `yaml:"active_low"` // true = low is on, as on most relay boards; default false
	Fail      string `yaml:"fail"`       // on, off: the level of a halted output; "" = the present level is requested again
}

// ChannelConfig is what people call a channel.
type ChannelConfig struct {
	Description string   `yaml:"description"` // what people call it; any text
	Alias       Strings  `yaml:"alias"`       // other names it is known by, as in Pychron: one or a list
	Gas         string   `yaml:"gas"`         // what a pressure is calibrated for: N2 (default of all but capacitance heads), Ar, ...
	Gauge       string   `yaml:"gauge"`       // of a pressure whose model does not know it: ion, pirani, convection or capacitance
	Deadband    *float64 `yaml:"deadband"`    // as of the device, for this channel alone, 0 or more

	Interlock InterlockConfig `yaml:"interlock"` // where the channel is one valve of a box
	Idle      string          `yaml:"idle"`      // of that valve: "" (closed) or open
}

// InterlockConfig is a valve's: it may open, or close where it rests open, only while Closed are closed (verified by switches, or told
// so where they have none and unpowered: closed) and Open are open.
type InterlockConfig struct {
	Closed []string `yaml:"closed"` // valves that must be verified closed: V2, or box.V2 for a channel
	Open   []string `yaml:"open"`   // valves that must be verified open
	Vent   bool     `yaml:"vent"`   // true = it lets air or gas in from above a vacuum (vent, backfill): what is only told closed does not count; default false
}

// PipetteConfig is two valves that never open together.
type PipetteConfig struct {
	Name      string  `yaml:"name"`      // any text of one line, at most 64 characters
	Inner     string  `yaml:"inner"`     // the valve towards the tank
	Outer     string  `yaml:"outer"`     // the valve towards the line
	Depletion float64 `yaml:"depletion"` // fraction of the gas that a shot takes, 0 to below 1; default 0
	Shots     uint64  `yaml:"shots"`     // shots taken before the first count, 0 or more

	At Position `yaml:"-"`
}

// RuleConfig is one interlock rule: while When may hold it halts and forbids, and after that until somebody clears it.
type RuleConfig struct {
	Name   string   `yaml:"name"`   // any text of one line, at most 64 characters
	When   string   `yaml:"when"`   // condition under which it trips: ion1.ig > torr(1e-3)
	Halt   []string `yaml:"halt"`   // devices that are halted
	Forbid []string `yaml:"forbid"` // <device>.<control> that may not leave idle

	StaleAfter   time.Duration `yaml:"stale_after"`   // age from which a value is none, at most 60s or the devices' own; default: the devices' own
	MissingAfter time.Duration `yaml:"missing_after"` // how long a channel may be without a value before the rule trips, 0s to 60s; default stale_after
	For          time.Duration `yaml:"for"`           // how long the condition must hold before it trips, a missing value counting as holding, 0s to 60s, 5s where a laser hangs on it; default 0s
	Samples      int           `yaml:"samples"`       // how many readings of each channel in a row must be bad before it trips, 2 to 100 within 60s, 5s where a laser hangs on it; not beside for; default 0, the first
	Latch        *bool         `yaml:"latch"`         // false = it clears itself after 60s of good, for a rule that only forbids; default true

	At Position `yaml:"-"`
}

// DerivedConfig is a channel computed from others.
type DerivedConfig struct {
	Name        string   `yaml:"name"`        // the device name it appears under
	Channel     string   `yaml:"channel"`     // its channel; "" = none
	Reading     string   `yaml:"reading"`     // what it is: pressure, temperature, power, ...; such a name goes with its own units alone
	Unit        string   `yaml:"unit"`        // unit of the value: pascals, celsius, percent, ...
	Value       string   `yaml:"value"`       // an expression of points: ion1.ig * 1.4
	Description string   `yaml:"description"` // what people call it; any text
	Gas         string   `yaml:"gas"`         // as of a channel
	Deadband    *float64 `yaml:"deadband"`    // as of a device, 0 or more

	At Position `yaml:"-"`
}

// Strings is one string or a list of them.
type Strings []string
