// Package verbs is the command line of the agent as one table: from it come parsing, help, completions and man pages.
//
// It runs nothing: what a verb does stands in package main.
package verbs

import "slices"

// Program is the name the program is installed under.
const Program = "pychron-edge-agent"

// Verb is one thing the program can be told.
type Verb struct {
	Name  string
	Args  string // what follows the flags: "[FILE]"; "" = nothing may
	Max   int    // how many words of it may be given
	Line  string // what it does, in a line
	Text  string // what else there is to know, in whole lines
	Flags []Flag
	Exits string // exit codes beyond 0 and 2, in a line
}

// Flag is one flag of a verb.
type Flag struct {
	Name string
	Arg  string // FILE, DIRECTORY, TEXT; "" = a switch
	Def  string // its value where it is not given
	Line string
}

// DefaultConfig is where the configuration is looked for.
const DefaultConfig = "/etc/pychron-edge/agent.yaml"

var (
	configFlag  = Flag{"config", "FILE", DefaultConfig, "the configuration"}
	runtimeFlag = Flag{"runtime", "DIRECTORY", "", "the directory for socket, latch and running configuration; default /run/pychron-edge for the service"}
	simFlag     = Flag{"sim", "", "", "talk to simulated instruments instead of real ones"}
)

// All is every verb, in the order of the help.
var All = []Verb{
	{
		Name: "run", Line: "run until told to stop",
		Text: "A restart, a reload (SIGHUP) and a port that returns move nothing that was not told to move. SIGTERM halts every\n" +
			"laser, and what says on_exit: halt, before the program ends.",
		Flags: []Flag{configFlag, simFlag, {"script", "", "", "with -sim: every minute open and close V1 and silence a gauge for 10 s"}, runtimeFlag,
			{"state", "DIRECTORY", "", "the directory for what survives a restart: locks, latches, counts; default /var/lib/pychron-edge for the service"},
			{"strict", "", "", "end where the configuration is refused, instead of running the last one that was in force"}},
		Exits: "1 a mistake in the configuration; 3 something could not be halted; 4 a defect of the program",
	},
	{
		Name: "check", Args: "[FILE]", Max: 1, Line: "name every mistake in a configuration",
		Text: "Each mistake stands on a line of its own: FILE:LINE:COLUMN: what is wrong; what it must be. Warnings alone are\n" +
			"fine. No instrument, port or pin is opened.",
		Flags: []Flag{configFlag, {"any-device", "", "", "print nothing; exit with 1 only where the file is good and no device in it is on (for ExecCondition=)"}},
		Exits: "1 there is a mistake",
	},
	{
		Name: "once", Args: "[FILE]", Max: 1, Line: "read every device once and print a table",
		Text: "The multimeter of the line: every channel with its unit, bound, age and, where there is no value, the reason.\n" +
			"Nothing is moved.",
		Flags: []Flag{configFlag, simFlag},
		Exits: "1 a mistake in the configuration, or a device gave nothing",
	},
	{
		Name: "ports", Line: "list serial ports without opening one",
		Text:  "Shows what each adapter calls itself and which configured devices use it. It works without a configuration.",
		Flags: []Flag{configFlag},
	},
	{
		Name: "probe", Args: "PORT", Max: 1, Line: "ask on one port which instrument hangs there",
		Text: "PORT is a path (/dev/ttyUSB0) or a URL. It says beforehand what it will send: what identifies the models whose settings\n" +
			"fit, and nothing that sets or moves. It opens no port that somebody holds, or on which a valve, a laser or a motor is\n" +
			"configured. It prints the block of the configuration for what answered; which instrument it is, people decide.",
		Flags: []Flag{{"models", "MODEL,...", "", "try these models alone; one that does not say what it is, is read"}, configFlag,
			{"may-reset", "", "", "open it although the adapter may reset its board"}, {"dry", "", "", "say what would be sent, and send nothing"}},
		Exits: "1 nothing answered, or the port was refused",
	},
	{
		Name: "halt", Line: "make every laser, furnace and heater idle, whatever it takes",
		Text: "It asks the running agent; if that does not answer within a second it is killed, and the lines are halted from\n" +
			"here by the configuration that was running. A latch stays: a restarted agent keeps everything at idle until\n" +
			"somebody clears it.",
		Flags: []Flag{{"on-exit", "", "", "after a stop: only lasers and what says on_exit: halt, and without a latch"}, runtimeFlag},
		Exits: "1 something could not be halted; 3 the lines cannot be had",
	},
	{
		Name: "notify-test", Args: "[NAME]", Max: 1, Line: "send a test message to every receiver of alarms, or to one",
		Flags: []Flag{configFlag},
		Exits: "1 a receiver did not take it",
	},
	{
		Name: "doctor", Args: "[FILE]", Max: 1, Line: "look at the board, and say what is wrong with it and what to do",
		Text: "Configuration, board, power, memory, clock, disk and how much is written to it, groups, ports, pins, who can reach the page and by\n" +
			"which names, certificates. GET /doctor says the same of a running agent.\n" +
			"It opens no port and changes nothing. As root it also sees which program holds a port.",
		Flags: []Flag{configFlag, {"bundle", "FILE", "", "also write a .tar.gz to send to somebody: findings, ports, modules, and the configuration without secrets"}},
		Exits: "0 all is well; 1 something is to be looked at; 2 something is bad, or the command line is wrong",
	},
	{
		Name: "init", Args: "[NAME=MODEL@PLACE ...]", Max: 100, Line: "write a first configuration that passes check",
		Text: "Without devices it asks for them, if there is somebody to ask. PLACE is a port (/dev/serial/by-id/..., tcp://host:port)\n" +
			"or, for a valve, its pin (GPIO5). A model may be written as its maker calls it. Every device is read-only at first.\n" +
			"  " + Program + " init ion1=tpg366@/dev/serial/by-id/usb-FTDI_GAUGE1-if00-port0 V1=valve@GPIO5",
		Flags: []Flag{
			{"out", "FILE", DefaultConfig, "where to write; - prints it. A file with a device that is on is never replaced"},
			{"name", "NAME", "line1", "name of the line"}, {"units", "UNIT", "torr", "what people read pressures in: torr, mbar or pa"},
			{"board", "BOARD", "", "zero, zero2, pi2, pi3, pi4, pi5 or none; default: what the device tree says"},
		},
		Exits: "1 the file would not pass check, or is there already",
	},
	{
		Name: "import", Args: "DIR", Max: 1, Line: "make a configuration from Pychron's setupfiles",
		Text: "DIR is a setupfiles folder, or holds one. Nothing in it is run. The configuration has a comment where something was\n" +
			"not carried over; the report, one line for each thing the files say, goes to stderr. No file says which pin drives a\n" +
			"valve: such a valve stays off until -pins names its pins.",
		Flags: []Flag{
			{"init", "FILE", "", "read FILE of the folder in place of initialization.xml"},
			{"valves", "FILE", "", "add the valves of FILE of the folder"},
			{"pins", "FILE", "", "the pins of the valves, one a line: NAME: {solenoid: GPIO17, opened: GPIO27}"},
			{"assume-pins", "", "", "switch on valves whose pins are a guess; run takes such a file with -sim alone"},
			{"o", "FILE", "", "where to write the configuration; default: print it"},
		},
		Exits: "1 a file could not be read; 2 the configuration does not pass check",
	},
	{
		Name: "models", Args: "[MODEL]", Max: 1, Line: "list the instruments, or explain one with its options and an example",
		Text:  "A model may be written as its maker calls it: tpg366 is pfeiffer-tpg.",
		Flags: []Flag{{"names", "", "", "print the names alone, one a line"}}, Exits: "1 there is no such model",
	},
	{
		Name: "schema", Line: "print the JSON schema of a configuration, for editors",
		Text: "In VS Code with the YAML extension: " + Program + " schema > agent.schema.json, and as the first line of the\n" +
			"configuration: # yaml-language-server: $schema=agent.schema.json",
	},
	{
		Name: "version", Line: "say which program this is",
		Text:  "Version, commit and its date, Go, system and processor.",
		Flags: []Flag{{"v", "", "", "name the modules in the program as well"}},
	},
	{Name: "help", Args: "[VERB]", Max: 1, Line: "explain the program or one verb", Exits: "2 there is no such verb"},
	{
		Name: "completion", Args: "bash|zsh", Max: 1, Line: "print what a shell needs to complete this command line",
		Text: "bash: " + Program + " completion bash > /etc/bash_completion.d/" + Program,
	},
	{Name: "man", Args: "[5|8]", Max: 1, Line: "print the manual page of the program (8) or of its configuration (5)", Text: Program + " man | man -l -"},
}

// Find is the verb called name, nil if there is none.
func Find(name string) *Verb {
	i := slices.IndexFunc(All, func(v Verb) bool { return v.Name == name })
	if i < 0 {
		return nil
	}
	return &All[i]
}

// Names are all verbs.
func Names() []string {
	var names []string
	for _, v := range All {
		names = append(names, v.Name)
	}
	return names
}
