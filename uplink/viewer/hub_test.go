package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/uplink"
	"pychron-edge/uplink/brokertest"
	"pychron-edge/uplink/viewer/store"
	"pychron-edge/yamlfile"
)

// part is a viewer of an institute, in this process.
type part struct {
	*trial
	stop func() // ends it and waits
}

// startPart runs a viewer until the test ends.
func startPart(t *testing.T, config Config) *part {
	t.Helper()
	list := yamlfile.Read("", []byte("{}"), new(struct{}), "")
	if config.check(list); list.Err() != nil {
		t.Fatal(list.Err())
	}
	config.Listen = "127.0.0.1:0"
	ctx, cancel := context.WithCancel(t.Context())
	lines, ended := make(chan string, 1000), make(chan struct{})
	go func() {
		defer close(ended)
		if err := run(ctx, config, slog.New(slog.NewTextHandler(pipe(lines), nil))); err != nil {
			t.Errorf("ended with %v", err)
		}
	}()
	p := &part{&trial{deadline: time.After(150 * time.Second)}, func() { cancel(); <-ended }}
	t.Cleanup(p.stop)
	p.page = "http://" + address(t, lines)
	return p
}

// agentOf publishes to a broker until the test ends.
func agentOf(t *testing.T, broker string) buffer.Lanes {
	t.Helper()
	return agentWith(t, broker, buffer.NewLanes(0, 0, 0))
}

// agentWith publishes what is in rings, which hold as much as they do.
func agentWith(t *testing.T, broker string, lanes buffer.Lanes) buffer.Lanes {
	t.Helper()
	return agentSaying(t, broker, lanes, "")
}

// agentSaying is agentWith, with more in its status.
func agentSaying(t *testing.T, broker string, lanes buffer.Lanes, more string) buffer.Lanes {
	t.Helper()
	var p *uplink.Publisher
	p, err := uplink.New(uplink.Options{Broker: "tcp://" + broker, Prefix: "pychron", Agent: "line1", Boot: "b1", Lanes: lanes, Heartbeat: time.Second,
		Status: func(online bool) []byte {
			if !online {
				return status(t, "offline", "b1")
			}
			return fmt.Appendf(nil, `{"state":"online","boot":"b1","http":"http://line1.example:9119","through":{"readings":%d}%s}`, p.State().Through[buffer.Readings], more)
		}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("agent ended with %v", err)
		}
	})
	return lanes
}

// instituteConfigs are those of a lab and of a hub with its viewer in one program.
func instituteConfigs(t *testing.T) (lab, hub Config) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	leaves := brokertest.FreeAddress(t)
	hub = defaults()
	hub.MQTT.Broker, hub.Store = "hub", filepath.Join(t.TempDir(), "hub.db")
	hub.HubNode = HubNode{Name: "hub1", Leaves: leaves, Dir: t.TempDir(), Size: 16 << 20,
		Users: []HubUser{{Name: "argon", SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte("secret"))), Rights: []string{"lab"}}}}
	lab = defaults()
	lab.MQTT.Broker, lab.Store = "embedded", filepath.Join(t.TempDir(), "lab.db")
	lab.MQTT.Embedded.Listen, lab.MQTT.Embedded.Dir = brokertest.FreeAddress(t), filepath.Join(t.TempDir(), "broker")
	lab.Hub = Hub{URL: brokers("nats-leaf://" + leaves), User: "argon", PasswordFile: file}
	return lab, hub
}

func appendReading(lanes buffer.Lanes) {
	e := reading("b1", 0)
	e.Time, e.Lane = time.Now().UTC().Truncate(time.Microsecond), 0
	lanes.Append(&e)
}

// A lab works without its hub and names that it is away; what comes meanwhile is at the hub later, once, and under the lab's name.
func TestLabWhileItsHubIsAway(t *testing.T) {
	labConfig, hubConfig := instituteConfigs(t)
	lab := startPart(t, labConfig)
	lanes := agentOf(t, labConfig.MQTT.Embedded.Listen)
	lab.until(t, "the agent", "/status", func(_ int, body []byte) bool { return strings.Contains(string(body), `"line1"`) })
	for range 5 {
		appendReading(lanes)
	}
	lab.until(t, "5 events", "/events?source=line1&since=2020-01-01T00:00:00Z", has(5))
	lab.until(t, "that it is ready", "/readyz", func(code int, _ []byte) bool { return code == 200 })
	lab.until(t, "the hub that is away", "/status", func(_ int, body []byte) bool { return hubService(body).Health == 2 })
	hub := startPart(t, hubConfig)
	hub.until(t, "the 5 events of before", "/events?source=argon.line1&since=2020-01-01T00:00:00Z", has(5))
	appendReading(lanes)
	hub.until(t, "6 events", "/events?source=argon.line1&since=2020-01-01T00:00:00Z", has(6))
	hub.until(t, "the agent online", "/status", func(_ int, body []byte) bool {
		var st telemetry.Status
		return json.Unmarshal(body, &st) == nil && len(st.Sources) == 1 && st.Sources[0].Source == "argon.line1" && st.Sources[0].State == "online"
	})
	hub.until(t, "the agent as a target of Prometheus", "/targets", func(_ int, body []byte) bool {
		return strings.Contains(string(body), "line1.example:9119") && strings.Contains(string(body), "argon.line1")
	})
	lab.until(t, "no trouble with the hub", "/status", func(_ int, body []byte) bool { return hubService(body).Health == 1 })
	lab.until(t, "6 events", "/events?source=line1&since=2020-01-01T00:00:00Z", has(6))
}

func hubService(body []byte) telemetry.ServiceStatus {
	var st telemetry.Status
	_ = json.Unmarshal(body, &st)
	for _, s := range st.Services {
		if s.Service == "hub" {
			return s
		}
	}
	return telemetry.ServiceStatus{}
}

// What neither a lab's broker nor its store has for the hub is requested from the lab's agent, which sends it again: to the hub, and to the lab.
func TestHubAsksAgentsForWhatItMisses(t *testing.T) {
	labConfig, hubConfig := instituteConfigs(t)
	before := labConfig
	before.Hub = Hub{}
	lab := startPart(t, before)
	lanes := agentOf(t, labConfig.MQTT.Embedded.Listen)
	for range 3 {
		appendReading(lanes)
	}
	lab.until(t, "3 events", "/events?source=line1&since=2020-01-01T00:00:00Z", has(3))
	lab.stop()
	labConfig.Store = filepath.Join(t.TempDir(), "another.db")
	lab = startPart(t, labConfig)
	hub := startPart(t, hubConfig)
	hub.until(t, "3 events", "/events?source=argon.line1&since=2020-01-01T00:00:00Z", has(3))
	lab.until(t, "3 events", "/events?source=line1&since=2020-01-01T00:00:00Z", has(3))
}

// What a lab's broker never had for the hub, and its agent no longer has, is sent to the hub out of the lab's store: all of it, once, and
// nothing of it is lost.
func TestHubHasOutOfALabsStoreWhatItsAgentNoLongerHas(t *testing.T) {
	labConfig, hubConfig := instituteConfigs(t)
	before := labConfig
	before.Hub = Hub{}
	lab := startPart(t, before)
	lanes := agentWith(t, labConfig.MQTT.Embedded.Listen, buffer.NewLanes(10, 10, 10))
	const all = 200
	for n := 1; n <= all; n++ { // no faster than they are stored, or the agent itself declares a gap
		appendReading(lanes)
		if n%5 == 0 {
			lab.until(t, "what came so far", fmt.Sprintf("/events?source=line1&since=2020-01-01T00:00:00Z&limit=%d", n), has(n))
		}
	}
	if lanes.Readings.Stats().Events > 10 {
		t.Fatal("the agent has more than ten readings: the test shows nothing")
	}
	lab.stop()
	startPart(t, labConfig)
	hub := startPart(t, hubConfig)
	stored := "/events?source=argon.line1&lane=readings&since=2020-01-01T00:00:00Z&limit=1000"
	hub.until(t, "200 events", stored, has(all))
	appendReading(lanes)
	hub.until(t, "201 events", stored, has(all+1))
	hub.until(t, "no gap", "/status?source=argon.line1", func(_ int, body []byte) bool {
		var st telemetry.Status
		if err := json.Unmarshal(body, &st); err != nil {
			return false
		}
		for _, g := range st.Gaps {
			if g.Lost && g.To > 0 {
				t.Fatalf("the hub has a gap that is lost: %+v", g)
			}
		}
		return len(st.Gaps) == 0
	})
}

// The end of a boot that crashed while the hub was away, beyond what any status told: what the lab's store has of it is at the hub, and only
// what neither has is lost.
func TestHubHasTheEndOfACrashedBootOutOfALabsStore(t *testing.T) {
	labConfig, hubConfig := instituteConfigs(t)
	db, err := store.Open(t.Context(), labConfig.Store)
	if err != nil {
		t.Fatal(err)
	}
	const known, all = 6, 40
	var events []buffer.Event
	for seq := uint64(1); seq <= all; seq++ {
		events = append(events, reading("b0", seq))
	}
	if n, err := db.Append(t.Context(), events); n != all || err != nil {
		t.Fatalf("Append = %d, %v", n, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	startPart(t, labConfig)
	hub := startPart(t, hubConfig)
	lanes := agentSaying(t, labConfig.MQTT.Embedded.Listen, buffer.NewLanes(0, 0, 0), fmt.Sprintf(`,"boots":[{"boot":"b0","last":{"readings":%d}}]`, known))
	appendReading(lanes)
	hub.until(t, "what the lab has of the boot", "/events?source=argon.line1&boot=b0&lane=readings&since=2020-01-01T00:00:00Z&limit=100", has(all))
	hub.until(t, "that what follows is lost", "/status?source=argon.line1", func(_ int, body []byte) bool {
		var st telemetry.Status
		if err := json.Unmarshal(body, &st); err != nil {
			return false
		}
		for _, g := range st.Gaps {
			if g.Lane == "readings" && g.Boot == "b0" && g.Lost && g.From <= all {
				t.Fatalf("lost are %d to %d, and the lab has them", g.From, g.To)
			}
			if g.Lane == "readings" && g.Boot == "b0" && g.Lost && g.From == all+1 && g.To == 0 {
				return true
			}
		}
		return false
	})
}

// What comes to a hub twice is stored once, also where another viewer has stored in between; and nothing is requested for it.
func TestWhatComesTwiceIsStoredOnce(t *testing.T) {
	in := newTestIntake(t)
	one := func(seq uint64) buffer.Event {
		e := reading("b1", seq)
		e.Source = "argon.line1"
		return e
	}
	in.add(t, one(1), one(2))
	in.add(t, one(2), one(1), one(3))
	in.add(t, one(1), one(2), one(3))
	if _, err := in.store.Append(t.Context(), []buffer.Event{one(4), one(5)}); err != nil { // by the other viewer
		t.Fatal(err)
	}
	in.forget()
	in.add(t, one(5), one(6), one(4))
	all, err := in.store.(*store.Store).Events(t.Context(), buffer.Filter{Sources: []string{"argon.line1"}})
	if err != nil {
		t.Fatal(err)
	}
	n := uint64(0)
	for e, err := range all {
		if n++; err != nil || e.Seq != n {
			t.Errorf("event %d has seq %d, %v", n, e.Seq, err)
		}
	}
	if n != 6 || len(in.requested) != 0 || in.gaps(t) != "" {
		t.Errorf("%d events, requested %+v, gaps %q; want 6 and none", n, in.requested, in.gaps(t))
	}
}

func TestMistakesOfAHubAreNamed(t *testing.T) {
	hash := strings.Repeat("0", 64)
	lab := func(hub string) string { return "mqtt: {broker: embedded}\nhub: {" + hub + "}" }
	node := func(keys string) string {
		return "hub_node: {" + keys + ", dir: d, users: [{name: argon, sha256: '" + hash + "', rights: [lab]}]}"
	}
	for text, want := range map[string]string{
		"hub: {url: 'nats-leaf://h', user: a, password_file: f}":             "it must be embedded",
		lab("url: 'nats-leaf://h', user: a"):                                 "hub.password_file is empty",
		lab("url: 'nats-leaf://h', password_file: f"):                        "hub.user \"\"",
		lab("url: 'nats-leaf://h', user: a.b, password_file: f"):             "1 to 32 letters",
		lab("url: 'tcp://h', user: a, password_file: f"):                     "nats-leaf://host:7422, or nats-leaf-tls://host:7422",
		lab("url: 'nats-leaf://me:x@h', user: a, password_file: f"):          "without a user",
		lab("url: ['nats-leaf://h', 'x'], user: a, password_file: f"):        "hub.url: URL 2 of 2",
		lab("url: ['nats-leaf://h', 'nats-leaf-tls://i'], user: a"):          "one of them for all nodes",
		lab("url: 'nats-leaf://h', user: a, password_file: f, tls: {ca: c}"): "the scheme must be nats-leaf-tls",
		lab("user: a"):                    "hub.url is empty",
		lab("colour: red"):                "colour",
		"mqtt: {broker: hub}":             "there is no hub_node",
		"mqtt: {broker: 'nats://me:x@h'}": "nats://host:4222, or nats-tls://host:4222",
		"hub_node: {name: a, leaves: '127.0.0.1:7422', dir: d}":                                                                                                           "users is empty",
		node("name: a.b, leaves: '127.0.0.1:7422'"):                                                                                                                       "hub_node.name \"a.b\"",
		node("name: a, leaves: 'h:7422'"):                                                                                                                                 "leaves \"h:7422\"; it must be IP:port",
		node("name: a, leaves: '127.0.0.1:1', viewers: x"):                                                                                                                "viewers \"x\"; it must be IP:port",
		node("name: a, leaves: '127.0.0.1:1', size: 5"):                                                                                                                   "16777216 to",
		node("name: a, leaves: '127.0.0.1:1', replicas: 2"):                                                                                                               "it must be 1, or 3",
		node("name: a, leaves: '127.0.0.1:1', replicas: 3"):                                                                                                               "cluster.listen is empty",
		node("name: a, leaves: '127.0.0.1:1', replicas: 3, cluster: {listen: '127.0.0.1:2', peers: ['127.0.0.1:3']}"):                                                     "cluster.peers has 1",
		node("name: a, leaves: '127.0.0.1:1', replicas: 3, cluster: {listen: '127.0.0.1:2', peers: ['127.0.0.1:3', 'x']}"):                                                "host:port of another node",
		node("name: a, leaves: '127.0.0.1:1', replicas: 3, cluster: {listen: '10.0.0.1:2', peers: ['10.0.0.2:3', '10.0.0.3:3']}"):                                         "cluster.password_file is missing",
		node("name: a, leaves: '127.0.0.1:1', tls: {cert: c}"):                                                                                                            "cert and key",
		"hub_node: {name: a, leaves: '127.0.0.1:1', dir: d, users: [{name: a, sha256: '" + hash + "', rights: [agent]}]}":                                                 "one of lab, viewer",
		"hub_node: {name: a, leaves: '127.0.0.1:1', dir: d, users: [{name: a b, sha256: '" + hash + "', rights: [lab]}]}":                                                 "1 to 32 letters",
		"hub_node: {name: a, leaves: '127.0.0.1:1', dir: d, users: [{name: a, sha256: '1', rights: [lab]}]}":                                                              "64 hex digits",
		"hub_node: {name: a, leaves: '127.0.0.1:1', dir: d, users: [{name: a, sha256: '" + hash + "', rights: [lab]}, {name: a, sha256: '" + hash + "', rights: [lab]}]}": "stands twice; each lab must have a name of its own",
	} {
		path := filepath.Join(t.TempDir(), "viewer.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := load(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("load(%q) = %v, want it to contain %q", text, err, want)
		}
	}
}

func TestShippedConfigurationsOfAnInstituteLoad(t *testing.T) {
	all, err := filepath.Glob("../../firmware-cfg/institute/*.yaml")
	if err != nil || len(all) != 4 {
		t.Fatalf("%q, %v, want 4 files", all, err)
	}
	for _, path := range all {
		config, err := load(path)
		if err != nil {
			t.Error(err)
		}
		parts := map[string]bool{"lab": config.Hub.URL != "", "node": config.HubNode.configured(), "viewer": config.MQTT.fromHub()}
		want := strings.TrimSuffix(filepath.Base(path), ".yaml")
		if want == "single" && (!parts["node"] || !parts["viewer"]) || want != "single" && !parts[want] {
			t.Errorf("%s configures %v", path, parts)
		}
	}
}
