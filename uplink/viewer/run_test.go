package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/uplink"
	"pychron-edge/uplink/brokertest"
)

// trial is a publisher, a broker, the viewer and its page in one process.
type trial struct {
	lanes    buffer.Lanes
	page     string
	ended    chan error
	deadline <-chan time.Time
}

func newTrial(t *testing.T, where string) *trial {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	config := defaults()
	config.MQTT.Broker, config.Store, config.Listen = "embedded", where, "127.0.0.1:0"
	config.MQTT.Embedded.Listen, config.MQTT.Embedded.Dir = brokertest.FreeAddress(t), filepath.Join(t.TempDir(), "broker")
	lines := make(chan string, 100)
	r := &trial{lanes: buffer.NewLanes(0, 0, 0), ended: make(chan error, 2), deadline: time.After(150 * time.Second)}
	go func() { r.ended <- run(ctx, config, slog.New(slog.NewTextHandler(pipe(lines), nil))) }()
	var publisher *uplink.Publisher
	publisher, err := uplink.New(uplink.Options{Broker: "tcp://" + config.MQTT.Embedded.Listen, Prefix: "pychron", Agent: "line1", Boot: "b1", Lanes: r.lanes, Heartbeat: time.Second,
		Status: func(online bool) []byte {
			if !online {
				return status(t, "offline", "b1")
			}
			return fmt.Appendf(nil, `{"state":"online","boot":"b1","through":{"readings":%d}}`, publisher.State().Through[buffer.Readings])
		}})
	if err != nil {
		t.Fatal(err)
	}
	go func() { r.ended <- publisher.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		for range 2 {
			if err := <-r.ended; err != nil {
				t.Errorf("ended with %v", err)
			}
		}
	})
	r.page = "http://" + address(t, lines)
	return r
}

func (r *trial) read() {
	e := reading("b1", 0)
	e.Time, e.Lane = time.Now().UTC().Truncate(time.Microsecond), 0
	r.lanes.Append(&e)
}

// until asks the page again and again until its answer satisfies; what names what is waited for.
func (r *trial) until(t *testing.T, what, path string, satisfies func(status int, body []byte) bool) {
	t.Helper()
	var last []byte
	for {
		if reply, err := http.Get(r.page + path); err == nil {
			last, err = io.ReadAll(reply.Body)
			reply.Body.Close()
			if err == nil && satisfies(reply.StatusCode, last) {
				return
			}
		}
		select {
		case <-r.deadline:
			t.Fatalf("%s answers %.2000s, want %s", path, last, what)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// has reports whether an answer is so many events of line1.
func has(n int) func(int, []byte) bool {
	return func(_ int, body []byte) bool {
		var events []map[string]any
		return json.Unmarshal(body, &events) == nil && len(events) == n
	}
}

// The page returns the events that were appended to the agent's ring.
func TestFromRingToViewer(t *testing.T) {
	r := newTrial(t, filepath.Join(t.TempDir(), "events.db"))
	for range 5 {
		r.read() // if the viewer has not subscribed yet, it requests them
	}
	r.until(t, "that it is ready", "/readyz", func(status int, _ []byte) bool { return status == http.StatusOK })
	r.read()
	r.until(t, "6 events", "/events?source=line1&since=2020-01-01T00:00:00Z", has(6))
}

// Without its store the viewer shows what comes; later it has all that came meanwhile.
func TestLiveWithoutStoreAndCaughtUpAfterwards(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "later")
	r := newTrial(t, filepath.Join(dir, "events.db"))
	r.read()
	r.until(t, "the agent online and its reading", "/status", func(_ int, body []byte) bool {
		r.read() // the viewer may have subscribed after the last one
		var st telemetry.Status
		if json.Unmarshal(body, &st) != nil || len(st.Sources) != 1 || len(st.Devices) != 1 || len(st.Devices[0].Points) != 1 {
			return false
		}
		return st.Sources[0].State == "online" && st.Devices[0].Points[0].Value != nil
	})
	r.until(t, "the name of the trouble", "/readyz", func(status int, body []byte) bool {
		return status == http.StatusServiceUnavailable && strings.Contains(string(body), "store")
	})
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	r.until(t, "all events", "/events?source=line1&limit=50000&since=2020-01-01T00:00:00Z", has(int(r.lanes.Readings.Stats().Position)))
}

// pipe sends log lines to a channel.
type pipe chan string

func (p pipe) Write(b []byte) (int, error) {
	select {
	case p <- string(b):
	default:
	}
	return len(b), nil
}

// address returns the address of the page, from the log.
func address(t *testing.T, lines chan string) string {
	t.Helper()
	deadline := time.After(time.Minute)
	for {
		select {
		case l := <-lines:
			if _, rest, ok := strings.Cut(l, "msg=listening"); ok {
				_, at, _ := strings.Cut(rest, "address=")
				at, _, _ = strings.Cut(at, " ")
				return strings.TrimSpace(strings.TrimPrefix(at, "http://"))
			}
		case <-deadline:
			t.Fatal("the log has no address after a minute")
		}
	}
}

func TestConfigurationMistakesAreNamed(t *testing.T) {
	const embedded = "mqtt: {broker: embedded, embedded: {"
	for text, want := range map[string]string{
		"lissten: 1":                             "lissten",
		"units: psi":                             "torr, mbar, pa",
		"name: a/b":                              "without /",
		"prefix: a b":                            "without blanks",
		"mqtt: {broker: 'http://x'}":             "tcp://host:port",
		"mqtt: {broker: ['tcp://a', 'ftp://b']}": "tcp://host:port",
		"mqtt: {broker: []}":                     "1 to 8",
		"store: ''":                              "a path or a postgres:// URL",
		"prefix: /a":                             "without a slash at either end",
		"prefix: a//b":                           "two in a row",
		"prefix: ''":                             "1 to 100 bytes",
		"retain: {size: 5}":                      "1048576",
		"tokens: [{name: x, sha256: 1}]":         "64 hexadecimal digits",
		"name: a\n---\nname: b":                  "second document",
		embedded + "listen: 0.0.0.0:1883}}":      "must be loopback",
		embedded + "listen: 192.0.2.1:1883}}":    "must be loopback",
		embedded + "listen: ':1883'}}":           "IP:port",
		embedded + "listen: lab:1883}}":          "IP:port",
		embedded + "size: 5}}":                   "16777216 to",
		embedded + "tls: {cert: a}}}":            "both or none",
		embedded + "users: [{name: a}]}}":        "users[0]: sha256",
		embedded + "users: [{name: a, sha256: " + strings.Repeat("0", 64) + "}]}}":                    "has no rights",
		embedded + "users: [{name: a, sha256: " + strings.Repeat("0", 64) + ", rights: [x]}]}}":       "agent, read, command, ingest, viewer",
		embedded + "users: [{name: a/b, sha256: " + strings.Repeat("0", 64) + ", rights: [agent]}]}}": "letters, digits and _",
		embedded + "colour: red}}": "colour",
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

func TestSeveralBrokersMayBeGiven(t *testing.T) {
	path := filepath.Join(t.TempDir(), "viewer.yaml")
	if err := os.WriteFile(path, []byte("mqtt: {broker: [\"tcp://a:1883\", \"ssl://b:8883\"]}"), 0o600); err != nil {
		t.Fatal(err)
	}
	config, err := load(path)
	if err != nil || config.MQTT.Broker != "tcp://a:1883 ssl://b:8883" {
		t.Errorf("brokers %q, %v, want both", config.MQTT.Broker, err)
	}
}

func TestShippedConfigurationLoads(t *testing.T) {
	config, err := load("../../firmware-cfg/viewer.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if config.Retain.Age != 2*365*24*time.Hour || config.MQTT.Broker != "tcp://127.0.0.1:1883" {
		t.Errorf("viewer.yaml = %+v, want two years and the broker on loopback", config)
	}
}

func TestAddressOfThePageSaysWhetherItHasTLS(t *testing.T) {
	for text, want := range map[string]string{"": "http://127.0.0.1:9120/", "basic_auth_users: {a: b}": "http://127.0.0.1:9120/", "tls_server_config: {cert_file: a, key_file: b}": "https://127.0.0.1:9120/"} {
		c := defaults()
		if text != "" {
			c.WebConfig = filepath.Join(t.TempDir(), "web.yml")
			if err := os.WriteFile(c.WebConfig, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got := c.page(); got != want {
			t.Errorf("with %q the page is at %s, want %s", text, got, want)
		}
	}
}
