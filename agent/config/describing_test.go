package config

import (
	"os"
	"strings"
	"testing"
)

// The example of the page on describing an instrument is a configuration without mistakes.
func TestExampleOfTheDescribingPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/describing-an-instrument.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, ok := strings.Cut(string(page), "```yaml\n")
	text, _, end := strings.Cut(text, "```")
	if !ok || !end {
		t.Fatal("the page has no example")
	}
	plan, list := checked(text)
	if len(list) > 0 {
		t.Fatalf("problems\n%s", listed(list))
	}
	if p := plan.Device("turbo").Point("state"); p == nil || p.States.Name(4) != "running" {
		t.Errorf("point = %+v, want a state with names", p)
	}
}
