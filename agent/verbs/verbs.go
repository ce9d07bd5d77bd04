// Package verbs is the command line of the agent as one table.
//
// It runs nothing: what a verb does stands in package main.
package verbs

import "pychron-edge/commandline"

// Program is the name the program is installed under.
const Program = "pychron-edge-agent"

// DefaultConfig is where the configuration is looked for.
const DefaultConfig = "/etc/pychron-edge/agent.yaml"

var (
	configFlag  = commandline.Flag{Name: "config", Arg: "FILE", Def: DefaultConfig, Line: "the configuration"}
	runtimeFlag = commandline.Flag{Name: "runtime", Arg: "DIRECTORY", Line: "the directory for socket, latch and running configuration; default /run/pychron-edge for the service"}
	simFlag     = commandline.Flag{Name: "sim", Line: "talk to simulated instruments instead of real ones"}
)

// Agent is the agent's command line.
var Agent = commandline.Program{
	Name: Program, Word: "agent", Line: "reads and moves the instruments of an extraction line",
	About: "The program beside an extraction line: it reads the instruments, and moves what it is told to.\nIt is not a safety system.",
	Where: "A configuration is looked for in " + DefaultConfig + ".",
	Description: "A program for the board beside an extraction line. It reads gauges, valves, pumps, lasers and spectrometers, shows\n" +
		"what they say, and moves what it is told to.\n.PP\n.B It is not a safety system:\nthe wiring must hold the safe level.",
	Files: []commandline.File{
		{Path: DefaultConfig, Text: "The configuration. See\n.BR pychron\\-edge\\-agent.yaml (5)."},
		{Path: "/run/pychron-edge", Text: "Socket, latch and the configuration that is running."},
		{Path: "/var/lib/pychron-edge", Text: "What survives a restart, and the journal."},
	},
	Verbs: all,
}

// all is every verb, in the order of the help.
var all = []commandline.Verb{
	{
		Name: "run", Line: "run until told to stop",
		Text: "A restart, a reload (SIGHUP) and a port that returns move nothing that was not told to move. SIGTERM halts every\n" +
			"laser, and what says on_exit: halt, before the program ends. A terminal that is closed and a log that nobody reads end\n" +
			"nothing.",
		Flags: []commandline.Flag{configFlag, simFlag, {Name: "script", Line: "with -sim: every minute open and close V1 and silence a gauge for 10 s"}, runtimeFlag,
			{Name: "state", Arg: "DIRECTORY", Line: "the directory for what survives a restart: locks, latches, counts; default /var/lib/pychron-edge for the service"},
			{Name: "strict", Line: "end where the configuration is refused, instead of running the last one that was in force"}},
		Exits: "1 a mistake in the configuration; 3 something could not be halted; 4 a defect of the program",
	},
	{
		Name: "check", Args: "[FILE]", Max: 1, Line: "name every mistake in a configuration",
		Text: "Each mistake stands on a line of its own: FILE:LINE:COLUMN: what is wrong; what it must be. Warnings alone are\n" +
			"fine. No instrument, port or pin is opened.",
		Flags: []commandline.Flag{configFlag, {Name: "any-device", Line: "print nothing; exit with 1 only where the file is good and no device in it is on (for ExecCondition=)"}},
		Exits: "1 there is a mistake",
	},
	{
		Name: "once", Args: "[FILE]", Max: 1, Line: "read every device once and print a table",
		Text: "The multimeter of the line: every channel with its unit, bound, age and, where there is no value, the reason.\n" +
			"Nothing is moved.",
		Flags: []commandline.Flag{configFlag, simFlag},
		Exits: "1 a mistake in the configuration, or a device gave nothing",
	},
	{
		Name: "ports", Line: "list serial ports without opening one",
		Text:  "Shows what each adapter calls itself and which configured devices use it. It works without a configuration.",
		Flags: []commandline.Flag{configFlag},
	},
	{
		Name: "probe", Args: "PORT", Max: 1, Line: "ask on one port which instrument hangs there",
		Text: "PORT is a path (/dev/ttyUSB0) or a URL. It says beforehand what it will send: what identifies the models whose settings\n" +
			"fit, and nothing that sets or moves. It opens no port that somebody holds, or on which a valve, a laser or a motor is\n" +
			"configured. It prints the block of the configuration for what answered; which instrument it is, people decide.",
		Flags: []commandline.Flag{{Name: "models", Arg: "MODEL,...", Line: "try these models alone; one that does not say what it is, is read"}, configFlag,
			{Name: "may-reset", Line: "open it although the adapter may reset its board"}, {Name: "dry", Line: "say what would be sent, and send nothing"}},
		Exits: "1 nothing answered, or the port was refused",
	},
	{
		Name: "halt", Line: "make every laser, furnace and heater idle, whatever it takes",
		Text: "It asks the running agent; if that does not answer within a second it is killed, and the lines are halted from\n" +
			"here by the configuration that was running. A latch stays: a restarted agent keeps everything at idle until\n" +
			"somebody clears it.",
		Flags: []commandline.Flag{{Name: "on-exit", Line: "after a stop: only lasers and what says on_exit: halt, and without a latch"}, runtimeFlag},
		Exits: "1 something could not be halted; 3 the lines cannot be had",
	},
	{
		Name: "notify-test", Args: "[NAME]", Max: 1, Line: "send a test message to every receiver of alarms, or to one",
		Flags: []commandline.Flag{configFlag},
		Exits: "1 a receiver did not take it",
	},
	{
		Name: "doctor", Args: "[FILE]", Max: 1, Line: "look at the board, and say what is wrong with it and what to do",
		Text: "Configuration, board, power, memory, clock, disk and how much is written to it, groups, ports, pins, who can reach the page and by\n" +
			"which names, certificates. GET /doctor says the same of a running agent.\n" +
			"It opens no port and changes nothing. As root it also sees which program holds a port.",
		Flags: []commandline.Flag{configFlag, {Name: "bundle", Arg: "FILE", Line: "also write a .tar.gz to send to somebody: findings, ports, modules, and the configuration without secrets"}},
		Exits: "0 all is well; 1 something is to be looked at; 2 something is bad, or the command line is wrong",
	},
	{
		Name: "init", Args: "[NAME=MODEL@PLACE ...]", Max: 100, Line: "write a first configuration that passes check",
		Text: "Without devices it asks for them, if there is somebody to ask. PLACE is a port (/dev/serial/by-id/..., tcp://host:port)\n" +
			"or, for a valve, its pin (GPIO5). A model may be written as its maker calls it. Every device is read-only at first.\n" +
			"  " + Program + " init ion1=tpg366@/dev/serial/by-id/usb-FTDI_GAUGE1-if00-port0 V1=valve@GPIO5",
		Flags: []commandline.Flag{
			{Name: "out", Arg: "FILE", Def: DefaultConfig, Line: "where to write; - prints it. A file with a device that is on is never replaced"},
			{Name: "name", Arg: "NAME", Def: "line1", Line: "name of the line"}, {Name: "units", Arg: "UNIT", Def: "torr", Line: "what people read pressures in: torr, mbar or pa"},
			{Name: "board", Arg: "BOARD", Line: "zero, zero2, pi2, pi3, pi4, pi5 or none; default: what the device tree says"},
		},
		Exits: "1 the file would not pass check, or is there already",
	},
	{
		Name: "import", Args: "DIR", Max: 1, Line: "make a configuration from Pychron's setupfiles",
		Text: "DIR is a setupfiles folder, or holds one. Nothing in it is run. The configuration has a comment where something was\n" +
			"not carried over; the report, one line for each thing the files say, goes to stderr. No file says which pin drives a\n" +
			"valve: such a valve stays off until -pins names its pins.",
		Flags: []commandline.Flag{
			{Name: "init", Arg: "FILE", Line: "read FILE of the folder in place of initialization.xml"},
			{Name: "valves", Arg: "FILE", Line: "add the valves of FILE of the folder"},
			{Name: "pins", Arg: "FILE", Line: "the pins of the valves, one a line: NAME: {solenoid: GPIO17, opened: GPIO27}"},
			{Name: "assume-pins", Line: "switch on valves whose pins are a guess; run takes such a file with -sim alone"},
			{Name: "o", Arg: "FILE", Line: "where to write the configuration; default: print it"},
		},
		Exits: "1 a file could not be read; 2 the configuration does not pass check",
	},
	{
		Name: "models", Args: "[MODEL]", Choices: []string{"$(" + Program + " models -names 2>/dev/null)"}, Max: 1, Line: "list the instruments, or explain one with its options and an example",
		Text:  "A model may be written as its maker calls it: tpg366 is pfeiffer-tpg.",
		Flags: []commandline.Flag{{Name: "names", Line: "print the names alone, one a line"}}, Exits: "1 there is no such model",
	},
	{
		Name: "schema", Line: "print the JSON schema of a configuration, for editors",
		Text: "In VS Code with the YAML extension: " + Program + " schema > agent.schema.json, and as the first line of the\n" +
			"configuration: # yaml-language-server: $schema=agent.schema.json",
	},
	{
		Name: "version", Line: "say which program this is",
		Text:  "Version, commit and its date, Go, system and processor.",
		Flags: []commandline.Flag{{Name: "v", Line: "name the modules in the program as well"}},
	},
	{Name: "help", Args: "[VERB]", Max: 1, Line: "explain the program or one verb", Exits: "2 there is no such verb"},
	{
		Name: "completion", Args: "bash|zsh", Choices: []string{"bash", "zsh"}, Max: 1, Line: "print what a shell needs to complete this command line",
		Text: "bash: " + Program + " completion bash > /etc/bash_completion.d/" + Program,
	},
	{Name: "man", Args: "[5|8]", Max: 1, Line: "print the manual page of the program (8) or of its configuration (5)", Text: Program + " man | man -l -"},
}
