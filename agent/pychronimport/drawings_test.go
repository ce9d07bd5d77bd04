package pychronimport_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"pychron-edge/drawing"

	"pychron-edge/agent/config"
)

var update = flag.Bool("update", false, "write the drawings that the page's tests lay out")

// The page's tests lay out the lines of the configurations that come with the program, and the canvas of the protocol's sheet. What they read is
// what the agent makes of these today.
func TestDrawingsOfThePagesTests(t *testing.T) {
	all := map[string]*drawing.Line{}
	_, plan := importCanvas(t, map[string]string{"canvas.xml": canvasXML})
	all["canvas"] = plan.Drawing
	for _, name := range []string{"demo", "big-line", "pychron-line", "raspberry-pi-4"} {
		data, err := os.ReadFile(filepath.Join("../../firmware-cfg", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		plan, list, err := config.PlanOf(name, data)
		if err != nil {
			t.Fatal(err, list)
		}
		all[name] = plan.Drawing
	}
	var want bytes.Buffer
	encoder := json.NewEncoder(&want)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(all); err != nil {
		t.Fatal(err)
	}
	const path = "../../telemetry/web/test/drawings.json"
	if *update {
		if err := os.WriteFile(path, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%s is not what the agent makes of them (%v); go test ./agent/pychronimport -run TestDrawings -update writes it anew", path, err)
	}
}
