package telemetry

import (
	"strings"
	"testing"
)

// What the doctor says is for administrators, and a viewer has none.
func TestDoctorIsAskedByRight(t *testing.T) {
	s, _ := newTestServer(func(o *ServerOptions) {
		o.Doctor = func() []Diagnosis {
			return []Diagnosis{{"bad", "port of ion1", "/dev/ttyUSB0 is not there", "plug it in"}}
		}
	})
	const want = `[{"level":"bad","about":"port of ion1","text":"/dev/ttyUSB0 is not there","do":"plug it in"}]`
	if w := s.ask(t, "GET", "/doctor", "", token("admin")); w.Code != 200 || strings.TrimSpace(w.Body.String()) != want {
		t.Errorf("GET /doctor = %d %s, want %s", w.Code, w.Body, want)
	}
	for _, who := range []string{"command", "reader"} {
		if w := s.ask(t, "GET", "/doctor", "", token(who)); w.Code != 403 || strings.Contains(w.Body.String(), "ttyUSB0") {
			t.Errorf("GET /doctor with the right of %s = %d %s, want 403", who, w.Code, w.Body)
		}
	}
	if w := s.ask(t, "GET", "/doctor", ""); w.Code != 401 {
		t.Errorf("GET /doctor without a token = %d, want 401", w.Code)
	}
	none, _ := newTestServer()
	if w := none.ask(t, "GET", "/doctor", "", token("admin")); w.Code != 404 {
		t.Errorf("GET /doctor where nobody looks = %d, want 404", w.Code)
	}
}
