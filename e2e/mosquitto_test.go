//go:build e2e

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"pychron-edge/uplink/brokertest"
)

// received are the payloads mosquitto_sub -v printed for a topic.
func received(p *process, topic string) []string {
	var all []string
	for line := range strings.SplitSeq(p.out.String(), "\n") {
		if payload, ok := strings.CutPrefix(line, topic+" "); ok {
			all = append(all, payload)
		}
	}
	return all
}

func subscribe(t *testing.T, broker string) *process {
	t.Helper()
	host, port, _ := net.SplitHostPort(broker)
	return launch(t, program(t, "mosquitto_sub"), "-h", host, "-p", port, "-q", "1", "-v", "-t", "pychron_sim/#")
}

func TestMosquittoSeesBirthEventsAndWill(t *testing.T) {
	broker := mosquitto(t)
	sub := subscribe(t, broker)
	agent := startAgent(t, broker)
	source := agentName(t, agent.url)
	status := "pychron_sim/" + source + "/status"
	eventually(t, 15*time.Second, "the birth", func() error { return lastState(sub, status, "online") })
	eventually(t, 15*time.Second, "a reading", func() error {
		for line := range strings.SplitSeq(sub.out.String(), "\n") {
			topic, payload, ok := strings.Cut(line, " ")
			if !ok || !strings.HasPrefix(topic, "pychron_sim/"+source+"/readings/") {
				continue
			}
			var e map[string]any
			if err := json.Unmarshal([]byte(payload), &e); err != nil {
				return fmt.Errorf("%s: %w in %s", topic, err, payload)
			}
			for _, key := range []string{"timestamp", "event_type", "metric_name", "value", "labels", "status", "bound", "source", "boot", "lane", "seq", "up", "device", "point", "unit", "kind", "severity"} {
				if _, ok := e[key]; !ok {
					return fmt.Errorf("%s: no %q in %s", topic, key, payload)
				}
			}
			return nil
		}
		return errors.New("none yet")
	})
	if code, answer := command(t, agent.url, "V1", "open", 1); code != 200 {
		t.Fatalf("opening V1: %d %s", code, answer)
	}
	eventually(t, 10*time.Second, "the command on the audit topic", func() error {
		for _, payload := range received(sub, "pychron_sim/"+source+"/audit") {
			if strings.Contains(payload, `"kind":"command"`) && strings.Contains(payload, "who=e2e") {
				return nil
			}
		}
		return errors.New("not yet")
	})
	eventually(t, 10*time.Second, "the retained state of V1", func() error {
		if all := received(sub, "pychron_sim/"+source+"/state/V1/open"); len(all) == 0 || !strings.Contains(all[len(all)-1], `"value":1`) {
			return fmt.Errorf("have %v", all)
		}
		return nil
	})
	agent.Process.Signal(syscall.SIGKILL)
	<-agent.done
	eventually(t, 40*time.Second, "the will after kill -9", func() error { return lastState(sub, status, "offline") })
}

func lastState(sub *process, topic, want string) error {
	all := received(sub, topic)
	if len(all) == 0 {
		return errors.New("nothing on " + topic)
	}
	var s struct{ State string }
	if err := json.Unmarshal([]byte(all[len(all)-1]), &s); err != nil {
		return err
	}
	if s.State != want {
		return fmt.Errorf("state %q, want %q", s.State, want)
	}
	return nil
}

func agentName(t *testing.T, url string) string {
	t.Helper()
	body, err := fetch(url + "/status")
	if err != nil {
		t.Fatal(err)
	}
	var s struct{ Source string }
	if err := json.Unmarshal([]byte(body), &s); err != nil || s.Source == "" {
		t.Fatalf("/status: %v, source %q", err, s.Source)
	}
	return s.Source
}

// A broker that is killed and comes back without memory loses nothing: what happened meanwhile reaches the viewer's
// store, each event once, and no gap is left.
func TestViewerMissesNothingOfABrokerOutage(t *testing.T) {
	address := brokertest.FreeAddress(t)
	broker := mosquittoOn(t, address)
	viewer := startViewer(t, address)
	agent := startAgent(t, address)
	source := agentName(t, agent.url)
	eventually(t, 20*time.Second, "events at the viewer", func() error {
		if n := len(events(t, viewer, "source="+source+"&limit=1000")); n < 20 {
			return fmt.Errorf("%d events", n)
		}
		return nil
	})
	broker.kill()
	if code, answer := command(t, agent.url, "V1", "open", 1); code != 200 {
		t.Fatalf("opening V1 without a broker: %d %s", code, answer)
	}
	time.Sleep(3 * time.Second) // the outage: readings pile up in the agent's ring
	mosquittoOn(t, address)
	stored := "since=2020-01-01T00:00:00Z&limit=10000&source=" + source
	eventually(t, 30*time.Second, "the command in the viewer's store, once", func() error {
		if n := len(events(t, viewer, "kind=command&"+stored)); n != 1 {
			return fmt.Errorf("%d commands, want 1", n)
		}
		return nil
	})
	eventually(t, 30*time.Second, "readings without a hole", func() error {
		count, last := map[any]float64{}, map[any]float64{}
		for _, e := range events(t, viewer, stored) {
			count[e["lane"]]++
			last[e["lane"]] = max(last[e["lane"]], e["seq"].(float64))
		}
		for lane := range last {
			if count[lane] != last[lane] {
				return fmt.Errorf("lane %s: %g events, the last has seq %g", lane, count[lane], last[lane])
			}
		}
		return nil
	})
}
