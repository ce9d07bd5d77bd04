package telemetry

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pychron-edge/buffer"
)

// TestDashboardsAndAlertsAskForNamesThatExist is what Pychron's own dashboards fail: they ask for names nobody emits.
func TestDashboardsAndAlertsAskForNamesThatExist(t *testing.T) {
	metric, state := regexp.MustCompile(`\bpychron_[a-z_]+`), regexp.MustCompile(`^(valve_|laser_)?is_`)
	asked := map[string]bool{}
	err := filepath.WalkDir("ops", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if strings.HasSuffix(path, ".json") && !json.Valid(data) {
			t.Errorf("%s is no JSON", path)
		}
		for _, name := range metric.FindAllString(string(data), -1) {
			name = strings.TrimSuffix(strings.TrimPrefix(name, "pychron_"), "_bucket")
			asked[name] = true
			if buffer.Declared(name) == nil && !state.MatchString(name) && buffer.UnitNamed(name) == "" {
				t.Errorf("%s asks for pychron_%s, which is no metric of ours", path, name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"device_up", "pressure_pascals", "service_health_state", "laser_is_enabled"} {
		if !asked[name] {
			t.Errorf("no dashboard and no alert asks for %s", name)
		}
	}
}
