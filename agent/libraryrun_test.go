package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pychron-edge/firmware-cfg/instruments"
	"pychron-edge/telemetry"
)

// Every described instrument runs simulated: each of its points is read, says why it has no value, or has not come yet.
func TestEveryDescribedInstrumentRunsSimulated(t *testing.T) {
	file := libraryFile(t, "")
	var out, problems bytes.Buffer
	if code := dispatch(t.Context(), []string{"once", "-sim", "-config", file}, &out, &problems); code != exitFine {
		t.Fatalf("once exited with %d: %s\n%s", code, problems.String(), out.String())
	}
	read := map[string]int{}
	for _, row := range strings.Split(out.String(), "\n") {
		if fields := strings.Fields(row); len(fields) > 2 && (strings.HasSuffix(row, " ok") || strings.HasSuffix(row, "has not come yet")) {
			read[fields[0]]++
		}
	}
	for _, name := range instruments.Names() {
		if read[strings.ReplaceAll(name, "-", "_")] == 0 {
			t.Errorf("%s is not read:\n%s", name, out.String())
		}
	}
}

// libraryFile is a configuration with every described instrument; more is what each device has beside its port.
func libraryFile(t *testing.T, more string) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("agent: {name: library, listen: 127.0.0.1:0}\ndevices:\n")
	for i, name := range instruments.Names() {
		port := fmt.Sprintf("serial:///dev/serial/by-id/instrument%d", i)
		if data, _ := instruments.File(name); strings.Contains(string(data), "tcp: true") {
			port = fmt.Sprintf("tcp://host%d:502", i)
		}
		fmt.Fprintf(&text, "  - {name: %s, model: instrument/%s, port: %q%s}\n", strings.ReplaceAll(name, "-", "_"), name, port, more)
	}
	file := filepath.Join(t.TempDir(), "library.yaml")
	if err := os.WriteFile(file, []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// They run simulated for good, too: each shows values on the page, and each value is a metric of its device.
func TestEveryDescribedInstrumentShowsOnThePage(t *testing.T) {
	s := newSite(t)
	s.agent, s.said = s.program("run", "-sim", "-config", libraryFile(t, ", every: 200ms"))
	if err := s.agent.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.agent.Process.Kill(); s.agent.Wait() })
	page := s.page()
	without := func() (names []string) {
		var status telemetry.Status
		get(t, page+"/status", &status)
		for _, d := range status.Devices {
			if d.Health != "healthy" || !slices.ContainsFunc(d.Points, func(p telemetry.PointStatus) bool { return p.Value != nil }) {
				names = append(names, d.Name)
			}
		}
		if len(status.Devices) != len(instruments.Names()) {
			t.Fatalf("%d devices on the page, want %d", len(status.Devices), len(instruments.Names()))
		}
		return names
	}
	for limit := time.Now().Add(time.Minute); len(without()) > 0; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("%v show no value within a minute", without())
		}
	}
	r, err := http.Get(page + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range instruments.Names() {
		device := strings.ReplaceAll(name, "-", "_")
		if found := regexp.MustCompile(`(?m)^pychron_\w+\{[^}]*device="`+device+`"[^}]*\} [-+.\deE]+$`).FindAllString(string(text), -1); len(found) < 2 {
			t.Errorf("%s: %d metrics, want its values", device, len(found))
		}
	}
}
