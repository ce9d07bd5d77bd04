package config

import "time"

// PychronConfig serves Pychron's remote-hardware protocol by TCP and UDP; an empty listen means that it is not served. A valve is
// known there by its first alias, else by its name; its other aliases are the addresses it may be asked for by.
type PychronConfig struct {
	Listen          string             `yaml:"listen"`            // host:port of TCP and UDP; Pychron's own port for a line is 1061; "" = nowhere
	Networks        Strings            `yaml:"networks"`          // whose clients are served, 1 or more: 10.0.0.0/24 or one address; everybody else gets no byte
	UDPCommands     bool               `yaml:"udp_commands"`      // true = valves are moved for clients by UDP, too, whose address proves nothing; default false, only queries are answered
	Owner           string             `yaml:"owner"`             // word for an owner of a valve who is no client of Pychron's protocol: letters, digits and _; default edge
	CloseAfterReply bool               `yaml:"close_after_reply"` // true = as Pychron's own server: a reply has no end and the connection is closed behind it; default false
	Frame           bool               `yaml:"frame"`             // true = replies in the frame L4,-,C4, for clients that have message_frame; default false
	Switches        Strings            `yaml:"switches"`          // valves that stand as switch in Pychron's valve file: V1, or box.V2 for a channel
	Flags           Strings            `yaml:"flags"`             // names by which clients share the line; one that is not pinged for 60s clears itself
	TimedFlags      Strings            `yaml:"timed_flags"`       // names of flags that are set for a number of seconds
	ValveFlags      map[string]Strings `yaml:"valve_flags"`       // names of flags, each with the valves that belong to whoever holds it
	Coolant         string             `yaml:"coolant"`           // device whose temperature and faults are the coolant's; "" = none

	Lasers  []PychronLaserConfig `yaml:"lasers"`  // lasers that are served, each on a port of its own
	Furnace PychronFurnaceConfig `yaml:"furnace"` // a furnace that is served by the dialect of Pychron's furnace firmware
	Metrics PychronMetricsConfig `yaml:"metrics"` // the metrics page of Pychron, which says what its queues and runs do
}

// PychronFurnaceConfig is the port of a furnace; an empty device means that none is served. Its valves are asked for by their addresses.
type PychronFurnaceConfig struct {
	Device   string `yaml:"device"`   // the temperature controller: its first temperature, setpoint and output are the furnace's
	Listen   string `yaml:"listen"`   // host:port of TCP and UDP, of its own; Pychron's firmware has 8000
	Commands bool   `yaml:"commands"` // true = Pychron's clients may move its valves and set its temperature; default false, only queries are answered
}

// PychronMetricsConfig is where Pychron's plugin "Prometheus Observability" shows its metrics; an empty url means that it is not asked.
type PychronMetricsConfig struct {
	URL       string        `yaml:"url"`       // http://host:9109/metrics; Pychron's own host must be 0.0.0.0 unless it is this machine; "" = none
	Namespace string        `yaml:"namespace"` // first word of its metrics, as in Pychron's preferences; default pychron
	Every     time.Duration `yaml:"every"`     // time between two looks, 1s to 10m; default 5s; a page that takes long is asked for more seldom
}

// PychronLaserConfig is the port of one laser.
type PychronLaserConfig struct {
	Device    string `yaml:"device"`    // the laser
	Listen    string `yaml:"listen"`    // host:port of TCP and UDP, of its own; labs use 1063, 1067 and 1068
	Commands  bool   `yaml:"commands"`  // true = Pychron's clients may enable it and set its power; default false, only queries are answered
	Pyrometer string `yaml:"pyrometer"` // device whose first temperature is that of the grain; "" = none

	Stage PychronStageConfig `yaml:"stage"` // the axes that move the sample under it; none = it has no stage
}

// PychronStageConfig are the axes of a laser's stage, each a control in meters of a device that reads whether it moves.
type PychronStageConfig struct {
	X string `yaml:"x"` // device.control, such as stage.x; a device of one control is named without it; "" = none
	Y string `yaml:"y"` // as x
	Z string `yaml:"z"` // as x: the focus
}
