package telemetry

import (
	"net/http"

	"pychron-edge/buffer"
)

// Diagnosis is what was seen of one thing of the machine.
type Diagnosis struct {
	Level string `json:"level"` // ok, warn or bad
	About string `json:"about"` // "port of ion1", "clock"
	Text  string `json:"text"`  // what was seen
	Do    string `json:"do"`    // what to do about it; "" where it is well
}

// doctor answers GET /doctor. It says more of the machine than who only reads need know: paths, programs, mistakes of the file.
func doctor(look func() []Diagnosis) call {
	return func(w http.ResponseWriter, r *http.Request, _ buffer.Principal) error {
		if look == nil {
			return failure(http.StatusNotFound, "nobody looks at this machine; the request must go to the agent at the bench")
		}
		answer(w, http.StatusOK, append([]Diagnosis{}, look()...))
		return nil
	}
}
