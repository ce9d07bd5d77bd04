package reference

import (
	"flag"
	"testing"

	"pychron-edge/keys/keystest"
)

var update = flag.Bool("update", false, "write comments.go and docs/reference.md anew")

// comments.go is what the comments of the source say.
func TestComments(t *testing.T) {
	c := keystest.Copy{Package: "reference", Generate: "./agent/reference", Dirs: []string{"../../drivers", "../config"}, Comments: comments()}
	c.Check(t, *update)
}
