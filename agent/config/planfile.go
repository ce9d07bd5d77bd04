package config

import (
	"fmt"
	"slices"
	"strings"

	"pychron-edge/yamlfile"
)

// Mistakes are everything that is wrong with a configuration, one on a line.
type Mistakes []Problem

func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for n, p := range m {
		lines[n] = p.String()
	}
	return strings.Join(lines, "\n")
}

// PlanOf checks a configuration and makes the plan to run from. The problems are warnings if there is no error.
func PlanOf(path string, data []byte) (*Plan, []Problem, error) {
	config, _ := Load(path, data)
	config.machine = ReadMachine("/")
	plan, problems := Check(config)
	if yamlfile.Fatal(problems) {
		return nil, problems, Mistakes(problems)
	}
	return plan, problems, nil
}

// ReadPlan is PlanOf of a file. Mistakes in it are [Mistakes]; another error is that of a file that cannot be read.
func ReadPlan(path string) (*Plan, []byte, []Problem, error) {
	data, err := yamlfile.Bytes(path)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("configuration: %w", err)
	}
	plan, problems, err := PlanOf(path, data)
	return plan, data, problems, err
}

// NothingOn says whether a file is good and no device in it is on, so that there is nothing to run for.
func NothingOn(path string) bool {
	plan, _, _, err := ReadPlan(path)
	return err == nil && !slices.ContainsFunc(plan.Devices, func(d *DevicePlan) bool { return !d.Off })
}
