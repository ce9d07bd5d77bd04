package telemetry

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A machine that was given another name is answered by it, and by NAME.local, without a restart; another's name is not.
func TestAChangedHostNameIsAnswered(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hostname")
	check := newOriginCheck(&ServerOptions{})
	check.machine = func() []string { return machineNames(file) }
	handler := check.check(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }))
	answered := func(host string) int {
		r := httptest.NewRequest("GET", "/status", nil)
		r.Host = host
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w.Code
	}
	kernel, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(kernel, ".")
	for host, want := range map[string]int{kernel: 200, first + ".local": 200, strings.ToUpper(first) + ".LOCAL:9119": 200, "bench-seven": 403, "bench-seven.local": 403, "evil.example": 403} {
		if got := answered(host); got != want {
			t.Errorf("%s: %d, want %d", host, got, want)
		}
	}
	if err := os.WriteFile(file, []byte("bench-seven.lab.example\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]int{"bench-seven": 200, "bench-seven.local:9119": 200, "bench-seven.lab.example": 200, "bench-six.local": 403} {
		if got := answered(host); got != want {
			t.Errorf("%s after the change: %d, want %d", host, got, want)
		}
	}
}
