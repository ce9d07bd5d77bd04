package telemetry

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
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
	for deadline := time.Now().Add(10 * time.Second); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within 10 s: %s", what)
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
	for range 500 {
		wg.Go(func() {
			request, _ := http.NewRequest("GET", "http://"+s.Addr()+"/events", nil)
			request.Header.Set("Accept", "text/event-stream")
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
	if counts[200] != mostStreams || counts[200]+counts[503]+counts[0] != 500 {
		t.Errorf("answers %v, want %d streams and 503 to the others", counts, mostStreams)
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

func TestConnectionsAreBounded(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := limit(listener, 2)
	inside := make(chan net.Conn, 4)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			inside <- c
		}
	}()
	dial := func() net.Conn {
		c, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	one, two := dial(), dial()
	first, second := <-inside, <-inside
	third := dial()
	if _, err := third.Read(make([]byte, 1)); err == nil {
		t.Error("a third connection was kept, want two")
	}
	first.Close()
	first.Close() // gives one place back, not two
	four := dial()
	fourth := <-inside
	five := dial()
	if _, err := five.Read(make([]byte, 1)); err == nil {
		t.Error("a connection closed twice gave two places back")
	}
	listener.Close()
	<-done
	for _, c := range []net.Conn{one, two, third, four, five, second, fourth} {
		c.Close()
	}
}

func TestTLSAndBasicAuthentication(t *testing.T) {
	dir := t.TempDir()
	pool := certificate(t, dir)
	// bcrypt of "secret", cost 4
	const users = "basic_auth_users:\n  anna: $2y$04$Zyg4SvGdYeVAlHY2g3F1UeLhHVSUjxeYj7IqD0BpVpzB4HjEVWxC2\n"
	config := "tls_server_config: {cert_file: cert.pem, key_file: key.pem}\n"
	file := filepath.Join(dir, "web.yml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	s, _ := run(t, func(o *ServerOptions) { o.WebConfig = file })
	c := client(t, &tls.Config{RootCAs: pool})
	response, err := c.Get("https://" + s.Addr() + "/status")
	if err != nil || response.StatusCode != 200 {
		t.Fatalf("GET https = %v, %v", response, err)
	}
	response.Body.Close()
	if err := os.WriteFile(file, []byte(config+users), 0o600); err != nil {
		t.Fatal(err)
	}
	response, err = c.Get("https://" + s.Addr() + "/status")
	if err != nil || response.StatusCode != 401 {
		t.Fatalf("GET https without a user = %v, %v, want 401", response, err)
	}
	response.Body.Close()
}

func TestUserOfTheWebConfigurationMayRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "web.yml")
	if err := os.WriteFile(file, []byte("basic_auth_users: {anna: hash}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, _ := newTestServer(func(o *ServerOptions) { o.WebConfig = file })
	user := func(name string) func(*http.Request) {
		return func(r *http.Request) { r.SetBasicAuth(name, "checked before it came here") }
	}
	if w := s.ask(t, "GET", "/status", "", remote, user("anna")); w.Code != 200 {
		t.Errorf("anna from elsewhere: %d, want 200", w.Code)
	}
	if w := s.ask(t, "POST", "/halt", "", remote, user("anna")); w.Code != 401 {
		t.Errorf("anna halts from elsewhere: %d, want 401", w.Code)
	}
	if w := s.ask(t, "GET", "/status", "", remote, user("eve")); w.Code != 401 {
		t.Errorf("a user the file does not name: %d, want 401", w.Code)
	}
	s, _ = newTestServer()
	if w := s.ask(t, "GET", "/status", "", remote, user("anna")); w.Code != 401 {
		t.Errorf("a user where nobody checks: %d, want 401", w.Code)
	}
}

// certificate writes a certificate for 127.0.0.1 and its key, and gives the pool that trusts it.
func certificate(t *testing.T, dir string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: der}, "key.pem": {Type: "EC PRIVATE KEY", Bytes: secret}} {
		data := pem.EncodeToMemory(block)
		pool.AppendCertsFromPEM(data)
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return pool
}
