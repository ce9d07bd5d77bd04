package main

import "pychron-edge/commandline"

// defaultConfig is where check looks for the configuration.
const defaultConfig = "/etc/pychron-edge/viewer.yaml"

var (
	configFlag = commandline.Flag{Name: "config", Arg: "FILE", Line: "the configuration; default: what its keys are without one"}
	storeFlag  = commandline.Flag{Name: "store", Arg: "FILE|URL", Line: "SQLite file or postgres:// URL; default: that of the configuration"}
)

// program is the command line.
var program = commandline.Program{
	Name: "pychron-edge-viewer", Word: "viewer", Line: "shows every extraction line in one place, with history",
	About: "The central viewer: it subscribes to every agent at an MQTT broker, stores each event once, and serves the same page with history.\nIt moves nothing.",
	Where: "The service's configuration is " + defaultConfig + ".",
	Description: "Subscribes to every agent at an MQTT broker, or has the broker inside, stores each event once in SQLite or PostgreSQL, asks for what\n" +
		"is missing, and serves the agents' page with a choice of the line, history and export. It sends no commands.",
	Files: []commandline.File{
		{Path: defaultConfig, Text: "The configuration. Every key has a default."},
		{Path: "/var/lib/pychron-edge-viewer", Text: "The store of SQLite, and the messages of the broker inside."},
	},
	Verbs: []commandline.Verb{
		{
			Name: "run", Line: "subscribe, store and serve the page until told to stop",
			Flags: []commandline.Flag{configFlag,
				{Name: "broker", Arg: "URL", Line: "the broker; embedded is one in this program, by the configuration's mqtt.embedded"},
				{Name: "broker-listen", Arg: "HOST:PORT", Line: "where the broker inside listens; default 127.0.0.1:1883, off loopback with users only"},
				storeFlag, {Name: "listen", Arg: "HOST:PORT", Line: "where the page is; default 127.0.0.1:9120"}},
			Exits: "1 a mistake in the configuration, or a part of the program cannot start",
		},
		{
			Name: "hub", Line: "be a node of an institute's hub, by the configuration's hub_node, and nothing else",
			Flags: []commandline.Flag{{Name: "config", Arg: "FILE", Def: defaultConfig, Line: "the configuration"}},
			Exits: "1 a mistake in the configuration, or the node cannot start",
		},
		{
			Name: "check", Args: "[FILE]", Max: 1, Line: "name every mistake in a configuration",
			Text: "Each mistake stands on a line of its own: FILE:LINE:COLUMN: what is wrong; what it must be. Warnings alone are\n" +
				"fine. No broker and no store is opened; files that the configuration names are looked at.",
			Flags: []commandline.Flag{{Name: "config", Arg: "FILE", Def: defaultConfig, Line: "the configuration"}},
			Exits: "1 there is a mistake",
		},
		{
			Name: "export", Line: "write what is stored to standard output, without a server",
			Text: "A viewer may use the store meanwhile. TIME is RFC 3339 (2026-11-22T18:19:00Z) or seconds since 1970.",
			Flags: []commandline.Flag{configFlag, storeFlag,
				{Name: "from", Arg: "TIME", Line: "from then on; default: the first event"}, {Name: "to", Arg: "TIME", Line: "up to then, not included; default: the last event"},
				{Name: "format", Arg: "csv|ndjson|blocks", Def: "csv", Line: "the form"}},
			Exits: "1 the store cannot be read",
		},
		{Name: "version", Line: "say which program this is"},
		{Name: "help", Args: "[VERB]", Max: 1, Line: "explain the program or one verb", Exits: "2 there is no such verb"},
		{
			Name: "completion", Args: "bash|zsh", Choices: []string{"bash", "zsh"}, Max: 1, Line: "print what a shell needs to complete this command line",
			Text: "bash: pychron-edge-viewer completion bash > /etc/bash_completion.d/pychron-edge-viewer",
		},
		{
			Name: "schema", Line: "print the JSON schema of a configuration, for editors",
			Text: "In VS Code with the YAML extension: pychron-edge-viewer schema > viewer.schema.json, and as the first line of the\n" +
				"configuration: # yaml-language-server: $schema=viewer.schema.json",
		},
		{Name: "man", Args: "[5|8]", Max: 1, Line: "print the manual page of the program (8) or of its configuration (5)", Text: "pychron-edge-viewer man | man -l -"},
	},
}
