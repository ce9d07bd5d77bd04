package telemetry

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// Time limits of wishes.
const (
	defaultTTL     = 10 * time.Second // a command that had to wait longer is not begun
	maxTTL         = time.Hour
	maxRequestText = 256 // bytes
)

// wish is the body of every commanding call. Each call has its own fields; who is only a claim.
type request struct {
	Value  *float64 `json:"value,omitempty"`
	TTL    span     `json:"ttl,omitempty"`
	Note   string   `json:"note,omitempty"`
	ID     string   `json:"id,omitempty"`
	Who    string   `json:"who,omitempty"`
	For    span     `json:"for,omitempty"`
	Owner  string   `json:"owner,omitempty"`
	Reason string   `json:"reason,omitempty"`
	Drop   bool     `json:"drop,omitempty"`
	Shelve span     `json:"shelve,omitempty"`
}

// wished reads a body of which only some fields are allowed, and takes the claim in it.
func (s *Server) readRequest(w http.ResponseWriter, r *http.Request, by *buffer.Principal, allowed ...string) (*request, error) {
	if q := ask(r); q.err != nil {
		return nil, q.err
	}
	if s.Commander == nil {
		return nil, failure(http.StatusNotFound, "nothing can be commanded here; allowed is to ask the agent at the bench")
	}
	data, err := body(w, r, "application/json")
	if err != nil {
		return nil, err
	}
	request, err := parseRequest(data, append(allowed, "who"))
	if err != nil {
		return nil, err
	}
	by.Claim = request.Who
	withoutDeadlines(w)
	return request, nil
}

func parseRequest(data []byte, allowed []string) (*request, error) {
	var (
		request request
		fields  map[string]json.RawMessage
	)
	if len(data) == 0 {
		return &request, nil
	}
	names := strings.Join(allowed, ", ")
	if err := json.Unmarshal(data, &fields); err != nil || fields == nil {
		return nil, bad("body is no JSON object; allowed is one with %s", names)
	}
	for name := range fields {
		if !slices.Contains(allowed, name) {
			return nil, bad("field %q is unknown; allowed are %s", cut(name), names)
		}
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&request); err != nil {
		return nil, bad("body: %s; allowed is an object with %s", strings.TrimPrefix(err.Error(), "json: "), names)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, bad("body: something follows the object; allowed is one object")
	}
	for _, text := range []string{request.Note, request.ID, request.Who, request.Owner, request.Reason} {
		if len(text) > maxRequestText {
			return nil, bad("a text is %d bytes long; allowed are %d", len(text), maxRequestText)
		}
	}
	return &request, nil
}

// command answers POST /devices/{name}/{control}.
func (s *Server) command(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	if err := s.mayCommand(r, by); err != nil {
		return err
	}
	request, err := s.readRequest(w, r, &by, "value", "ttl", "note", "id")
	if err != nil {
		return err
	}
	ttl := time.Duration(request.TTL)
	switch {
	case request.Value == nil:
		return bad("value is missing; allowed is a number, 1 for on or open, 0 for off or closed")
	case math.IsNaN(*request.Value) || math.IsInf(*request.Value, 0):
		return bad("value is not finite; allowed is a number")
	case ttl > maxTTL:
		return bad("ttl %v; allowed is up to %v", ttl, maxTTL)
	case ttl == 0:
		ttl = defaultTTL
	}
	c := buffer.CommandRequest{By: by, Device: r.PathValue("name"), Control: r.PathValue("control"), Value: *request.Value,
		Expires: s.Now().Add(ttl), Note: request.Note, ID: request.ID}
	result, err := s.Commander.Command(r.Context(), c)
	switch {
	case err == nil:
		answer(w, http.StatusOK, result)
	case errors.Is(err, buffer.ErrUnsettled), errors.Is(err, buffer.ErrFailed):
		answer(w, statusOf(err), struct {
			Error string `json:"error"`
			buffer.CommandResult
		}{err.Error(), result})
	default:
		return err
	}
	return nil
}

// mayCommand says why somebody may not move a control. The door hears of it: a refusal is an event too.
func (s *Server) mayCommand(r *http.Request, by buffer.Principal) (err error) {
	device, control := r.PathValue("name"), r.PathValue("control")
	switch {
	case !by.May(buffer.RightCommand):
		err = missingRight(by, buffer.RightCommand, r.Header.Get(header) != "")
	case !by.MayMove(device, control):
		err = failure(http.StatusForbidden, "%s may not move %s.%s; allowed are %s", by.Name, cut(device), cut(control), strings.Join(by.Controls, ", "))
	}
	if err != nil && s.Commander != nil {
		s.Commander.Refused(by, device, control)
	}
	return err
}

// lock answers POST /devices/{name}/lock.
func (s *Server) lock(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	request, err := s.readRequest(w, r, &by, "for", "owner", "reason")
	if err != nil {
		return err
	}
	err = s.Commander.Lock(r.Context(), buffer.LockRequest{By: by, Device: r.PathValue("name"), For: time.Duration(request.For), Owner: request.Owner, Reason: request.Reason})
	return done(w, err)
}

// unlock answers POST /devices/{name}/unlock.
func (s *Server) unlock(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	request, err := s.readRequest(w, r, &by, "owner", "reason")
	if err != nil {
		return err
	}
	err = s.Commander.Lock(r.Context(), buffer.LockRequest{By: by, Device: r.PathValue("name"), Unlock: true, Owner: request.Owner, Reason: request.Reason})
	return done(w, err)
}

// hold answers POST /devices/{name}/hold.
func (s *Server) hold(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	request, err := s.readRequest(w, r, &by, "for", "drop")
	if err != nil {
		return err
	}
	result, err := s.Commander.Hold(r.Context(), buffer.HoldRequest{By: by, Device: r.PathValue("name"), For: time.Duration(request.For), Drop: request.Drop})
	if err != nil {
		return err
	}
	answer(w, http.StatusOK, result)
	return nil
}

// clearRule answers POST /rules/{name}/clear.
func (s *Server) clearRule(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	if _, err := s.readRequest(w, r, &by); err != nil {
		return err
	}
	return done(w, s.Commander.ClearRule(r.Context(), by, r.PathValue("name")))
}

// acknowledge answers POST /alarms/{name}/ack, with shelve and reason if it is to be silent for a while.
func (s *Server) acknowledge(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	request, err := s.readRequest(w, r, &by, "shelve", "reason")
	if err != nil {
		return err
	}
	if request.Shelve > 0 && strings.TrimSpace(request.Reason) == "" {
		return bad("reason is missing; allowed is to shelve an alarm with a reason")
	}
	return done(w, s.Commander.AckAlarm(r.Context(), by, r.PathValue("name"), time.Duration(request.Shelve), request.Reason))
}

// halt answers POST /halt. What could not be halted makes it 502, so that no script takes it for done.
func (s *Server) halt(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	if s.Commander == nil {
		return failure(http.StatusNotFound, "nothing can be commanded here; allowed is to ask the agent at the bench")
	}
	withoutDeadlines(w)
	result, err := s.Commander.Halt(r.Context(), by)
	if err != nil {
		return err
	}
	if len(result.Failed) == 0 {
		answer(w, http.StatusOK, result)
		return nil
	}
	var failed []string
	for _, device := range slices.Sorted(maps.Keys(result.Failed)) {
		failed = append(failed, device+": "+result.Failed[device])
	}
	answer(w, http.StatusBadGateway, struct {
		Error string `json:"error"`
		buffer.HaltResult
	}{"not halted: " + strings.Join(failed, "; "), result})
	return nil
}

// done answers {"ok":true}, unless there was an error.
func done(w http.ResponseWriter, err error) error {
	if err == nil {
		answer(w, http.StatusOK, map[string]bool{"ok": true})
	}
	return err
}
