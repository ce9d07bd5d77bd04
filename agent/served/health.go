package served

import (
	"pychron-edge/uplink/pychron/intake"

	"pychron-edge/agent/service"
)

// listening is whether a port is open, and why it is not.
func listening(up bool, err error) (int, string) {
	switch {
	case up:
		return service.Healthy, ""
	case err != nil:
		return service.Unavailable, err.Error()
	}
	return service.Unknown, ""
}

// health is how far Pychron's metrics are known. That Pychron does not run is nothing to raise an alarm for.
func health(s intake.State) (int, string) {
	switch {
	case s.Condition == intake.NotAsked:
		return service.Unknown, ""
	case s.Condition == intake.Empty, s.Condition == intake.Reached && s.Text == "":
		return service.Healthy, s.Text
	}
	return service.Degraded, s.Text
}
