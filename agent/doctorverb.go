package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"time"

	"pychron-edge/agent/config"
	"pychron-edge/agent/doctor"
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
	plan, _, _, err := config.ReadPlan(path)
	all := doctor.Examine(doctor.Patient{Root: "/", User: serviceUser, File: path, Plan: plan, Err: err, Now: time.Now()})
	if err := doctor.Write(out, all); err != nil {
		return exitMistake
	}
	if file := given.Text("bundle"); file != "" {
		if err := writeBundle(file, path, all); err != nil {
			fmt.Fprintf(problems, "agent doctor: bundle: %v\n", err)
			return exitMistake
		}
	}
	return int(doctor.Worst(all))
}

// writeBundle packs what somebody elsewhere needs to help, without secrets.
func writeBundle(file, path string, all []doctor.Finding) error {
	var findings, ports, about, packed bytes.Buffer
	if err := doctor.Write(&findings, all); err != nil {
		return err
	}
	if list, err := line.ListPorts("", ""); err != nil {
		fmt.Fprintln(&ports, err)
	} else if err := printPorts(&ports, list, nil); err != nil {
		return err
	}
	versionVerb(context.Background(), []string{"-v"}, &about, &about)
	configuration, err := os.ReadFile(path)
	if err != nil {
		configuration = []byte(err.Error() + "\n")
	}
	z := gzip.NewWriter(&packed)
	t := tar.NewWriter(z)
	for _, f := range []struct {
		name string
		data []byte
	}{{"doctor.txt", findings.Bytes()}, {"ports.txt", ports.Bytes()}, {"version.txt", about.Bytes()}, {"agent.yaml", withoutSecrets(configuration)}} {
		if err := t.WriteHeader(&tar.Header{Name: "pychron-edge/" + f.name, Mode: 0o644, Size: int64(len(f.data)), ModTime: time.Now()}); err != nil {
			return err
		}
		if _, err := t.Write(f.data); err != nil {
			return err
		}
	}
	if err := t.Close(); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(file, packed.Bytes(), 0o600)
}

var (
	secretKeys = regexp.MustCompile(`(?im)(["']?\b(?:sha256|password|secret|token|user|webhook|ntfy|smtp)["']?\s*:\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,}\]#][^,}\]\n]*)`)
	inURL      = regexp.MustCompile(`(://)[^/@\s"']+@`)
)

// withoutSecrets is a configuration with the values of what may be secret taken out: hashes of tokens, passwords, users, and addresses
// that are secret themselves (webhooks, topics).
func withoutSecrets(text []byte) []byte {
	return inURL.ReplaceAll(secretKeys.ReplaceAll(text, []byte(`${1}"REMOVED"`)), []byte(`${1}REMOVED@`))
}
