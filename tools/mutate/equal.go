package main

import (
	"fmt"
	"os"
	"strings"
)

// readEqual reads why mutants are equivalent: lines of a mutant as it is listed, without its line's number, and an indented line below it
// that says why. A # begins a comment.
func readEqual(path string) (map[string]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	explained := map[string]string{}
	var waiting []string
	for n, line := range strings.Split(string(data), "\n") {
		why := strings.TrimSpace(line)
		switch {
		case why == "" || line[0] == '#':
		case line[0] != ' ' && line[0] != '\t':
			waiting = append(waiting, line)
		case len(waiting) == 0:
			return nil, fmt.Errorf("%s:%d: a reason without a mutant above it", path, n+1)
		default:
			for _, key := range waiting {
				explained[key] = why
			}
			waiting = nil
		}
	}
	if len(waiting) > 0 {
		return nil, fmt.Errorf("%s: %s: no reason below it", path, waiting[0])
	}
	return explained, nil
}
