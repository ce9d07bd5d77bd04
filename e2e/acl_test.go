//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// mosquittoWith runs mosquitto with rights for who has no name.
func mosquittoWith(t *testing.T, acl string) string {
	t.Helper()
	dir, address := t.TempDir(), freePort(t)
	host, port, _ := net.SplitHostPort(address)
	for name, text := range map[string]string{
		"acl":  acl,
		"conf": fmt.Sprintf("listener %s %s\nuser root\nallow_anonymous true\nmax_queued_messages 0\nacl_file %s\n", port, host, filepath.Join(dir, "acl")),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	launch(t, program(t, "mosquitto"), "-c", filepath.Join(dir, "conf"))
	eventually(t, 20*time.Second, "mosquitto to listen", func() error { _, err := net.Dial("tcp", address); return err })
	return address
}

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

// Rights that let only the status through: the broker acknowledges the rest and drops it.
func TestRightsForTheStatusAloneAreTold(t *testing.T) {
	broker := mosquittoWith(t, "topic read pychron_sim/#\ntopic write pychron_sim/+/status\ntopic write pychron_sim/+/received\ntopic write pychron_sim/+/resend\n")
	viewer, agent := startViewer(t, broker), startAgent(t, broker)
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
