package line

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// The page about lines names every setting.
func TestDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/lines.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, setting := range slices.Concat(slices.Collect(maps.Keys(everywhere)), slices.Collect(maps.Keys(onlySerial))) {
		if !strings.Contains(string(page), "`"+setting+"`") {
			t.Errorf("docs/lines.md does not name %s", setting)
		}
	}
}
