package main

import (
	"cmp"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pychron-edge/drivers"

	"pychron-edge/agent/config"
)

var update = flag.Bool("update", false, "write the tables of README.md anew")

// The tables of docs/events.md are what the program says of itself.
func TestREADMETables(t *testing.T) {
	const file = "../docs/events.md"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for name, table := range map[string]string{"events": eventTable(t) + "\n" + deadbandTable()} {
		start, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
		before, rest, found := strings.Cut(text, start)
		old, after, closed := strings.Cut(rest, end)
		if !found || !closed {
			t.Fatalf("%s has no %s and %s", file, strings.TrimSpace(start), end)
		}
		if old != table && !*update {
			t.Errorf("the table of %s in %s is not what the program says; run go test ./agent -run README -update\n%s", name, file, firstDifference(old, table))
		}
		text = before + start + table + end + after
	}
	if *update && text != string(data) {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func firstDifference(old, now string) string {
	a, b := strings.Split(old, "\n"), strings.Split(now, "\n")
	for i := range max(len(a), len(b)) {
		x, y := "", ""
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			return fmt.Sprintf("is   %s\nwant %s", x, y)
		}
	}
	return ""
}

// occasions say when each event is made, by kind and metric as they stand in the source.
var occasions = map[string][2]string{ // metric for people, occasion
	"Reading p.metric":                                {"the reading's own", "it moved by more than its deadband since its last event, its bound or reason changed, a heartbeat (60 s) went by, or the device did not answer in between"},
	"State p.metric":                                  {"`valve_is_open`, `laser_is_enabled`, ...", "a valve, a laser or another thing that is on or off changed"},
	"Command commands_total":                          {"`commands_total`", "a command was carried out, failed, or its outcome is unknown; a halt; a lock, a lease, a clear, an acknowledgement"},
	"Command commands_refused_total":                  {"`commands_refused_total`", "a command, a lock, a lease, an acknowledgement or the clearing of a rule was not let in, and why"},
	"Command commands_refused_again_total":            {"`commands_refused_again_total`", "the same caller was refused for the same reason again: after a minute, then after twice as long each time up to an hour, with the count"},
	"Failure device_up":                               {"`device_up`", "a device stopped answering; again when the class of error changes, and every 10 minutes with a count. The exchange that failed is in the note"},
	"Recovery device_up":                              {"`device_up`", "it answers again"},
	"Recovery service_health_state":                   {"`service_health_state`", "a service (broker, journal, page) became unwell (then it is a failure) or well again"},
	"Trip interlock_tripped":                          {"`interlock_tripped`", "a rule tripped, or was cleared"},
	"Alarm alarm_active":                              {"`alarm_active`", "an alarm was raised, ended, acknowledged, shelved or suppressed, or began to chatter"},
	"Clock clock_offset_seconds":                      {"`clock_offset_seconds`", "the board's clock was set: what to add to the times of that boot"},
	"System agent_unclean_starts_total":               {"`agent_unclean_starts_total`", "the start before did not stop in order: which valves, pumps and heaters are not as they were"},
	"System agent_state_damaged_total":                {"`agent_state_damaged_total`", "a part of the state directory could not be read at the start, and was set aside"},
	"System agent_configurations_refused_total":       {"`agent_configurations_refused_total`", "the file was refused at the start, and the last good configuration runs"},
	"System agent_configurations_accepted_total":      {"`agent_configurations_accepted_total`", "somebody accepted the last good configuration in place of that file"},
	"System agent_starts_total":                       {"`agent_starts_total`", "the agent started"},
	"System agent_stops_total":                        {"`agent_stops_total`", "it stopped in good order; `readings=` and `ingest=` are the numbers of the last events of these lanes, `why=` the cause, `up=` how long it ran"},
	"System agent_reloads_total":                      {"`agent_reloads_total`", "the configuration was read anew, or a new one refused"},
	"System agent_capture_changes_total":              {"`agent_capture_changes_total`", "somebody switched capture on or off"},
	"System agent_calls_panicked_total":               {"`agent_calls_panicked_total`", "a call that only reads failed by a fault of the program, which the log has; at most every 10 minutes for each call, with their count"},
	"System agent_clears_total":                       {"`agent_clears_total`", "somebody cleared the page: nothing is erased"},
	"System agent_ride_throughs_total":                {"`agent_ride_throughs_total`", "a laser went on when its line was away for a moment"},
	"System agent_notify_failures_total":              {"`agent_notify_failures_total`", "a message of an alarm was dropped unsent"},
	"System agent_notify_tests_total":                 {"`agent_notify_tests_total`", "somebody tested the receivers of alarms"},
	"State flag_is_set":                               {"`flag_is_set`", "a flag by which Pychron's clients share the line was set or cleared, or lapsed"},
	"System agent_pychron_lasers_left_on_total":       {"`agent_pychron_lasers_left_on_total`", "a kept connection of Pychron's protocol ended while the laser may be on"},
	"System agent_pychron_clients_refused_total":      {"`agent_pychron_clients_refused_total`", "a client of Pychron's protocol was turned away without an answer; at most once a minute for each client and reason"},
	"System agent_pipette_shots_total":                {"`agent_pipette_shots_total`", "a pipette gave a shot"},
	"System interlock_bypassed":                       {"`interlock_bypassed`", "an admin bypassed a rule, or the bypass ended"},
	"System odometerMetric":                           {"`agent_odometer_notes_total`", "once a day, so that counts outlive a bounded journal"},
	`System "agent_" + what + "_changes_total"`:       {"`agent_unit_changes_total`, `agent_identity_changes_total`", "a controller is set to another unit, or is another one, than before"},
	"System device_io_duration_seconds":               {"`device_io_duration_seconds`", "each exchange of a device with `capture: io`"},
	"Lifecycle from what others POST or Pychron says": {"what came", "`POST /events`, and the topic `ingest`"},
}

// eventTable says what makes an event: every place of the agent where one is made has its line, and no line is without one.
func eventTable(t *testing.T) string {
	made := map[string]string{"Lifecycle from what others POST or Pychron says": "info"}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	below, err := filepath.Glob("*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	served, err := filepath.Glob("../uplink/pychron/*.go")
	if err != nil {
		t.Fatal(err)
	}
	intake, err := filepath.Glob("../uplink/pychron/intake/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range slices.Concat(files, below, served, intake, []string{"../telemetry/panics.go"}) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if key, severity := eventOf(n); key != "" {
				if before, ok := made[key]; ok && before != severity {
					severity = "as it is"
				}
				made[key] = severity
			}
			return true
		})
	}
	made["State p.metric"] = "info" // made of a Reading in the same place
	var b strings.Builder
	b.WriteString("| kind | metric | severity | when |\n|---|---|---|---|\n")
	for _, key := range slices.SortedFunc(maps.Keys(made), byKind) {
		o, ok := occasions[key]
		if !ok {
			t.Errorf("event %q is made and has no line in occasions", key)
		}
		kind, _, _ := strings.Cut(key, " ")
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", strings.ToLower(kind), o[0], made[key], o[1])
	}
	for key := range occasions {
		if _, ok := made[key]; !ok {
			t.Errorf("occasions has a line for %q, and no such event is made", key)
		}
	}
	return b.String()
}

// eventOf is the kind and metric of an event that is made at n, and its severity; "" if none is.
func eventOf(n ast.Node) (key, severity string) {
	literal, ok := n.(*ast.CompositeLit)
	if !ok || literal.Type == nil || types.ExprString(literal.Type) != "buffer.Event" {
		return "", ""
	}
	field := map[string]string{}
	for _, e := range literal.Elts {
		if pair, ok := e.(*ast.KeyValueExpr); ok {
			field[types.ExprString(pair.Key)] = strings.TrimPrefix(types.ExprString(pair.Value), "buffer.")
		}
	}
	if field["Kind"] == "" {
		return "", ""
	}
	metric := field["Metric"]
	if strings.Count(metric, `"`) == 2 {
		metric = strings.Trim(metric, `"`)
	}
	return field["Kind"] + " " + metric, cmp.Or(severities[field["Severity"]], "as it is")
}

var severities = map[string]string{"Debug": "debug", "Info": "info", "Warning": "warning", "Error": "error", "Critical": "critical"}

// byKind orders events as their kinds are declared.
func byKind(a, b string) int {
	order := []string{"Reading", "State", "Command", "Failure", "Recovery", "Trip", "Alarm", "Lifecycle", "System", "Clock"}
	kind := func(key string) int { word, _, _ := strings.Cut(key, " "); return slices.Index(order, word) }
	return cmp.Or(kind(a)-kind(b), strings.Compare(a, b))
}

// deadbandTable is by how much a reading must move.
func deadbandTable() string {
	var b strings.Builder
	b.WriteString("| unit | deadband, unless `deadband:` says otherwise |\n|---|---|\n")
	for _, u := range []drivers.Unit{drivers.Pascals, drivers.Celsius, drivers.Hertz, drivers.Percent, drivers.Watts, drivers.Volts} {
		d, text := config.DeadbandOf(u, nil), ""
		switch {
		case d.Relative > 0:
			text = fmt.Sprintf("%g %% of the value", 100*d.Relative)
		case d.Absolute > 0:
			text = fmt.Sprintf("%g", d.Absolute)
		default:
			text = "none: every reading"
		}
		name := string(u)
		switch u {
		case drivers.Pascals:
			text += fmt.Sprintf(" (capacitance heads %g %%)", 100*config.CapacitanceDeadband)
		case drivers.Volts:
			name = "all else"
		}
		fmt.Fprintf(&b, "| %s | %s |\n", name, text)
	}
	fmt.Fprintf(&b, "\nOf the kinds, %s stand in the audit lane, which is journalled and never silenced.\n",
		"command, state, failure, recovery, trip, alarm, lifecycle, system and clock")
	return b.String()
}
