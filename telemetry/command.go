package telemetry

import (
	"context"
	"errors"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// commands answers what moves something or decides about moving.
type commands struct {
	commander  Commander  // nil: nothing can be commanded here
	notifyTest NotifyTest // nil: there are no receivers here
	now        func() time.Time
}

// readRequest reads a body that may have only some fields, and takes the claim in it.
func (c *commands) readRequest(w http.ResponseWriter, r *http.Request, by *buffer.Principal, fields ...string) (*request, error) {
	if err := mistake(ask(r)); err != nil {
		return nil, err
	}
	if c.commander == nil {
		return nil, errNoCommander
	}
	data, err := body(w, r, "application/json")
	if err != nil {
		return nil, err
	}
	request, err := parseRequest(data, append(fields, "who"))
	if err != nil {
		return nil, err
	}
	by.Claim = request.Who
	withoutDeadlines(w)
	return request, nil
}

// errNoCommander answers every command where nothing can be commanded, as in a viewer.
var errNoCommander = failure(http.StatusNotFound, "nothing can be commanded here; commands must go to the agent at the bench")

// command answers POST /devices/{name}/{control}.
func (c *commands) command(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	if err := c.mayCommand(r, by); err != nil {
		return err
	}
	request, err := c.readRequest(w, r, &by, "value", "ttl", "note", "id")
	if err != nil {
		return err
	}
	if !by.May(buffer.RightCommand) && !c.switchesOff(r, request) {
		return c.refused(r, by, missingRight(by, buffer.RightCommand, r))
	}
	ttl := time.Duration(request.TTL)
	switch {
	case request.Value == nil:
		return bad("value is missing; must be a number, 1 for on or open, 0 for off or closed")
	case math.IsNaN(*request.Value) || math.IsInf(*request.Value, 0):
		return bad("value is not finite; must be a number")
	case ttl > maxTTL:
		return bad("ttl %v; must be at most %v", ttl, maxTTL)
	case ttl == 0:
		ttl = defaultTTL
	}
	asked := buffer.CommandRequest{By: by, Device: r.PathValue("name"), Control: r.PathValue("control"), Value: *request.Value,
		Expires: c.now().Add(ttl), Note: request.Note, ID: request.ID}
	result, err := c.commander.Command(r.Context(), asked)
	switch {
	case err == nil:
		answer(w, http.StatusOK, result)
	case errors.Is(err, buffer.ErrUnsettled), errors.Is(err, buffer.ErrFailed), errors.Is(err, buffer.ErrNotKept):
		answer(w, statusOf(err), struct {
			Error string `json:"error"`
			buffer.CommandResult
		}{err.Error(), result})
	default:
		return err
	}
	return nil
}

// mayCommand refuses who has no right to move a control. The commander records it: a refusal is an event too.
func (c *commands) mayCommand(r *http.Request, by buffer.Principal) (err error) {
	device, control := r.PathValue("name"), r.PathValue("control")
	switch {
	case !by.May(buffer.RightCommand) && !by.May(buffer.RightHalt):
		err = missingRight(by, buffer.RightCommand, r)
	case !by.MayMove(device, control):
		err = failure(http.StatusForbidden, "%s may not move %s.%s; must match one of: %s", by.Name, cut(device), cut(control), strings.Join(by.Controls, ", "))
	}
	if err != nil {
		return c.refused(r, by, err)
	}
	return nil
}

// refused has the commander record a refusal.
func (c *commands) refused(r *http.Request, by buffer.Principal, err error) error {
	if c.commander != nil {
		c.commander.Refused(by, r.PathValue("name"), r.PathValue("control"))
	}
	return err
}

// switchesOff reports whether a command is to the idle value of its control: whoever may halt may send that.
func (c *commands) switchesOff(r *http.Request, asked *request) bool {
	commander, ok := c.commander.(interface {
		Idle(device, control string) (float64, bool)
	})
	if !ok || asked.Value == nil {
		return false
	}
	idle, known := commander.Idle(r.PathValue("name"), r.PathValue("control"))
	return known && *asked.Value == idle
}

// lock answers POST /devices/{name}/lock.
func (c *commands) lock(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	request, err := c.readRequest(w, r, &by, "for", "owner", "reason", "both", "out_of_service")
	if err != nil {
		return err
	}
	err = c.commander.Lock(r.Context(), buffer.LockRequest{
		By: by, Device: r.PathValue("name"), For: time.Duration(request.For), Owner: request.Owner, Reason: request.Reason,
		Both: request.Both, OutOfService: request.OutOfService,
	})
	return done(w, err)
}

// unlock answers POST /devices/{name}/unlock.
func (c *commands) unlock(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	request, err := c.readRequest(w, r, &by, "owner", "reason")
	if err != nil {
		return err
	}
	err = c.commander.Lock(r.Context(), buffer.LockRequest{By: by, Device: r.PathValue("name"), Unlock: true, Owner: request.Owner, Reason: request.Reason})
	return done(w, err)
}

// hold answers POST /devices/{name}/hold.
func (c *commands) hold(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	request, err := c.readRequest(w, r, &by, "for", "drop")
	if err != nil {
		return err
	}
	result, err := c.commander.Hold(r.Context(), buffer.HoldRequest{By: by, Device: r.PathValue("name"), For: time.Duration(request.For), Drop: request.Drop})
	if err != nil {
		return err
	}
	answer(w, http.StatusOK, result)
	return nil
}

// clearRule answers POST /rules/{name}/clear.
func (c *commands) clearRule(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	if _, err := c.readRequest(w, r, &by); err != nil {
		return err
	}
	return done(w, c.commander.ClearRule(r.Context(), by, r.PathValue("name")))
}

// bypassRule answers POST /rules/{name}/bypass: for and reason take a rule out of force, drop ends that.
func (c *commands) bypassRule(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	request, err := c.readRequest(w, r, &by, "for", "reason", "drop")
	switch {
	case err != nil:
		return err
	case request.Drop != (request.For == 0):
		return bad("for is %v and drop is %v; must be for with a reason to bypass a rule, or drop to end that", time.Duration(request.For), request.Drop)
	}
	return done(w, c.commander.BypassRule(r.Context(), by, r.PathValue("name"), time.Duration(request.For), request.Reason))
}

// acknowledge answers POST /alarms/{name}/ack: with shelve and reason it is silent for a while, with drop and reason it is so no more.
func (c *commands) acknowledge(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	request, err := c.readRequest(w, r, &by, "shelve", "reason", "drop")
	reason := ""
	if err == nil {
		reason = strings.TrimSpace(request.Reason)
	}
	switch {
	case err != nil:
		return err
	case request.Shelve > 0 && request.Drop:
		return bad("shelve and drop are both given; must be shelve to be silent for a while, or drop to end that")
	case request.Shelve > 0 && reason == "":
		return bad("reason is missing; must be given to shelve an alarm")
	case request.Drop && reason == "":
		return bad("reason is missing; must be given to take an alarm off the shelf")
	case reason != "" && request.Shelve == 0 && !request.Drop:
		return bad("reason is given without shelve or drop; must be with one of them: an acknowledgement has no reason")
	}
	return done(w, c.commander.AckAlarm(r.Context(), by, r.PathValue("name"), time.Duration(request.Shelve), reason))
}

// acceptConfiguration answers POST /configuration/accept: the last good configuration counts, although the file was refused.
func (c *commands) acceptConfiguration(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	if _, err := c.readRequest(w, r, &by); err != nil {
		return err
	}
	commander, ok := c.commander.(interface {
		AcceptConfiguration(ctx context.Context, by buffer.Principal) error
	})
	if !ok {
		return failure(http.StatusNotFound, "there is no configuration to accept here; the request must go to the agent at the bench")
	}
	return done(w, commander.AcceptConfiguration(r.Context(), by))
}

// halt answers POST /halt. What could not be halted makes it 502, so that no script takes it for done. Its body is not read: net/http
// would wait for the end of one before it answers, which may never come, unless the connection ends with the answer.
func (c *commands) halt(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	if c.commander == nil {
		return errNoCommander
	}
	if r.ContentLength == 0 {
		withoutDeadlines(w)
	} else { // the deadline of its body stays: it is what ends the connection
		w.Header().Set("Connection", "close")
		_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
	}
	result, err := c.commander.Halt(r.Context(), by)
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
