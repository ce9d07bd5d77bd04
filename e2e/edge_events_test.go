//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pychron-edge/uplink/brokertest"
)

// timing begins every script: its calls are measured, and none may take longer than 0.2 s. A machine that stands still for a moment is
// no call that waits: what counts is the least of three.
const timing = `
import sys, time
sys.path.insert(0, %q)
import edge_events
edge_events.configure(%q)
def quick(call, *args, **labels):
    took = []
    for _ in range(3):
        begun = time.monotonic()
        call(*args, **labels)
        took.append(time.monotonic() - begun)
    if min(took) > 0.2:
        print("%%s took %%.3f s" %% (call.__name__, min(took)))
def until(done):
    end = time.monotonic() + 30
    while not done() and time.monotonic() < end:
        time.sleep(0.02)
    return done()
`

// python runs a script against an address, and gives what it printed.
func python(t *testing.T, url, script string) string {
	t.Helper()
	folder := filepath.Join(root(t), "uplink", "pychron")
	out, err := exec.Command(program(t, "python3"), "-c", fmt.Sprintf(timing, folder, url)+script).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return strings.TrimSpace(string(out))
}

// The snippet for Pychron posts to a real agent, and what is wrong concerns one event alone.
func TestEventsFromPython(t *testing.T) {
	agent := startAgent(t, "")
	out := python(t, agent.url, `
class Bad(object):
    def __str__(self): raise RuntimeError("no text")
uuid = "6f0e4f2a-9b1c-4c57-8f0e-2f6f3f1d7a10"
edge_events.post("run_started", queue="FC-12", run_id=uuid)
edge_events.run(uuid, "12345-01A", analysis_type="unknown", sample="FC-2", nothing=None)
edge_events.database("save_analysis", 0.41)
edge_events.repository("push", 3.2, "failed", repository="Irradiation-1")
try:
    with edge_events.timed("pipeline", "fit isotopes"): raise KeyError("the script's own")
except KeyError: print("the script's own exception passed")
edge_events.post("commands")                        # the agent refuses it
edge_events.post("run_completed", queue="FC-12", run_id=uuid, status="success")
for wrong in [lambda: edge_events.post("no name"), lambda: edge_events.post("a", "x"), lambda: edge_events.post("a", float("nan")),
              lambda: edge_events.post("a", b=Bad()), lambda: edge_events.post(None), lambda: edge_events.flush("x")]:
    print(wrong(), end=" ")
quick(edge_events.post, "queue_length", 3)
until(lambda: edge_events.status()["waiting"] == 0 and edge_events.flush())
print(edge_events.status()["dropped"], "program's own" in edge_events.status()["error"] or edge_events.status()["error"] == "")
`)
	if want := "the script's own exception passed\nFalse False False False False False 6 True"; out != want {
		t.Errorf("printed %q, want %q", out, want)
	}
	eventually(t, 20*time.Second, "the events", func() error {
		body, err := fetch(agent.url + "/events?lane=ingest")
		if err != nil {
			return err
		}
		var events []struct {
			Metric string            `json:"metric_name"`
			Labels map[string]string `json:"labels"`
			Status string            `json:"status"`
		}
		if err := json.Unmarshal([]byte(body), &events); err != nil {
			return err
		}
		var got []string
		for _, e := range events {
			got = append(got, e.Metric+" "+e.Status)
		}
		const want = "run_started success, run_described success, database_operation_seconds success, repository_operation_seconds failed, pipeline_operation_seconds failed, run_completed success"
		if text := strings.Join(got, ", "); !strings.HasPrefix(text, want) || events[1].Labels["identifier"] != "12345-01A" || len(events[1].Labels) != 4 {
			return fmt.Errorf("events %s with %v, want %s ...", text, events[1].Labels, want)
		}
		return nil
	})
	body, err := fetch(agent.url + "/metrics")
	if err != nil || !strings.Contains(body, "pychron_runs_completed_total 1\n") {
		t.Errorf("the run is not counted by the names of Pychron's dashboards (%v)", err)
	}
}

// An agent that is away or does not answer keeps no script waiting, and what was posted meanwhile comes when it is back.
func TestPythonWaitsForNobody(t *testing.T) {
	hangs, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer hangs.Close()
	const script = `
for n in range(300): quick(edge_events.post, "beat", n=n)
quick(edge_events.flush)
quick(edge_events.flush, 60)
print(edge_events.status()["sent"], edge_events.status()["waiting"] > 0)
`
	for state, address := range map[string]string{"away": brokertest.FreeAddress(t), "hanging": hangs.Addr().String()} {
		begun := time.Now()
		if out := python(t, "http://"+address, script); out != "0 True" {
			t.Errorf("%s: %q, want that nothing was sent, and no call that took long", state, out)
		}
		if took := time.Since(begun); took > 20*time.Second {
			t.Errorf("%s: the program ended after %v; its end must not wait for the agent", state, took)
		}
	}
	got := make(chan int, 100)
	away := brokertest.FreeAddress(t)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var events []json.RawMessage
		if json.NewDecoder(r.Body).Decode(&events) == nil {
			got <- len(events)
		}
	}))
	full := filepath.Join(t.TempDir(), "full")
	go func() { // the agent comes back when the script has posted more than is kept
		for {
			if _, err := os.Stat(full); err == nil {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if l, err := net.Listen("tcp", away); err == nil {
			server.Listener.Close()
			server.Listener = l
			server.Start()
		}
	}()
	out := python(t, "http://"+away, fmt.Sprintf(`
for n in range(1500): edge_events.post("beat", n=n)
until(lambda: edge_events.status()["dropped"] == 500)
open(%q, "w").close()
print(until(lambda: edge_events.status()["sent"] == 1000), edge_events.status()["dropped"])
`, full))
	defer server.Close()
	if out != "True 500" {
		t.Errorf("%q, want the last 1000 sent and 500 dropped", out)
	}
	if first := <-got; first != 200 {
		t.Errorf("the first request brought %d events, want 200", first)
	}
}
