package project_test

import (
	"os/exec"
	"strings"
	"testing"
)

// A program with a package of templates calls methods by names that nobody knows when it is linked, so that every exported method of every
// type stays in it: 3 MB of the viewer. So none of its imports may bring one, however useful it is.
func TestViewerHasNoTemplates(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "./uplink/viewer").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for name := range strings.FieldsSeq(string(out)) {
		switch name {
		case "text/template", "html/template", "golang.org/x/net/trace":
			t.Errorf("the viewer imports %s: go list -deps -f '{{.ImportPath}} {{.Imports}}' ./uplink/viewer says by which way", name)
		}
	}
}
