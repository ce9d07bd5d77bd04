package main

import "maps"

// The events that come of Pychron's metrics page, and of what others send by the broker.
func init() {
	maps.Copy(occasions, map[string][2]string{
		"System agent_pychron_clock_offset_seconds": {"`agent_pychron_clock_offset_seconds`", "Pychron's clock is found to be off, or right again"},
		"System lifecycle.Restarted":                {"`agent_pychron_restarts_total`", "Pychron's metrics page shows that it was started again; its open runs end with a result that is not known"},
		"System agent_ingest_refused_total":         {"`agent_ingest_refused_total`", "events that came by the broker were refused; at most once a minute, with their count"},
		"Lifecycle f.metric":                        {"as Pychron names it", "what Pychron's metrics page says: `run_started`, `run_completed`, `queue_started`, `valve_open` ..."},
	})
}
