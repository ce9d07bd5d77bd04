package main

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCommandsOfTheViewer(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	if err := os.WriteFile(bad, []byte("units: psi\nretain: {size: 5}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args      []string
		out, fail string // what is printed, what the error says
	}{
		{[]string{"help"}, "usage: viewer", ""},
		{[]string{"--help"}, "usage: viewer", ""},
		{[]string{"help", "export"}, "-format string", ""},
		{[]string{"check", "--help"}, "usage: viewer check", ""},
		{[]string{"run", "-h"}, "-broker-listen", ""},
		{[]string{"run", "-brokr", "x"}, "", "not defined: -brokr"},
		{[]string{"--version"}, "unknown", ""},
		{[]string{"check", "../../firmware-cfg/viewer.yaml"}, "no mistakes; page on", ""},
		{[]string{"check", bad}, "", `units "psi"; it must be one of torr, mbar, pa`},
		{[]string{"check", bad}, "", "retain.size 5 bytes"},
		{[]string{"check", "a", "b"}, "", errUsage.Error()},
		{[]string{"fly"}, "", errUsage.Error()},
		{nil, "", errUsage.Error()},
	} {
		var out bytes.Buffer
		err := command(t.Context(), c.args, &out, slog.New(slog.DiscardHandler))
		if c.fail == "" && err != nil || c.fail != "" && (err == nil || !strings.Contains(err.Error(), c.fail)) || !strings.Contains(out.String(), c.out) {
			t.Errorf("viewer %q printed %q, %v; want %q, %q", c.args, out.String(), err, c.out, c.fail)
		}
		if c.fail == errUsage.Error() && !errors.Is(err, errUsage) {
			t.Errorf("viewer %q = %v, want the usage", c.args, err)
		}
	}
}

// Whatever of a secret stands in the wrong place is in no message.
func TestMistakesOfTheViewerHaveNoSecret(t *testing.T) {
	for _, text := range []string{
		`mqtt: {broker: "tcp://me:hunter2@b:1883"}`, `mqtt: {broker: "tcp://me:hunter2%zz@b:1883"}`, `mqtt: {broker: "me:hunter2@b:1883"}`,
		`mqtt: {broker: "tcp://b:1883", password: hunter2}`, `tokens: [hunter2]`, `tokens: [{name: a, sha256: hunter2}]`, `tokens: hunter2`,
		`{mqtt: {broker: embedded}, hub: {url: "nats-leaf://me:hunter2@h", user: a, password_file: f}}`, `mqtt: {broker: "nats://me:hunter2@h"}`,
		`{mqtt: {broker: embedded}, hub: {url: "nats-leaf://h", user: a, password: hunter2}}`,
		`{mqtt: {broker: embedded}, hub: {url: "nats-leaf://h", user: a, password_file: hunter2}}`,
		`hub_node: {name: a, leaves: "127.0.0.1:1", cluster: {listen: "127.0.0.1:2", peers: ["me:hunter2@h:1", "b:2"]}}`,
	} {
		file := filepath.Join(t.TempDir(), "v.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		err := command(t.Context(), []string{"check", file}, &out, slog.New(slog.DiscardHandler))
		if err == nil || strings.Contains(err.Error()+out.String(), "hunter2") {
			t.Errorf("%s: %v, %s; want a mistake without the secret", text, err, out.String())
		}
	}
}
