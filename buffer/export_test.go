package buffer_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
)

func TestExportIsPychrons(t *testing.T) {
	e, off := reading(), reading()
	off.Missing = "sensor off"
	text := buffer.AppendExportHead(nil, time.Date(2026, 11, 22, 13, 19, 0, 0, time.FixedZone("MST", -7*3600)),
		buffer.Connection{Enabled: true, Host: "127.0.0.1", Port: 9119, Namespace: "pychron", MetricsURL: "http://127.0.0.1:9119/metrics"})
	text = append(buffer.AppendExport(text, &e), ',')
	text = append(buffer.AppendExport(text, &off), buffer.ExportTail...)

	var got struct {
		Timestamp  string `json:"timestamp"`
		Connection struct {
			Enabled    bool   `json:"enabled"`
			Host       string `json:"host"`
			Port       int    `json:"port"`
			Namespace  string `json:"namespace"`
			MetricsURL string `json:"metrics_url"`
		} `json:"connection"`
		Events []map[string]json.RawMessage `json:"events"`
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&got); err != nil || d.More() {
		t.Fatalf("a strict reader of %s: %v", text, err)
	}
	if got.Timestamp != "2026-11-22T13:19:00" || got.Connection.Port != 9119 || len(got.Events) != 2 {
		t.Errorf("export = %+v, want naive local time, port 9119, 2 events", got)
	}
	want := []string{"event_type", "labels", "metric_name", "status", "timestamp", "value"}
	if keys := slices.Sorted(maps.Keys(got.Events[0])); !slices.Equal(keys, want) {
		t.Errorf("keys = %v, want exactly %v", keys, want)
	}
	if v := string(got.Events[0]["timestamp"]) + " " + string(got.Events[0]["value"]); v != "1795371540.123456 1.2e-07" {
		t.Errorf("timestamp and value = %s, want 1795371540.123456 1.2e-07", v)
	}
	if v := string(got.Events[1]["value"]); v != "null" {
		t.Errorf("a missing value = %s, want null", v)
	}
}

func TestExportCSVIsPychrons(t *testing.T) {
	local := time.Local
	time.Local = time.FixedZone("MST", -7*3600)
	defer func() { time.Local = local }()
	e := reading()
	e.Value, e.Status = 1, `a "b", c`
	const want = "2026-11-22T11:19:00.123456,gauge,pressure_pascals,1.0,channel=ig;device=ion1,\"a \"\"b\"\", c\"\r\n"
	got := string(buffer.AppendExportCSV(nil, &e))
	if got != want {
		t.Errorf("AppendExportCSV = %q, want %q", got, want)
	}
	rows, err := csv.NewReader(strings.NewReader(buffer.ExportCSVHeader + got)).ReadAll()
	if err != nil || len(rows) != 2 || len(rows[1]) != 6 {
		t.Errorf("rows = %q, %v, want a header and 6 columns", rows, err)
	}
}
