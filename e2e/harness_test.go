//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"pychron-edge/uplink/brokertest"
)

// token is what the tests command with.
const token = "e2e-token-of-no-secrecy"

// process is a program under test and what it printed.
type process struct {
	*exec.Cmd
	name string
	out  *output
	done chan struct{}
}

type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// launch starts a program that ends with the test. What it printed is shown where the test failed.
func launch(t *testing.T, path string, args ...string) *process {
	t.Helper()
	return launchIn(t, t.TempDir(), path, args...)
}

// launchIn is launch with the folder of what the program keeps.
func launchIn(t *testing.T, dir, path string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(path, args...)}
	p.Dir = dir
	p.Env = append(os.Environ(), "RUNTIME_DIRECTORY="+p.Dir, "STATE_DIRECTORY="+filepath.Join(p.Dir, "state"))
	p.launch(t)
	return p
}

// launch starts a program that was prepared.
func (p *process) launch(t *testing.T) {
	t.Helper()
	path := p.Path
	p.name, p.out, p.done = filepath.Base(path), &output{}, make(chan struct{})
	p.Stdout, p.Stderr = p.out, p.out
	if p.SysProcAttr == nil {
		p.SysProcAttr = &syscall.SysProcAttr{}
	}
	p.SysProcAttr.Pdeathsig = syscall.SIGKILL
	if err := p.Start(); err != nil {
		t.Fatalf("starting %s: %v", path, err)
	}
	go func() { p.Wait(); close(p.done) }()
	t.Cleanup(func() {
		p.Process.Signal(syscall.SIGTERM)
		select {
		case <-p.done:
		case <-time.After(20 * time.Second):
			t.Errorf("%s did not end within 20 s of SIGTERM", p.name)
			p.Process.Kill()
			<-p.done
		}
		if t.Failed() {
			t.Logf("%s printed:\n%s", p.name, tail(p.out.String(), 4000))
		}
	})
}

func tail(s string, n int) string {
	if len(s) > n {
		return "..." + s[len(s)-n:]
	}
	return s
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if _, err = os.Stat("/usr/sbin/" + name); err != nil {
			t.Fatalf("%s is not installed; `make e2e` names its package", name)
		}
		path = "/usr/sbin/" + name
	}
	return path
}

// mosquitto starts the distribution's broker on a free port and gives its address.
func mosquitto(t *testing.T) string {
	t.Helper()
	address := brokertest.FreeAddress(t)
	mosquittoOn(t, address)
	return address
}

func mosquittoOn(t *testing.T, address string) *process {
	t.Helper()
	host, port, _ := net.SplitHostPort(address)
	conf := filepath.Join(t.TempDir(), "mosquitto.conf")
	text := fmt.Sprintf("listener %s %s\nallow_anonymous true\nmax_queued_messages 0\n", port, host)
	if err := os.WriteFile(conf, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	p := launch(t, program(t, "mosquitto"), "-c", conf)
	eventually(t, 10*time.Second, "mosquitto to listen", func() error {
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
		}
		return err
	})
	return p
}

// kill ends a program as a power cut would.
func (p *process) kill() {
	p.Process.Kill()
	<-p.done
}

// bench is a simulated agent.
type bench struct {
	*process
	url    string
	config string
}

// startAgent runs bin/agent -sim with the demo's configuration on free ports.
func startAgent(t *testing.T, broker string, args ...string) *bench {
	t.Helper()
	return startChanged(t, broker, func(map[string]any) {}, args...)
}

// startChanged is startAgent with the demo's configuration changed.
func startChanged(t *testing.T, broker string, change func(config map[string]any), args ...string) *bench {
	t.Helper()
	data, err := os.ReadFile("../firmware-cfg/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var config map[string]any
	if err := yaml.Unmarshal(data, &config); err != nil {
		t.Fatal(err)
	}
	delete(config, "mqtt")
	delete(config, "drawing") // the page begins with the bench; startDrawn leaves it
	if broker != "" {
		config["mqtt"] = map[string]any{"broker": "tcp://" + broker}
	}
	change(config)
	return startConfig(t, config, append([]string{"-sim"}, args...)...)
}

// startDrawn is startAgent with the line of the demo drawn.
func startDrawn(t *testing.T, broker string) *bench {
	t.Helper()
	return startDrawnWith(t, broker, func(map[string]any) {})
}

// startDrawnWith is startDrawn with another change of the configuration.
func startDrawnWith(t *testing.T, broker string, change func(config map[string]any)) *bench {
	t.Helper()
	data, err := os.ReadFile("../firmware-cfg/demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var demo map[string]any
	if err := yaml.Unmarshal(data, &demo); err != nil {
		t.Fatal(err)
	}
	return startChanged(t, broker, func(config map[string]any) {
		config["drawing"] = demo["drawing"]
		change(config)
	})
}

// startConfig runs bin/agent with a configuration, at a free port and with the tests' token.
func startConfig(t *testing.T, config map[string]any, args ...string) *bench {
	t.Helper()
	listen := brokertest.FreeAddress(t)
	agent := config["agent"].(map[string]any)
	agent["listen"] = listen
	agent["tokens"] = tokens()
	out, err := yaml.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "agent.yaml")
	if err := os.WriteFile(path, out, 0o600); err != nil {
		t.Fatal(err)
	}
	b := &bench{url: "http://" + listen, config: path}
	b.process = launch(t, filepath.Join(root(t), "bin/agent"), append([]string{"run", "-config", path}, args...)...)
	eventually(t, 10*time.Second, "the agent to answer", func() error { _, err := fetch(b.url + "/"); return err })
	return b
}

// tokens are those of a configuration: the one the tests command with.
func tokens() []any {
	return []any{map[string]any{"name": "e2e", "sha256": fmt.Sprintf("%x", sha256.Sum256([]byte(token))),
		"rights": []string{"read", "ingest", "command", "admin", "halt"}}}
}

// instrument is somebody else's instrument on TCP: whatever it is asked, it answers the same. It ends with the test.
func instrument(t *testing.T, answer string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var lines sync.WaitGroup
	lines.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			context.AfterFunc(t.Context(), func() { c.Close() })
			lines.Go(func() {
				defer c.Close()
				for buf := make([]byte, 256); ; {
					if _, err := c.Read(buf); err != nil {
						return
					}
					if _, err := io.WriteString(c, answer); err != nil {
						return
					}
				}
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		lines.Wait()
	})
	return l.Addr().String()
}

// startWire runs bin/agent with one gauge controller on TCP: nothing is simulated.
func startWire(t *testing.T, broker, gauge string) *bench {
	t.Helper()
	return startConfig(t, map[string]any{
		"agent":   map[string]any{"name": "wire"},
		"mqtt":    map[string]any{"broker": "tcp://" + broker},
		"devices": []any{map[string]any{"name": "ion1", "model": "pfeiffer-tpg", "port": "tcp://" + gauge, "every": "1s", "options": map[string]any{"channels": map[int]string{1: "ig"}}}},
	})
}

// startViewer runs bin/viewer on a broker, for simulated agents.
func startViewer(t *testing.T, broker string, args ...string) string {
	t.Helper()
	return startViewerOf(t, broker, "pychron_sim", args...)
}

// startViewerOf runs bin/viewer for the agents of a prefix.
func startViewerOf(t *testing.T, broker, prefix string, args ...string) string {
	t.Helper()
	dir := t.TempDir()
	conf := filepath.Join(dir, "viewer.yaml")
	text := fmt.Sprintf("prefix: %s\nmqtt: {broker: \"tcp://%s\"}\nstore: %q\n", prefix, broker, filepath.Join(dir, "viewer.db"))
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	listen := brokertest.FreeAddress(t)
	launch(t, filepath.Join(root(t), "bin/viewer"), append([]string{"run", "-config", conf, "-listen", listen}, args...)...)
	url := "http://" + listen
	eventually(t, 10*time.Second, "the viewer to answer", func() error { _, err := fetch(url + "/healthz"); return err })
	return url
}

func fetch(url string) (string, error) {
	reply, err := http.Get(url)
	if err != nil {
		return "", err
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	if err == nil && reply.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", url, reply.Status, body)
	}
	return string(body), err
}

// command moves a control and returns the status code and the answer.
func command(t *testing.T, url, device, control string, value float64) (int, string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, url+"/devices/"+device+"/"+control, strings.NewReader(fmt.Sprintf(`{"value":%g}`, value)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Pychron-Edge-Token", token)
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply.StatusCode, string(body)
}

// post makes a writing call with the token and fails unless it was answered well.
func post(t *testing.T, url string, body any) {
	t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Pychron-Edge-Token", token)
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	if answer, _ := io.ReadAll(reply.Body); reply.StatusCode != http.StatusOK {
		t.Fatalf("POST %s: %s %s", url, reply.Status, answer)
	}
}

// events are what /events answers to a query.
func events(t *testing.T, url, query string) []map[string]any {
	t.Helper()
	body, err := fetch(url + "/events?" + query)
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]any
	if err := json.Unmarshal([]byte(body), &all); err != nil {
		t.Fatalf("/events?%s: %v in %s", query, err, tail(body, 300))
	}
	return all
}

// eventually waits until f finds nothing wrong.
func eventually(t *testing.T, limit time.Duration, what string, f func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	for {
		err := f()
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("waited %s for %s: %v", limit, what, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
