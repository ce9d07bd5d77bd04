//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"pychron-edge/uplink/brokertest"
)

// pychronQueries are those of Pychron's own two dashboards (ops/grafana/dashboards of its sources), as they stand there.
var pychronQueries = []string{
	`up{job="pychron"}`, `pychron_active_runs`, `pychron_active_queues`,
	`increase(pychron_runs_started_total[5m])`, `increase(pychron_runs_completed_total[5m])`, `increase(pychron_runs_failed_total[5m])`, `increase(pychron_runs_canceled_total[5m])`,
	`histogram_quantile(0.95, rate(pychron_run_duration_seconds_bucket[5m]))`, `histogram_quantile(0.99, rate(pychron_run_duration_seconds_bucket[5m]))`,
	`sum by (device, result) (rate(pychron_device_io_operations_total[5m]))`,
	`histogram_quantile(0.95, rate(pychron_device_io_duration_seconds_bucket[5m]))`, `histogram_quantile(0.99, rate(pychron_device_io_duration_seconds_bucket[5m]))`,
	`time() - pychron_device_last_success_timestamp_seconds`, `pychron_service_health_state`,
}

// Each query of our dashboards and of Pychron's two, and all that the alerts ask for, has data in a real Prometheus that scrapes a
// simulated line and knows what Pychron's runs do.
func TestEachQueryHasData(t *testing.T) {
	var page atomic.Value
	page.Store("")
	pychron := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, page.Load().(string)) }))
	defer pychron.Close()
	broker := mosquitto(t)
	agent := startChanged(t, broker, func(config map[string]any) {
		section, _ := config["pychron"].(map[string]any)
		if section == nil {
			section = map[string]any{}
		}
		section["metrics"] = map[string]any{"url": pychron.URL + "/metrics", "every": "1s"}
		config["pychron"] = section
		for _, d := range config["devices"].([]any) {
			if one := d.(map[string]any); one["name"] == "argus" {
				one["options"] = map[string]any{"detectors": []any{map[string]any{"name": "AX", "unit": "volts"}, map[string]any{"name": "CDD", "unit": "counts_per_second"}}}
			}
		}
	})
	eventually(t, 40*time.Second, "Pychron's page to be read", func() error {
		body, err := fetch(agent.url + "/status")
		if err == nil && !strings.Contains(body, "has counted nothing") {
			err = fmt.Errorf("no word of an empty page")
		}
		return err
	})
	query := prometheus(t, agent)
	eventually(t, 60*time.Second, "a first scrape", func() error { return has(query, "pychron_runs_started_total == 0") })
	page.Store(runsPage())
	command(t, agent.url, "V1", "open", 1)
	command(t, agent.url, "V1", "open", 7)                 // out of range: refused
	for _, event := range []string{"gauge", "histogram"} { // one name of two types: the second series is dropped
		post(t, agent.url+"/events", map[string]any{"event_type": event, "metric_name": "queue_length", "value": 1})
	}
	asked := slices.Concat(pychronQueries, dashboardQueries(t), alertSelectors(t))
	if len(asked) < 60 {
		t.Fatalf("%d queries, want all of them", len(asked))
	}
	left := asked
	eventually(t, 120*time.Second, "data for each query", func() error {
		var without []string
		for _, q := range left {
			if err := has(query, q); err != nil {
				without = append(without, q)
			}
		}
		if left = without; len(left) > 0 {
			return fmt.Errorf("no data for %d of %d:\n%s", len(left), len(asked), strings.Join(left, "\n"))
		}
		return nil
	})
	t.Logf("%d queries have data", len(asked))
}

// runsPage is Pychron's page with runs of every result.
func runsPage() string {
	var b strings.Builder
	begun := float64(time.Now().Unix()) - 2
	line := func(metric, labels string, at float64) {
		fmt.Fprintf(&b, "pychron_%s_total{%s} 1.0\npychron_%s_created{%s} %.3f\n", metric, labels, metric, labels, begun+at)
	}
	line("queue_started", `queue="Q",runs="3"`, 0)
	for n, status := range []string{"success", "failed", "canceled"} {
		of := fmt.Sprintf(`queue="Q",run_id="6f0e4f2a-%d"`, n)
		line("run_started", of, .1)
		line("extraction_started", of, .2)
		line("extraction_completed", of+`,status="success"`, .7)
		line("measurement_started", of, .8)
		line("measurement_completed", of+`,status="success"`, 1.5)
		line("run_completed", fmt.Sprintf(`%s,status="%s"`, of, status), 1.7)
	}
	line("queue_completed", `queue="Q",status="success"`, 1.9)
	line("phase_healthcheck_failures", `kind="device",phase="extraction"`, 1)
	return b.String()
}

// prometheus scrapes an agent as our example says, and as Pychron's dashboards expect, and answers queries.
func prometheus(t *testing.T, agent *bench) func(q string) (int, error) {
	t.Helper()
	dir := t.TempDir()
	config, target, listen := filepath.Join(dir, "prometheus.yml"), strings.TrimPrefix(agent.url, "http://"), brokertest.FreeAddress(t)
	text := fmt.Sprintf("global: {scrape_interval: 1s}\nscrape_configs:\n  - {job_name: pychron-edge, static_configs: [{targets: [%q]}]}\n  - {job_name: pychron, static_configs: [{targets: [%q]}]}\n", target, target)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	launch(t, program(t, "prometheus"), "--config.file="+config, "--storage.tsdb.path="+dir, "--web.listen-address="+listen)
	return func(q string) (int, error) {
		body, err := fetch("http://" + listen + "/api/v1/query?query=" + url.QueryEscape(q))
		if err != nil {
			return 0, err
		}
		var answer struct {
			Error string
			Data  struct{ Result []json.RawMessage }
		}
		if err := json.Unmarshal([]byte(body), &answer); err != nil {
			return 0, err
		}
		if answer.Error != "" {
			return 0, fmt.Errorf("%s", answer.Error)
		}
		return len(answer.Data.Result), nil
	}
}

func has(query func(string) (int, error), q string) error {
	n, err := query(q)
	if err == nil && n == 0 {
		err = fmt.Errorf("no data for %s", q)
	}
	return err
}

// dashboardQueries are those of our dashboards, with every instance chosen.
func dashboardQueries(t *testing.T) (queries []string) {
	t.Helper()
	files, err := filepath.Glob("../telemetry/ops/grafana/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no dashboards: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"expr":\s*("(?:[^"\\]|\\.)*")`).FindAllSubmatch(data, -1) {
			var q string
			if err := json.Unmarshal(m[1], &q); err != nil {
				t.Fatal(err)
			}
			queries = append(queries, strings.ReplaceAll(q, "$instance", ".*"))
		}
	}
	return queries
}

// alertSelectors are what the alerts ask for: an alert itself has data only while something is wrong. A matcher of results that are
// not wanted is left out, for there are none in a good hour.
func alertSelectors(t *testing.T) (selectors []string) {
	t.Helper()
	data, err := os.ReadFile("../telemetry/ops/alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []struct{ Rules []struct{ Expr string } }
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			for _, s := range regexp.MustCompile(`\b(?:pychron_[a-z_]+|up)\b(?:\{[^}]*\})?`).FindAllString(r.Expr, -1) {
				selectors = append(selectors, strings.ReplaceAll(s, `{result!="success"}`, ""))
			}
		}
	}
	return selectors
}
