//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// tells waits until a service of a program is not healthy and says all parts.
func tells(t *testing.T, url, service string, parts ...string) {
	t.Helper()
	eventually(t, 75*time.Second, service+" of "+url+" to be told", func() error {
		body, err := fetch(url + "/status")
		if err != nil {
			return err
		}
		var status struct {
			Services []struct {
				Service string
				Health  int
				Text    string
			}
		}
		if err := json.Unmarshal([]byte(body), &status); err != nil {
			return err
		}
		for _, s := range status.Services {
			if s.Service != service {
				continue
			}
			for _, part := range parts {
				if s.Health < 2 || !strings.Contains(s.Text, part) {
					return fmt.Errorf("health %d, %q; want it to contain %q", s.Health, s.Text, part)
				}
			}
			return nil
		}
		return fmt.Errorf("no service %s", service)
	})
}

// Rights that let only the status through, and what viewers say: the broker acknowledges the rest and drops it.
func TestRightsForTheStatusAloneAreTold(t *testing.T) {
	p := &mqttProxy{broker: mosquitto(t), drops: func(topic string) bool {
		last := topic[strings.LastIndex(topic, "/")+1:]
		return last != "status" && last != "received" && last != "resend"
	}}
	proxy := p.listen(t)
	viewer, agent := startViewer(t, proxy), startAgent(t, proxy)
	source := agentName(t, agent.url)
	tells(t, viewer, "arrival", "rights (ACL)", "<prefix>/"+source+"/")
	tells(t, agent.url, "broker", "viewer viewer has", "rights (ACL)")
}

// A broker that refuses one filter: of the viewer all it has, of the agent what others send to it.
func TestRefusedFilterIsTold(t *testing.T) {
	p := &mqttProxy{broker: mosquitto(t), refuses: func(filter string) bool {
		return filter == "pychron_sim/+/#" || strings.HasSuffix(filter, "/resend")
	}}
	proxy := p.listen(t)
	viewer, agent := startViewer(t, proxy), startAgent(t, proxy)
	tells(t, viewer, "broker", "refuses pychron_sim/+/#", "rights (ACL)")
	tells(t, agent.url, "broker", "refuses pychron_sim/"+agentName(t, agent.url)+"/resend", "rights (ACL)")
}

// A broker that drops some and acknowledges all.
func TestBrokerThatDropsSomeIsTold(t *testing.T) {
	p := &mqttProxy{broker: mosquitto(t), drops: func(topic string) bool { return strings.Contains(topic, "/readings/ion1/") }}
	proxy := p.listen(t)
	viewer, agent := startViewer(t, proxy), startAgent(t, proxy)
	source := agentName(t, agent.url)
	tells(t, viewer, "arrival", "readings", source)
	tells(t, agent.url, "broker", "viewer viewer has readings to")
}
