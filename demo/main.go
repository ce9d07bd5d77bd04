// Command demo runs the main job with no hardware: a simulated extraction line with its agent, a broker on the loopback
// address, and the viewer. It prints where to look and a token for commands; Ctrl-C ends all of it.
//
// It starts bin/agent and bin/viewer with firmware-cfg/demo.yaml, whose addresses it replaces where they are taken.
package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"go.yaml.in/yaml/v3"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// where the parts listen.
type addresses struct{ agent, viewer, broker string }

func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "pychron-edge-demo")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	at, err := pick()
	if err != nil {
		return err
	}
	token := rand.Text()
	config := filepath.Join(dir, "demo.yaml")
	if err := configure("firmware-cfg/demo.yaml", config, at, token); err != nil {
		return err
	}
	viewer := program(ctx, dir, "bin/viewer", "run", "-broker", "embedded", "-broker-listen", at.broker, "-listen", at.viewer,
		"-store", filepath.Join(dir, "viewer.db"))
	agent := program(ctx, dir, "bin/agent", "run", "-config", config, "-sim", "-script")
	ended := make(chan error, 2)
	for _, p := range []*exec.Cmd{viewer, agent} {
		if err := p.Start(); err != nil {
			return err
		}
		go func() {
			ended <- fmt.Errorf("%s ended: %w", p.Path, errors.Join(p.Wait(), errors.New("the demo needs all its parts")))
		}()
	}
	err = answers(ctx, "http://"+at.agent+"/healthz", "http://"+at.viewer+"/healthz")
	if err == nil {
		announce(at, token)
		select {
		case <-ctx.Done():
		case err = <-ended:
			ended <- err // for the wait below
		}
	}
	for _, p := range []*exec.Cmd{agent, viewer} {
		p.Process.Signal(syscall.SIGTERM) // one that has ended already needs none
	}
	<-ended
	<-ended
	return err
}

// program is a part of the demo, in a process group of its own: Ctrl-C reaches the demo, which ends its parts in order.
func program(ctx context.Context, dir, path string, args ...string) *exec.Cmd {
	p := exec.Command(path, args...)
	p.Stdout, p.Stderr = os.Stderr, os.Stderr
	p.Env = append(os.Environ(), "RUNTIME_DIRECTORY="+dir, "STATE_DIRECTORY="+filepath.Join(dir, "state"))
	p.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	return p
}

// pick takes the usual address of each part, or a free one where that is taken.
func pick() (addresses, error) {
	var at addresses
	for _, p := range []struct {
		usual string
		into  *string
	}{{"127.0.0.1:9119", &at.agent}, {"127.0.0.1:9120", &at.viewer}, {"127.0.0.1:1883", &at.broker}} {
		l, err := net.Listen("tcp", p.usual)
		if err != nil {
			l, err = net.Listen("tcp", "127.0.0.1:0")
		}
		if err != nil {
			return at, err
		}
		*p.into = l.Addr().String()
		l.Close()
	}
	return at, nil
}

// configure writes the demo's configuration with the addresses and the token of this run.
func configure(from, to string, at addresses, token string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	var config map[string]any
	if err := yaml.Unmarshal(data, &config); err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	agent, _ := config["agent"].(map[string]any)
	if agent == nil {
		return fmt.Errorf("%s: no agent in it", from)
	}
	agent["listen"] = at.agent
	agent["tokens"] = []any{map[string]any{"name": "demo", "sha256": fmt.Sprintf("%x", sha256.Sum256([]byte(token))),
		"rights": []string{"read", "ingest", "command", "admin", "halt"}}}
	config["mqtt"] = map[string]any{"broker": "tcp://" + at.broker}
	out, err := yaml.Marshal(config)
	if err != nil {
		return err
	}
	return os.WriteFile(to, out, 0o600)
}

// answers waits until every URL answers, for at most 20 s.
func answers(ctx context.Context, urls ...string) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	for _, u := range urls {
		for {
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, u, nil)
			if err != nil {
				return err
			}
			reply, err := http.DefaultClient.Do(request)
			if err == nil {
				reply.Body.Close()
				break
			}
			select {
			case <-ctx.Done():
				return fmt.Errorf("%s does not answer: %w", u, err)
			case <-time.After(50 * time.Millisecond):
			}
		}
	}
	return nil
}

func announce(at addresses, token string) {
	fmt.Println(strings.TrimSpace(fmt.Sprintf(`
SIMULATED extraction line. Nothing here is real.

  the bench     http://%[1]s/          /metrics  /events  /status
  the viewer    http://%[2]s/
  the broker    mosquitto_sub -h 127.0.0.1 -p %[3]s -v -t 'pychron_sim/#'
  a command     curl -X POST -H 'Content-Type: application/json' -H 'X-Pychron-Edge-Token: %[4]s' \
                     -d '{"value":1}' http://%[1]s/devices/V1/open
  command token %[4]s

Every minute V1 opens and closes, and one gauge falls silent for 10 s. Ctrl-C ends all of it.`,
		at.agent, at.viewer, at.broker[strings.LastIndex(at.broker, ":")+1:], token)))
}
