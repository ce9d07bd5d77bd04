package broker

import (
	"net/http"
	"testing"

	"github.com/nats-io/nats-server/v2/server"

	"pychron-edge/uplink"
)

// What the server says of itself when a busy board gave its look of one millisecond no time.
var unready = &server.HealthStatus{StatusCode: http.StatusInternalServerError,
	Error: "failed to be ready for connections after 1ms: startup did not complete"}

func TestOneLookThatGotNoTimeEndsNoServer(t *testing.T) {
	var s running
	for look := range 3 * maxUnready {
		if err := s.judge(unready); err != nil {
			t.Fatalf("look %d: %v, want the server to go on", look, err)
		}
		if err := s.judge(&server.HealthStatus{Status: "ok", StatusCode: http.StatusOK}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestServerThatStaysUnreadyIsStartedAgain(t *testing.T) {
	var s running
	for look := 1; look < maxUnready; look++ {
		if err := s.judge(unready); err != nil {
			t.Fatalf("look %d: %v, want none before look %d", look, err, maxUnready)
		}
	}
	if s.judge(unready) == nil {
		t.Errorf("look %d found nothing wrong, want %s", maxUnready, unready.Error)
	}
}

func TestErrorOfTheStoreCountsAtOnce(t *testing.T) {
	var s running
	if s.judge(&server.HealthStatus{StatusCode: http.StatusServiceUnavailable, Error: "JetStream is not current"}) == nil {
		t.Error("an error of the store was passed over, want it to end the server")
	}
}

// A machine with much to do stores late. Whether that is too late is for the agent to say: a server that closes the connections of all agents whose
// messages wait, at once, has more to do than before.
func TestServerWaitsLongerToStoreThanAgentsDo(t *testing.T) {
	b, err := New(Options{Dir: t.TempDir(), Prefixes: []string{"pychron"}})
	if err != nil {
		t.Fatal(err)
	}
	if wait := b.serverOptions(&place{}, &gate{}).MQTT.JSAPITimeout; wait <= uplink.AckTimeout {
		t.Errorf("the server waits %v for a message to be stored, want more than the %v of an agent", wait, uplink.AckTimeout)
	}
}
