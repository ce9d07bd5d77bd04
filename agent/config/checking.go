package config

import (
	"fmt"

	"pychron-edge/agent/rules"

	"pychron-edge/yamlfile"
)

// checking is one check under way.
type checking struct {
	*yamlfile.Problems
	config    *Config
	plan      *Plan
	catalogue rules.Catalogue
	drives    map[string]bool    // devices that can be halted
	unproven  map[rules.Ref]bool // valves that are told to have no switch
	unclear   map[string]bool    // devices with a mistake that leaves open what they read: what names them is not judged
}

// devicePath is where a device stands in the file.
func devicePath(i int) string { return fmt.Sprintf("devices[%d]", i) }
