package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/uplink"
)

// A publisher, a broker, the viewer and its page in one process: the page returns the events that were appended to the agent's ring.
func TestFromRingToViewer(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	b, err := startBroker("127.0.0.1:0", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	config := defaults()
	config.MQTT.Broker, config.Store, config.Listen = b.url, filepath.Join(t.TempDir(), "events.db"), "127.0.0.1:0"
	lines := make(chan string, 100)
	ended := make(chan error, 2)
	go func() { ended <- run(ctx, config, "", slog.New(slog.NewTextHandler(pipe(lines), nil))) }()

	lanes := buffer.NewLanes(0, 0, 0)
	publisher, err := uplink.New(uplink.Options{Broker: b.url, Prefix: "pychron", Agent: "line1", Boot: "b1", Lanes: lanes,
		Status: func(online bool) []byte {
			state := "offline"
			if online {
				state = "online"
			}
			return status(t, state, "b1")
		}})
	if err != nil {
		t.Fatal(err)
	}
	go func() { ended <- publisher.Run(ctx) }()
	appendReading := func() {
		e := reading("b1", 0)
		e.Time, e.Lane = time.Now().UTC().Truncate(time.Microsecond), 0
		lanes.Append(&e)
	}
	for range 5 {
		appendReading() // if the viewer has not subscribed yet, it requests them
	}
	page := address(t, lines)
	deadline := time.After(20 * time.Second)
	for {
		reply, err := http.Get("http://" + page + "/readyz")
		if err == nil {
			reply.Body.Close()
			if reply.StatusCode == http.StatusOK {
				break
			}
		}
		select {
		case <-deadline:
			t.Fatal("the viewer was not ready in 20 s")
		case <-time.After(20 * time.Millisecond):
		}
	}
	appendReading()
	for {
		var events []map[string]any
		if reply, err := http.Get("http://" + page + "/events?source=line1&since=2020-01-01T00:00:00Z"); err == nil {
			err = json.NewDecoder(reply.Body).Decode(&events)
			reply.Body.Close()
			if err == nil && len(events) == 6 {
				break
			}
		}
		select {
		case <-deadline:
			t.Fatalf("the viewer answers %v, want 6 events", events)
		case <-time.After(20 * time.Millisecond):
		}
	}
	cancel()
	for range 2 {
		if err := <-ended; err != nil {
			t.Errorf("ended with %v", err)
		}
	}
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
	deadline := time.After(10 * time.Second)
	for {
		select {
		case l := <-lines:
			if _, rest, ok := strings.Cut(l, "msg=listening"); ok {
				_, at, _ := strings.Cut(rest, "address=")
				at, _, _ = strings.Cut(at, " ")
				return strings.TrimSpace(strings.TrimPrefix(at, "http://"))
			}
		case <-deadline:
			t.Fatal("the log has no address after 10 s")
		}
	}
}

func TestConfigurationMistakesAreNamed(t *testing.T) {
	for text, want := range map[string]string{
		"lissten: 1":                     "lissten",
		"units: psi":                     "torr, mbar, pa",
		"name: a/b":                      "without /",
		"prefix: a b":                    "without blanks",
		"prefix: /a":                     "without a slash at either end",
		"prefix: a//b":                   "two in a row",
		"prefix: ''":                     "1 to 100 bytes",
		"retain: {size: 5}":              "1048576",
		"tokens: [{name: x, sha256: 1}]": "64 hex digits",
		"name: a\n---\nname: b":          "second document",
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

func TestShippedConfigurationLoads(t *testing.T) {
	config, err := load("../../firmware-cfg/viewer.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if config.Retain.Age != 2*365*24*time.Hour || config.MQTT.Broker != "tcp://127.0.0.1:1883" {
		t.Errorf("viewer.yaml = %+v, want two years and the broker on loopback", config)
	}
}

func TestEmbeddedBrokerIsLoopbackOnly(t *testing.T) {
	for _, address := range []string{"0.0.0.0:1883", "192.0.2.1:1883", ":1883", "nonsense"} {
		if b, err := startBroker(address, slog.New(slog.DiscardHandler)); err == nil {
			b.close()
			t.Errorf("startBroker(%q) succeeded, want loopback only", address)
		}
	}
}
