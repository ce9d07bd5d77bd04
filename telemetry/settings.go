package telemetry

import (
	"cmp"
	"encoding/json"
	"net/http"
	"time"

	"pychron-edge/buffer"
)

// settings answers what an administrator changes.
type settings struct {
	backend Backend
	lanes   buffer.Lanes
	boot    string
	now     func() time.Time
	cleared *cleared
	forget  Forget // nil: not in a viewer
}

// capture answers PUT /capture.
func (s *settings) capture(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	if err := mistake(ask(r)); err != nil {
		return err
	}
	data, err := body(w, r, "application/json")
	if err != nil {
		return err
	}
	var wanted struct {
		Enabled *bool `json:"enabled"`
	}
	if err := cmp.Or(buffer.UniqueKeys(data), buffer.ExactKeys(data, &wanted)); err != nil {
		return bad("body: %v", err)
	}
	if err := json.Unmarshal(data, &wanted); err != nil || wanted.Enabled == nil {
		return bad(`body must be {"enabled":true} or {"enabled":false}`)
	}
	if err := s.backend.SetCapture(by.Name, *wanted.Enabled); err != nil {
		return err
	}
	answer(w, http.StatusOK, map[string]bool{"enabled": *wanted.Enabled})
	return nil
}

// clear answers DELETE /events: nothing before now is shown any more. Nothing is erased.
func (s *settings) clear(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	if err := mistake(ask(r)); err != nil {
		return err
	}
	after, at := s.lanes.Now(), s.now() // before the event of the clear, so that this one is shown
	if err := s.backend.Clear(by.Name); err != nil {
		return err
	}
	s.cleared.set(after, at)
	answer(w, http.StatusOK, map[string]string{"after": cursorText(s.boot, after)})
	return nil
}
