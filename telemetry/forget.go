package telemetry

import (
	"net/http"

	"pychron-edge/buffer"
)

// Forget stops showing an agent that is gone, until it sends again. ErrUnknown if there is none of the name; ErrConflict while it is online.
type Forget func(who, agent string) error

// forgetAgent answers DELETE /agents/{name}.
func (s *settings) forgetAgent(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	if err := mistake(ask(r)); err != nil {
		return err
	}
	if s.forget == nil {
		return failure(http.StatusNotFound, "no other agents are shown here; the request must go to a viewer")
	}
	return done(w, s.forget(by.Name, r.PathValue("name")))
}
