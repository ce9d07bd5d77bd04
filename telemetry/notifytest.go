package telemetry

import (
	"context"
	"net/http"
	"strings"

	"pychron-edge/buffer"
)

// NotifyTest sends a test message to the receiver of alarms called name, or to all with "", and gives what became of it. ErrUnknown if
// there is no such receiver.
type NotifyTest func(ctx context.Context, by buffer.Principal, name string) ([]buffer.NotifyResult, error)

// testReceivers answers POST /notify-test. A receiver that did not take the message makes it 502, so that no script takes it for sent.
func (c *commands) testReceivers(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	request, err := c.readRequest(w, r, &by, "receiver")
	switch {
	case err != nil:
		return err
	case c.notifyTest == nil:
		return failure(http.StatusNotFound, "there are no receivers of alarms here; the request must go to the agent at the bench")
	}
	results, err := c.notifyTest(r.Context(), by, request.Receiver)
	if err != nil {
		return err
	}
	answered := struct {
		Error   string                `json:"error,omitempty"`
		Results []buffer.NotifyResult `json:"results"`
	}{Results: append([]buffer.NotifyResult{}, results...)}
	status := http.StatusOK
	if failed := unsent(results); failed != "" {
		status, answered.Error = http.StatusBadGateway, "not sent: "+failed
	}
	answer(w, status, answered)
	return nil
}

// unsent names the receivers that did not take a message, and why.
func unsent(results []buffer.NotifyResult) string {
	var failed []string
	for _, one := range results {
		if !one.Sent {
			failed = append(failed, one.Receiver+": "+one.Result)
		}
	}
	return strings.Join(failed, "; ")
}
