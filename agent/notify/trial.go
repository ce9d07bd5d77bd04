package notify

import (
	"context"
	"fmt"
	"sync"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/near"

	"pychron-edge/agent/config"
)

// Test sends a test message to each of the receivers, or to the one called name, all at the same time and each once. It
// gives a result for each, in order. The error wraps ErrUnknown where there is no such receiver.
func Test(ctx context.Context, receivers []config.NotifyConfig, name, source string, now time.Time) ([]buffer.NotifyResult, error) {
	return new(sender).testAll(ctx, receivers, name, source, now)
}

func (s *sender) testAll(ctx context.Context, receivers []config.NotifyConfig, name, source string, now time.Time) ([]buffer.NotifyResult, error) {
	var chosen []config.NotifyConfig
	var names []string
	for _, r := range receivers {
		names = append(names, r.Name)
		if name == "" || name == r.Name {
			chosen = append(chosen, r)
		}
	}
	if name != "" && len(chosen) == 0 {
		return nil, fmt.Errorf("receiver %q: %w; %s", name, buffer.ErrUnknown, near.OneOf(names, "the configuration names no receiver"))
	}
	m := Message{Source: source, State: test, Priority: "low", Severity: buffer.Info.String(), Text: "This is a test. No alarm was raised.", Time: now}
	results := make([]buffer.NotifyResult, len(chosen))
	var all sync.WaitGroup
	for i, to := range chosen {
		all.Go(func() {
			attempt, cancel := context.WithTimeout(ctx, sendTimeout)
			defer cancel()
			results[i] = buffer.NotifyResult{Receiver: to.Name, Result: "sent", Sent: true}
			if err := s.send(attempt, to, m); err != nil {
				results[i] = buffer.NotifyResult{Receiver: to.Name, Result: err.Error()}
			}
		})
	}
	all.Wait()
	return results, nil
}
