package doctor

import (
	"strings"
	"time"

	"pychron-edge/telemetry"

	"pychron-edge/agent/config"
)

// Asked looks at the board of a running agent, whose configuration is in force and stands in file, whenever it is called.
func Asked(user, file string, inForce func() *config.Plan) func() []telemetry.Diagnosis {
	return func() []telemetry.Diagnosis {
		_, _, _, err := config.ReadPlan(file)
		var all []telemetry.Diagnosis
		for _, f := range Examine(Patient{Root: "/", User: user, File: file, Plan: inForce(), Err: err, Now: time.Now()}) {
			all = append(all, telemetry.Diagnosis{Level: strings.ToLower(f.Level.String()), About: f.About, Text: f.Text, Do: f.Do})
		}
		return all
	}
}
