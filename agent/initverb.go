package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"

	"pychron-edge/agent/config"
	"pychron-edge/agent/initial"
	"pychron-edge/agent/verbs"
)

// initVerb writes a first configuration from its arguments, or from answers where there is somebody to ask.
func initVerb(_ context.Context, args []string, out, problems io.Writer) int {
	given, code := parsed("init", args, out, problems)
	if given == nil {
		return code
	}
	first := initial.File{Name: given.Text("name"), Units: given.Text("units"), Board: cmp.Or(given.Text("board"), config.ReadMachine("/").Board)}
	err := first.Take(given.Words)
	if err == nil && len(first.Devices) == 0 {
		if !interactive() {
			fmt.Fprintf(problems, "agent init: no devices, and nobody to ask; must be NAME=MODEL@PLACE ...\nusage: %s\n", verbs.Agent.Find("init").Synopsis())
			return exitUsage
		}
		first.Ask(bufio.NewScanner(os.Stdin), out, initial.USBPlaces())
	}
	if err == nil {
		err = first.Write(given.Text("out"), out)
	}
	if err != nil {
		fmt.Fprintln(problems, "agent init:", err)
		return exitMistake
	}
	return exitFine
}

// interactive says whether somebody sits at the other end of the input.
func interactive() bool {
	info, err := os.Stdin.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
