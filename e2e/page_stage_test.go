//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// stage is what the tests of the page share: an agent at its simulated line, a viewer behind a broker, and a browser.
type stage struct {
	*chromium
	agent  *bench
	broker string
	viewer string
	source string
}

// newStage starts them and waits until the viewer knows the agent. Opening V5 trips a rule and raises an alarm at once.
func newStage(t *testing.T) *stage {
	t.Helper()
	return newStageOf(t, func(t *testing.T, broker string) *bench { return startChanged(t, broker, tripping) })
}

// newStageOf is newStage with another agent.
func newStageOf(t *testing.T, start func(t *testing.T, broker string) *bench) *stage {
	t.Helper()
	s := &stage{broker: mosquitto(t)}
	s.viewer = startViewer(t, s.broker)
	s.agent = start(t, s.broker)
	s.source = agentName(t, s.agent.url)
	s.chromium = startChromium(t)
	eventually(t, 20*time.Second, "the agent at the viewer", func() error {
		if n := len(events(t, s.viewer, "source="+s.source)); n < 20 {
			return fmt.Errorf("%d events", n)
		}
		return nil
	})
	eventually(t, 90*time.Second, "what stands still at the viewer", func() error { // it is said once a minute
		status, err := fetch(s.viewer + "/status")
		if err == nil && strings.Contains(status, "not received yet") {
			err = errors.New("some points were not received yet")
		}
		return err
	})
	return s
}

// move moves a control and fails where it was not moved.
func (s *stage) move(t *testing.T, device, control string, value float64) {
	t.Helper()
	if code, answer := command(t, s.agent.url, device, control, value); code != 200 {
		t.Fatalf("%s.%s = %g: %d %s", device, control, value, code, answer)
	}
}

// both runs a test of a view on the agent and on the viewer, each in a page of its own.
func (s *stage) both(t *testing.T, view string, params url.Values, test func(t *testing.T, p *page)) {
	if params == nil {
		params = url.Values{}
	}
	t.Run("agent", func(t *testing.T) {
		test(t, s.browse(t, s.agent.url+"/#/"+view+"?"+params.Encode(), 1500, 1000).live())
	})
	t.Run("viewer", func(t *testing.T) {
		params.Set("source", s.source)
		test(t, s.browse(t, s.viewer+"/#/"+view+"?"+params.Encode(), 1500, 1000).live())
	})
}

func TestPage(t *testing.T) {
	s := newStage(t)
	for _, feature := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"status", s.status}, {"commands", s.commands}, {"log", s.events}, {"metrics", s.metrics},
		{"plots", s.plots}, {"export", s.export}, {"viewer", s.fleet}, {"reach", s.reach},
	} {
		t.Run(feature.name, feature.run)
	}
}
