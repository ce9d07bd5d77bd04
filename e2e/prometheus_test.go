//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pychron-edge/uplink/brokertest"
)

func TestPromtoolFindsNothingWrong(t *testing.T) {
	agent := startAgent(t, "")
	command(t, agent.url, "V1", "open", 1)
	var body string
	eventually(t, 15*time.Second, "readings on /metrics", func() (err error) {
		body, err = fetch(agent.url + "/metrics")
		if err == nil && !strings.Contains(body, "pychron_pressure_pascals{") {
			err = fmt.Errorf("no pressure on /metrics")
		}
		return err
	})
	check := exec.Command(program(t, "promtool"), "check", "metrics")
	check.Stdin = strings.NewReader(body)
	if out, err := check.CombinedOutput(); err != nil || len(strings.TrimSpace(string(out))) > 0 {
		t.Errorf("promtool check metrics: %v\n%s", err, out)
	}
	rules, err := filepath.Glob("../telemetry/ops/alerts.yml")
	if err != nil || len(rules) == 0 {
		t.Fatalf("no rule files in telemetry/ops: %v", err)
	}
	if out, err := exec.Command(program(t, "promtool"), "test", "rules", "../telemetry/ops/alerts_test.yml").CombinedOutput(); err != nil {
		t.Errorf("promtool test rules: %v\n%s", err, out)
	}
	if out, err := exec.Command(program(t, "promtool"), append([]string{"check", "rules"}, rules...)...).CombinedOutput(); err != nil {
		t.Errorf("promtool check rules: %v\n%s", err, out)
	}
}

func TestPrometheusScrapesTheAgent(t *testing.T) {
	agent := startAgent(t, "")
	dir := t.TempDir()
	config := filepath.Join(dir, "prometheus.yml")
	text := fmt.Sprintf("global: {scrape_interval: 1s}\nscrape_configs:\n  - job_name: edge\n    static_configs: [{targets: [%q]}]\n", strings.TrimPrefix(agent.url, "http://"))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	listen := brokertest.FreeAddress(t)
	launch(t, program(t, "prometheus"), "--config.file="+config, "--storage.tsdb.path="+dir, "--web.listen-address="+listen)
	query := func(q string) (int, error) {
		body, err := fetch("http://" + listen + "/api/v1/query?query=" + url.QueryEscape(q))
		if err != nil {
			return 0, err
		}
		var answer struct {
			Data struct {
				Result []struct {
					Value [2]any
				}
			}
		}
		err = json.Unmarshal([]byte(body), &answer)
		return len(answer.Data.Result), err
	}
	for _, q := range []string{`up{job="edge"} == 1`, `pychron_pressure_pascals`, `pychron_valve_is_open{device="V1"}`,
		`rate(pychron_device_io_operations_total{result="success"}[10s]) > 0`, `pychron_device_up == 1`} {
		eventually(t, 40*time.Second, "Prometheus to answer "+q, func() error {
			n, err := query(q)
			if err == nil && n == 0 {
				err = fmt.Errorf("no series")
			}
			return err
		})
	}
}
