package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"pychron-edge/agent/config"
	"pychron-edge/agent/doctor"
	"pychron-edge/agent/portlist"
	"pychron-edge/drivers/line"
)

// serviceUser is the user of the unit.
const serviceUser = "pychron-edge"

// doctorVerb looks at the board. It exits with 0 if all is well, 1 if something is to be looked at, 2 if something is bad.
func doctorVerb(_ context.Context, args []string, out, problems io.Writer) int {
	given, code := parsed("doctor", args, out, problems)
	if given == nil {
		return code
	}
	path := given.Config()
	plan, configuration, _, err := config.ReadPlan(path)
	if configuration == nil && err != nil {
		configuration = []byte(err.Error() + "\n")
	}
	all := doctor.Examine(doctor.Patient{Root: "/", User: serviceUser, File: path, Plan: plan, Err: err, Now: time.Now(), AskBroker: doctor.AskBroker})
	if err := doctor.Write(out, all); err != nil {
		return exitMistake
	}
	if file := given.Text("bundle"); file != "" {
		if err := writeBundle(file, configuration, all); err != nil {
			fmt.Fprintf(problems, "agent doctor: bundle: %v\n", err)
			return exitMistake
		}
	}
	return int(doctor.Worst(all))
}

// writeBundle packs what somebody elsewhere needs to help.
func writeBundle(file string, configuration []byte, all []doctor.Finding) error {
	var ports, about bytes.Buffer
	if list, err := line.ListPorts("", ""); err != nil {
		fmt.Fprintln(&ports, err)
	} else if err := portlist.Write(&ports, list, nil); err != nil {
		return err
	}
	versionVerb(context.Background(), []string{"-v"}, &about, &about)
	packed, err := doctor.Bundle(all, ports.Bytes(), about.Bytes(), configuration, time.Now())
	if err != nil {
		return err
	}
	return os.WriteFile(file, packed, 0o600)
}
