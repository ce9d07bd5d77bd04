package state

import (
	"strings"
	"testing"
)

func TestDocumentNames(t *testing.T) {
	for name, want := range map[string]bool{
		"locks": true, "device.g-1_A": true, "_": true, "7": true, strings.Repeat("a", 128): true,
		"": false, ".hidden": false, "-f": false, "a/b": false, "a b": false, "a\x00": false, "ä": false, "a\n": false, "aä": false, strings.Repeat("a", 129): false,
	} {
		if got := isDocumentName(name); got != want {
			t.Errorf("isDocumentName(%q) = %t, want %t", name, got, want)
		}
	}
}
