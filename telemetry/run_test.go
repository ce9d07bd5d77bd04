package telemetry

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// run starts a server on a free port of this machine and ends it with the test.
func run(t *testing.T, change ...func(*ServerOptions)) (*Server, *bench) {
	t.Helper()
	s, b := newTestServer(append([]func(*ServerOptions){func(o *ServerOptions) { o.Listen = "127.0.0.1:0" }}, change...)...)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
	})
	await(t, "the server listens", func() bool { return s.Addr() != "" })
	return s, b
}

// await looks until something is so.
func await(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within a minute: %s", what)
		}
	}
}

// client makes connections that end with the test.
func client(t *testing.T, config *tls.Config) *http.Client {
	transport := &http.Transport{TLSClientConfig: config, ExpectContinueTimeout: 5 * time.Second}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func TestTakenAddressIsTriedAgain(t *testing.T) {
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s, _ := newTestServer(func(o *ServerOptions) { o.Listen = other.Addr().String() })
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	await(t, "the failure is told", func() bool { _, err := s.Listening(); return errors.Is(err, syscall.EADDRINUSE) })
	if ok, _ := s.Listening(); ok || s.Addr() != "" {
		t.Error("the address is taken, and the server says that it listens")
	}
	other.Close()
	await(t, "the server listens", func() bool { ok, err := s.Listening(); return ok && err == nil })
	response, err := client(t, nil).Get("http://" + s.Addr() + "/healthz")
	if err != nil || response.StatusCode != 200 {
		t.Errorf("GET /healthz = %v, %v", response, err)
	} else {
		response.Body.Close()
	}
	cancel()
	if err := <-done; err != nil || s.Addr() != "" {
		t.Errorf("Run = %v, address %q, want nil and none", err, s.Addr())
	}
}

func TestBrokenWebConfigurationStopsNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "web.yml")
	if err := os.WriteFile(file, []byte("tls_server_config: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, _ := newTestServer(func(o *ServerOptions) { o.Listen, o.WebConfig = "127.0.0.1:0", file })
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	await(t, "the failure is told", func() bool {
		_, err := s.Listening()
		return err != nil && strings.Contains(err.Error(), "web configuration")
	})
	cancel()
	<-done
}

func TestHugeBodyIsRefusedUnread(t *testing.T) {
	s, bench := run(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	request, _ := http.NewRequest("POST", "http://"+s.Addr()+"/events", io.LimitReader(zeros{}, 100<<20))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Expect", "100-continue")
	request.ContentLength = 100 << 20
	response, err := client(t, nil).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(response.Body)
	response.Body.Close()
	if runtime.ReadMemStats(&after); response.StatusCode != 413 || after.TotalAlloc-before.TotalAlloc > 8<<20 {
		t.Errorf("%d %s, and %d MiB allocated, want 413 and few", response.StatusCode, body, (after.TotalAlloc-before.TotalAlloc)>>20)
	}
	if len(bench.asked) > 0 {
		t.Errorf("asked %v", bench.asked)
	}
}

// zeros is an endless body.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestFiveHundredStreams(t *testing.T) {
	s, _ := run(t)
	var (
		wg     sync.WaitGroup
		mu     sync.Mutex
		counts = map[int]int{}
		bodies []io.Closer
	)
	c := client(t, nil)
	for n := range 500 {
		wg.Go(func() {
			request, _ := http.NewRequest("GET", "http://"+s.Addr()+"/events", nil)
			request.Header.Set("Accept", "text/event-stream")
			request.Header.Set("X-Forwarded-For", fmt.Sprintf("10.0.0.%d", n%100)) // a proxy's clients
			request.Header.Set(header, "reader")
			response, err := c.Do(request)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				counts[0]++ // beyond the connections allowed: closed at once
				return
			}
			counts[response.StatusCode]++
			if response.StatusCode != 200 {
				response.Body.Close()
				return
			}
			bodies = append(bodies, response.Body)
		})
	}
	wg.Wait()
	if counts[200] != maxStreams || counts[200]+counts[429]+counts[0] != 500 {
		t.Errorf("answers %v, want %d streams and 429 to the others", counts, maxStreams)
	}
	c.CloseIdleConnections()
	response, err := c.Get("http://" + s.Addr() + "/status")
	if err != nil || response.StatusCode != 200 {
		t.Fatalf("GET /status beside them = %v, %v", response, err)
	}
	response.Body.Close()
	for _, b := range bodies {
		b.Close()
	}
}
