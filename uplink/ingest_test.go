package uplink

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// Events of other programs are taken whole from the broker, and what is refused is told.
func TestIngestFromTheBroker(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	taken, refused := make(chan string, 9), make(chan string, 9)
	b.publish("pychron/line1/ingest", `{"kept":1}`, true)
	run(t, b.url(), func(o *Options) {
		o.Ingest = func(body []byte) error {
			if strings.Contains(string(body), "bad") {
				return errors.New("metric_name is missing")
			}
			taken <- string(body)
			return nil
		}
		o.Refused = func(err error) { refused <- err.Error() }
	})
	if got := await(t, refused); got != errRetained.Error() {
		t.Errorf("a retained message: %q, want %q", got, errRetained)
	}
	for _, body := range []string{`{"n":1}`, "{\"n\":2}\n{\"n\":3}", "[" + strings.Repeat(" ", 100_000) + "]"} {
		b.publish("pychron/line1/ingest", body, false)
		if got := await(t, taken); got != body {
			t.Errorf("taken %.50q, want %.50q", got, body)
		}
	}
	b.publish("pychron/line1/ingest", "bad", false)
	if got := await(t, refused); got != "metric_name is missing" {
		t.Errorf("refused for %q, want what the call says", got)
	}
}

// Without the configuration's word the agent does not even listen.
func TestIngestIsOffByDefault(t *testing.T) {
	p, _ := newTopicNames("pychron", "line1").receivers(inbox{})
	if p["pychron/line1/ingest"] != nil {
		t.Error("the topic ingest is received without a receiver")
	}
	if newIngestQueue(&Options{}) != nil {
		t.Error("there is a queue for events that are not accepted")
	}
}

func TestTooManyMessagesOfEvents(t *testing.T) {
	var refused []string
	o := Options{Ingest: func([]byte) error { return nil }, Refused: func(err error) { refused = append(refused, err.Error()) }}
	o.setDefaults()
	q := newIngestQueue(&o)
	for n := range maxIngest + 3 {
		q.receive(fmt.Append(nil, n), false)
	}
	if len(refused) != 3 || !strings.Contains(refused[0], "wait already") {
		t.Errorf("refused %q, want the three beyond %d", refused, maxIngest)
	}
}

func await(t *testing.T, c <-chan string) string {
	t.Helper()
	select {
	case s := <-c:
		return s
	case <-time.After(testTimeout):
		t.Fatal("nothing came in 20 s")
		return ""
	}
}
