package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"pychron-edge/agent/service"
	"pychron-edge/telemetry"
)

// manualSite is a site with a laser, two valves that a person moves, a pipette of them and a rule. There is no journal.
func manualSite(t *testing.T) *site {
	t.Helper()
	s := newSite(t)
	text, err := os.ReadFile(s.config)
	if err != nil {
		t.Fatal(err)
	}
	boss := fmt.Sprintf(", {name: boss, sha256: %x, rights: [command, admin]}, {name: kl, sha256: %x, rights: [halt]}]", sha256.Sum256([]byte("boss")), sha256.Sum256([]byte("kl")))
	more := strings.Replace(string(text), "rights: [command]}]", "rights: [command]}"+boss, 1) + `
  - {name: V1, model: manual, control: true, every: 100ms}
  - {name: V2, model: manual, control: true, every: 100ms}
  - {name: V3, model: manual, control: true, every: 100ms}
pipettes: [{name: air, inner: V1, outer: V2}]
rules: [{name: vented, when: "V3.open == 1", halt: [laser]}]
`
	if err := os.WriteFile(s.config, []byte(more), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

var listening = regexp.MustCompile(`msg=listening address=(\S+)`)

// page is the address of the running agent's page.
func (s *site) page() (address string) {
	s.t.Helper()
	until(s.t, "the page", func() bool {
		if m := listening.FindStringSubmatch(s.said.String()); m != nil {
			address = "http://" + m[1]
		}
		return address != ""
	})
	return address
}

// post asks the agent as the holder of a token, and gives the status and the answer.
func (s *site) post(token, path, body string) (int, string) {
	s.t.Helper()
	r, _ := http.NewRequest(http.MethodPost, s.page()+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Pychron-Edge-Token", token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	var text bytes.Buffer
	text.ReadFrom(answer.Body)
	return answer.StatusCode, text.String()
}

// must is post that is to be answered with 200.
func (s *site) must(token, path, body string) {
	s.t.Helper()
	if code, text := s.post(token, path, body); code != http.StatusOK {
		s.t.Fatalf("POST %s %s = %d %s", path, body, code, text)
	}
}

// refused is post that is to be answered with 409 and a text.
func (s *site) refused(token, path, body, why string) {
	s.t.Helper()
	if code, text := s.post(token, path, body); code != http.StatusConflict || !strings.Contains(text, why) {
		s.t.Errorf("POST %s %s = %d %s; want 409 with %q", path, body, code, text, why)
	}
}

func (s *site) status() (out telemetry.Status) {
	s.t.Helper()
	answer, err := http.Get(s.page() + "/status")
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&out); err != nil {
		s.t.Fatal(err)
	}
	return out
}

// kill ends the agent as kill -9 does, and starts another.
func (s *site) killAndStart() {
	s.t.Helper()
	s.agent.Process.Kill()
	s.agent.Wait()
	s.start()
}

const letMeIn = "let me in"

func TestLockSurvivesKill(t *testing.T) {
	s := manualSite(t)
	s.start()
	s.must(letMeIn, "/devices/V1/lock", `{"reason":"sample in"}`)
	s.must(letMeIn, "/devices/V2/lock", `{"reason":"hands in","out_of_service":true}`)
	s.killAndStart()
	s.refused(letMeIn, "/devices/V1/open", `{"value":1}`, "locked by jr: sample in")
	s.refused("boss", "/devices/V2/open", `{"value":1}`, "out of service")
	s.must("kl", "/devices/V1/open", `{"value":0}`)
	if code, text := s.post("kl", "/devices/V3/open", `{"value":1}`); code != http.StatusForbidden {
		t.Errorf("opening with the right to halt alone = %d %s, want 403", code, text)
	}
	if code, text := s.post("boss", "/devices/V1/unlock", `{}`); code == http.StatusOK {
		t.Errorf("a lock broken without a reason: %s", text)
	}
	s.must("boss", "/devices/V1/unlock", `{"reason":"jr is away"}`)
	s.must(letMeIn, "/devices/V1/open", `{"value":1}`)
	s.killAndStart()
	s.must(letMeIn, "/devices/V1/open", `{"value":1}`)
	for _, d := range s.status().Devices {
		if d.Name == "V2" && (d.Lock == nil || !d.Lock.OutOfService || d.Lock.Until != nil) {
			t.Errorf("lock of V2 = %+v, want it out of service without an end", d.Lock)
		}
	}
}

func TestLatchSurvivesKill(t *testing.T) {
	s := manualSite(t)
	s.start()
	s.must(letMeIn, "/devices/V3/open", `{"value":0}`)
	s.must(letMeIn, "/rules/vented/clear", `{}`) // nothing was known of the valve
	if data, _ := os.ReadFile(s.run + ".state/latches.json"); strings.Contains(string(data), "vented") {
		t.Errorf("the call was answered before it was on disk: %s", data)
	}
	s.must(letMeIn, "/devices/V3/open", `{"value":1}`)
	s.must(letMeIn, "/devices/V3/open", `{"value":0}`)
	until(t, "the latch on disk", func() bool {
		data, _ := os.ReadFile(s.run + ".state/latches.json")
		valve, _ := os.ReadFile(s.run + ".state/device.V3.json")
		return strings.Contains(string(data), "vented") && strings.Contains(string(valve), `"open":0`)
	})
	s.killAndStart()
	s.refused(letMeIn, "/devices/laser/enabled", `{"value":1}`, "before the restart")
	if r := s.status().Rules; len(r) != 1 || !r[0].Tripped || r[0].Since == nil {
		t.Errorf("rules after kill -9 = %+v, want the trip with its time", r)
	}
	s.must(letMeIn, "/rules/vented/clear", `{}`)
	s.killAndStart()
	if r := s.status().Rules; r[0].Tripped {
		t.Error("a rule that was cleared is tripped after kill -9")
	}
}

func TestCountsSurviveKillAndAShotThatWasCutShortIsUncertain(t *testing.T) {
	s := manualSite(t)
	s.start()
	move := func(valve string, values ...int) {
		for _, v := range values {
			s.must(letMeIn, "/devices/"+valve+"/open", fmt.Sprintf(`{"value":%d}`, v))
		}
	}
	move("V1", 0)
	move("V2", 0)
	move("V1", 1, 0)
	move("V2", 1, 0) // one shot
	move("V1", 1, 0) // half of the next
	actuations := func() (n uint64) {
		for _, d := range s.status().Devices {
			if d.Name == "V1" {
				n = d.Actuations
			}
		}
		return n
	}
	until(t, "the counts on disk", func() bool {
		one, _ := os.ReadFile(s.run + ".state/device.V1.json")
		two, _ := os.ReadFile(s.run + ".state/pipettes.json")
		// that it is loaded is on disk from the first half on: the shot is what tells the second from it
		return strings.Contains(string(one), "actuations=4") && strings.Contains(string(two), `"loaded":true`) && strings.Contains(string(two), `"shots":1`)
	})
	s.killAndStart()
	if n := actuations(); n != 4 {
		t.Errorf("actuations after kill -9 = %d, want 4", n)
	}
	if p := s.status().Pipettes; len(p) != 1 || p[0].Shots != 1 || p[0].Uncertain != 1 {
		t.Errorf("pipettes after kill -9 = %+v, want one shot and one uncertain", p)
	}
	r := s.status().Restart
	if r == nil || !r.Unclean || len(r.Differences) != 0 {
		t.Errorf("restart = %+v, want unclean without a difference", r)
	}
	s.agent.Process.Signal(os.Interrupt)
	s.agent.Wait()
	s.start()
	if r := s.status().Restart; r == nil || r.Unclean {
		t.Errorf("restart after a stop in order = %+v, want clean", r)
	}
	if p := s.status().Pipettes; p[0].Uncertain != 1 {
		t.Errorf("pipettes after a stop in order = %+v, want the same count", p)
	}
}

func TestRefusedFileRunsTheLastGoodConfigurationUntilAccepted(t *testing.T) {
	s := manualSite(t)
	s.start()
	s.must(letMeIn, "/devices/V1/open", `{"value":1}`)
	until(t, "the configuration on disk", func() bool {
		_, err := os.Stat(s.run + ".state/configuration.json")
		return err == nil
	})
	good, _ := os.ReadFile(s.config)
	os.WriteFile(s.config, []byte("devices: [{name: 7}]\n"), 0o600)
	s.killAndStart()
	c := s.status().Configuration
	if c == nil || !c.Kept || len(c.Mistakes) == 0 || c.SHA256 != fmt.Sprintf("%x", sha256.Sum256(good)) {
		t.Fatalf("configuration = %+v, want the last good one with the mistakes of the file", c)
	}
	s.refused(letMeIn, "/devices/V1/open", `{"value":1}`, "until an administrator accepts it")
	s.must(letMeIn, "/devices/V1/open", `{"value":0}`)
	if code, text := s.post(letMeIn, "/configuration/accept", `{}`); code != http.StatusForbidden {
		t.Errorf("accepted without the right: %d %s", code, text)
	}
	if !strings.Contains(s.metrics(), "pychron_config_in_force_is_kept 1") {
		t.Error("the metric does not say that the last good configuration runs")
	}
	until(t, "the service", func() bool {
		for _, v := range s.status().Services {
			if v.Service == "configuration" && v.Health == service.Unavailable && strings.Contains(v.Text, "name") {
				return true
			}
		}
		return false
	})
	s.must("boss", "/configuration/accept", `{}`)
	s.must(letMeIn, "/devices/V1/open", `{"value":1}`)
	os.Remove(s.config)
	s.killAndStart()
	s.refused(letMeIn, "/devices/V1/open", `{"value":1}`, "until an administrator accepts it")
	os.WriteFile(s.config, append(good, "# mended\n"...), 0o600)
	s.agent.Process.Signal(syscall.SIGHUP)
	until(t, "the reload", func() bool { return s.status().Configuration == nil })
	s.must(letMeIn, "/devices/V1/open", `{"value":1}`)
	if !strings.Contains(s.metrics(), "pychron_config_in_force_is_kept 0") {
		t.Error("the metric still says that the last good configuration runs")
	}
	until(t, "the mended configuration on disk", func() bool {
		data, _ := os.ReadFile(s.run + ".state/configuration.json")
		return strings.Contains(string(data), "# mended")
	})
	os.WriteFile(s.config, []byte("devices: [{name: 7}]\n"), 0o600)
	c2, text := s.program("run", "-strict", "-config", s.config)
	if c2.Run(); c2.ProcessState.ExitCode() != exitMistake || !strings.Contains(text.String(), "name") {
		t.Errorf("-strict exited with %d: %s; want the mistakes", c2.ProcessState.ExitCode(), text)
	}
}

func (s *site) metrics() string {
	s.t.Helper()
	answer, err := http.Get(s.page() + "/metrics")
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	var text bytes.Buffer
	text.ReadFrom(answer.Body)
	return text.String()
}
