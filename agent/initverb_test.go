package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pychron-edge/agent/config"
	"pychron-edge/drivers"
)

func TestInitWritesAFileThatPassesCheck(t *testing.T) {
	path := filepath.Join(t.TempDir(), "agent.yaml")
	t.Setenv("STATE_DIRECTORY", t.TempDir())
	code, out, problems := ran(t, "init", "-out", path, "-board", "pi4", "-units", "mbar", "ion1=tpg366@/dev/serial/by-id/usb-A-if00", "V1=valve@GPIO5", "V2=valve@GPIO22")
	if code != exitFine || !strings.Contains(out, "wrote") {
		t.Fatalf("init = %d, %s, %s; want a file", code, out, problems)
	}
	if code, out, problems := ran(t, "check", path); code != exitFine || problems != "" {
		t.Errorf("check = %d, %s, %s; want no problems, no output on at reset among them", code, out, problems)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	plan, _, err := config.PlanOf(path, data)
	if err != nil {
		t.Fatal(err)
	}
	if d := plan.Devices[0]; d.Port != "serial:///dev/serial/by-id/usb-A-if00?baud=9600" || d.Model.Name != "pfeiffer-tpg" {
		t.Errorf("first device %s on %s, want pfeiffer-tpg on the port given", d.Model.Name, d.Port)
	}
	if v1, v2 := plan.Devices[1], plan.Devices[2]; v1.Control || !v1.Wiring["solenoid"].ActiveLow || v2.Wiring["solenoid"].ActiveLow {
		t.Errorf("valves %+v, %+v, want read-only, active low on GPIO5 alone", v1.Wiring, v2.Wiring)
	}
	if code, _, problems := ran(t, "init", "-out", path, "h=manual"); code != exitMistake || !strings.Contains(problems, "is there already") {
		t.Errorf("init over it = %d, %s; want a refusal", code, problems)
	}
	if again, err := os.ReadFile(path); err != nil || !bytes.Equal(again, data) {
		t.Errorf("the file was changed (%v)", err)
	}
}

func TestInitOfEveryModel(t *testing.T) {
	for _, m := range drivers.Models() {
		if code, _, problems := ran(t, "init", "-out", "-", "x="+m.Name); code != exitFine {
			t.Errorf("init x=%s = %d, %s", m.Name, code, problems)
		}
	}
}

func TestInitMistakes(t *testing.T) {
	for want, args := range map[string][]string{
		"must be NAME=MODEL@PLACE":      {"ion1"},
		`model "toaster" is unknown`:    {"a=toaster"},
		"would not pass check":          {"not=manual"},
		"units is \"psi\"; must be one": {"-units", "psi", "a=manual"},
	} {
		if code, out, problems := ran(t, append([]string{"init", "-out", "-"}, args...)...); code != exitMistake || out != "" || !strings.Contains(problems, want) {
			t.Errorf("init %q = %d, %s, %s; want %q", args, code, out, problems, want)
		}
	}
}

func TestTheBundleHasNoSecrets(t *testing.T) {
	dir := t.TempDir()
	path, bundle := filepath.Join(dir, "agent.yaml"), filepath.Join(dir, "b.tar.gz")
	text := `agent:
  name: a
  tokens: [{name: jr, sha256: "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b", rights: [read]}]
mqtt: {broker: "tcp://b:1883", user: SECRETuser, password_file: /etc/pw}
devices:
  - {name: n, model: ngx, port: "tcp://ngx:1099", options: {user: SECRETa, password: 'SECRETb, c', detectors: [{name: H1, unit: volts}]}}
alarms:
  - {name: x, when: "health(\"n\") == \"unavailable\"", notify: [{ntfy: "https://ntfy.sh/SECRETtopic"}, {webhook: "https://SECRETu@h/SECRETpath"}]}
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, problems := ran(t, "doctor", "-bundle", bundle, path); code == exitFine && problems != "" {
		t.Errorf("doctor = %d, %s", code, problems)
	}
	f, err := os.Open(bundle)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	names := ""
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		names += h.Name + " "
		if s := string(data); strings.Contains(s, "SECRET") || strings.Contains(s, "2bb80d53") {
			t.Errorf("%s has a secret:\n%s", h.Name, s)
		}
		if strings.HasSuffix(h.Name, "agent.yaml") && !strings.Contains(string(data), "password_file: /etc/pw") {
			t.Errorf("the configuration lost what is no secret:\n%s", data)
		}
	}
	if want := "pychron-edge/doctor.txt pychron-edge/ports.txt pychron-edge/version.txt pychron-edge/agent.yaml "; names != want {
		t.Errorf("the bundle has %s, want %s", names, want)
	}
}
