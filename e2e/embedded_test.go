//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"pychron-edge/buffer"
	"pychron-edge/uplink"
	"pychron-edge/uplink/brokertest"
)

// embeddedViewer is bin/viewer with the broker inside it, which may be killed and started again.
type embeddedViewer struct {
	*process
	t           *testing.T
	dir         string
	store       string
	broker, url string
	outside     bool // the broker is another program
}

func startEmbedded(t *testing.T) *embeddedViewer {
	t.Helper()
	dir := t.TempDir()
	v := &embeddedViewer{t: t, dir: dir, store: filepath.Join(dir, "viewer.db"), broker: brokertest.FreeAddress(t)}
	v.start()
	return v
}

func (v *embeddedViewer) start() {
	v.t.Helper()
	listen := brokertest.FreeAddress(v.t)
	broker := []string{"-broker", "embedded", "-broker-listen", v.broker}
	if v.outside {
		broker = []string{"-broker", "tcp://" + v.broker}
	}
	v.process = launchIn(v.t, v.dir, filepath.Join(root(v.t), "bin/viewer"), append([]string{"run"}, append(broker, "-store", v.store, "-listen", listen)...)...)
	v.url = "http://" + listen
	eventually(v.t, 20*time.Second, "the viewer to have its broker", func() error { _, err := fetch(v.url + "/readyz"); return err })
}

// watcher connects a plain client that has a session, and returns what it receives, and whether its session was there.
func (v *embeddedViewer) watcher(id string) (c mqtt.Client, got chan mqtt.Message, present bool) {
	v.t.Helper()
	got = make(chan mqtt.Message, 10000)
	c = mqtt.NewClient(mqtt.NewClientOptions().AddBroker("tcp://" + v.broker).SetClientID(id).SetCleanSession(false).SetAutoReconnect(false).
		SetDefaultPublishHandler(func(_ mqtt.Client, m mqtt.Message) { got <- m }))
	token := c.Connect()
	if !token.WaitTimeout(20*time.Second) || token.Error() != nil {
		v.t.Fatalf("%s connecting: %v", id, token.Error())
	}
	v.t.Cleanup(func() { c.Disconnect(100) })
	return c, got, token.(*mqtt.ConnectToken).SessionPresent()
}

// The process with the broker is killed while a client is away: the client's session is there afterwards, with what was published
// meanwhile, and so is the retained status of an agent that is gone.
func TestEmbeddedBrokerKilledKeepsSessionAndRetained(t *testing.T) {
	v := startEmbedded(t)
	c, _, _ := v.watcher("watcher")
	if token := c.Subscribe("pychron_sim/#", 1, nil); !token.WaitTimeout(20*time.Second) || token.Error() != nil {
		t.Fatal(token.Error())
	}
	c.Disconnect(100)
	agent := startAgent(t, v.broker)
	source := agentName(t, agent.url)
	eventually(t, 30*time.Second, "events at the viewer", func() error {
		if n := len(events(t, v.url, "source="+source+"&limit=1000")); n < 20 {
			return fmt.Errorf("%d events", n)
		}
		return nil
	})
	agent.kill()
	v.kill()
	v.start()

	_, kept, present := v.watcher("watcher")
	if !present {
		t.Error("the session is gone")
	}
	readings := 0
	for deadline := time.After(20 * time.Second); readings < 10; {
		select {
		case m := <-kept:
			if strings.Contains(m.Topic(), "/readings/") && !m.Retained() {
				readings++
			}
		case <-deadline:
			t.Fatalf("after 20 s there are %d readings of those that waited, want 10", readings)
		}
	}
	other, status, _ := v.watcher("other")
	other.Subscribe("pychron_sim/+/status", 1, nil)
	select {
	case m := <-status:
		var s struct{ State string }
		if err := json.Unmarshal(m.Payload(), &s); err != nil || !m.Retained() || s.State == "" {
			t.Errorf("%s %s, retained %v; want the retained status", m.Topic(), m.Payload(), m.Retained())
		}
	case <-time.After(20 * time.Second):
		t.Error("no retained status after 20 s")
	}
}

// The viewer and its broker are killed together while the agent goes on: afterwards every event is stored once, without a hole.
func TestEmbeddedBrokerKilledLosesNothing(t *testing.T) {
	v := startEmbedded(t)
	agent := startAgent(t, v.broker)
	source := agentName(t, agent.url)
	for range 2 {
		eventually(t, 30*time.Second, "events at the viewer", func() error {
			if n := len(events(t, v.url, "source="+source+"&limit=1000")); n < 20 {
				return fmt.Errorf("%d events", n)
			}
			return nil
		})
		v.kill()
		v.start()
	}
	eventually(t, 60*time.Second, "events without a hole", func() error {
		count, last := map[any]float64{}, map[any]float64{}
		for _, e := range events(t, v.url, "since=2020-01-01T00:00:00Z&limit=20000&source="+source) {
			count[e["lane"]]++
			last[e["lane"]] = max(last[e["lane"]], e["seq"].(float64))
		}
		if len(last) < 2 {
			return fmt.Errorf("events of %d lanes", len(last))
		}
		for lane := range last {
			if count[lane] != last[lane] {
				return fmt.Errorf("lane %s: %g events, the last has seq %g", lane, count[lane], last[lane])
			}
		}
		return nil
	})
}

// Twenty agents come back at once, each with a full ring: all of it is stored.
func TestEmbeddedBrokerTakesFullRings(t *testing.T) {
	const agents, each = 20, 4000
	v := startEmbedded(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, agents)
	for i := range agents {
		name := fmt.Sprint("line", i)
		lanes := buffer.NewLanes(16, 16384, 16)
		for n := range each {
			lanes.Append(&buffer.Event{Source: name, Boot: "b1", Time: time.Now().UTC(), Kind: buffer.Reading, Severity: buffer.Info, Type: buffer.Gauge,
				Metric: "pressure_pascals", Device: "ion1", Point: "ig", Unit: buffer.Pascals, Value: float64(n),
				Labels: buffer.MakeLabels("device", "ion1", "channel", "ig"), Status: "success"})
		}
		p, err := uplink.New(uplink.Options{Broker: "tcp://" + v.broker, Agent: name, Boot: "b1", Lanes: lanes, Heartbeat: time.Minute,
			Status: func(online bool) []byte {
				return fmt.Appendf(nil, `{"state":%q,"boot":"b1"}`, map[bool]string{true: "online", false: "offline"}[online])
			}})
		if err != nil {
			t.Fatal(err)
		}
		go func() { ended <- p.Run(ctx) }()
	}
	t.Cleanup(func() {
		cancel()
		for range agents {
			<-ended
		}
	})
	begun := time.Now()
	for i := range agents {
		eventually(t, 5*time.Minute, "a whole ring in the store", func() error {
			if n := len(events(t, v.url, fmt.Sprintf("since=2020-01-01T00:00:00Z&limit=5000&source=line%d", i))); n != each {
				return fmt.Errorf("%d events of line%d, want %d", n, i, each)
			}
			return nil
		})
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", v.Process.Pid))
	_, anonymous, _ := strings.Cut(string(text), "RssAnon:")
	anonymous, _, _ = strings.Cut(anonymous, "\n")
	t.Logf("all stored after %v; the viewer has %s of anonymous memory (%v)", time.Since(begun).Round(time.Second/10), strings.TrimSpace(anonymous), err)
}
