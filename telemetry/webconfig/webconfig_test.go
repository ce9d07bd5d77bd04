package webconfig

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/prometheus/exporter-toolkit/web"
	"golang.org/x/crypto/bcrypt"
)

// hashed is a password as it stands in the file.
func hashed(t *testing.T, password string) string {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return string(hash)
}

// serving is one of the two implementations.
type serving func(l net.Listener, server *http.Server, path string, log *slog.Logger) error

// toolkit is Prometheus' own.
func toolkit(l net.Listener, server *http.Server, path string, log *slog.Logger) error {
	none := false
	return web.Serve(l, server, &web.FlagConfig{WebListenAddresses: &[]string{""}, WebSystemdSocket: &none, WebConfigFile: &path}, log)
}

// start serves "hello" by a web configuration, until the test ends, and gives the address.
func start(t *testing.T, serve serving, path string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	server := &http.Server{ErrorLog: slog.NewLogLogger(quiet.Handler(), slog.LevelDebug),
		Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") })}
	ended := make(chan error, 1)
	go func() {
		err := serve(l, server, path, quiet)
		l.Close()
		ended <- err
	}()
	t.Cleanup(func() {
		server.Close()
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("serving ended with %v", err)
		}
	})
	return l.Addr().String()
}

// write writes a web configuration and gives its path.
func write(t *testing.T, dir, text string) string {
	t.Helper()
	path := filepath.Join(dir, "web.yml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// question is how a client asks.
type question struct {
	scheme, user, password string
	tls                    *tls.Config
}

// ask gives all that a client sees of an answer, in a line: "refused" where there is no connection.
func ask(t *testing.T, address string, q question) string {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: q.tls, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	r, err := http.NewRequestWithContext(context.Background(), "GET", q.scheme+"://"+address+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if q.user != "" {
		r.SetBasicAuth(q.user, q.password)
	}
	response, err := transport.RoundTrip(r)
	if err != nil {
		return "refused"
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	said := fmt.Sprintf("%s %d %q %v", response.Proto, response.StatusCode, body, err)
	for _, name := range []string{"WWW-Authenticate", "X-Frame-Options", "X-Content-Type-Options", "Strict-Transport-Security", "Content-Security-Policy", "X-XSS-Protection"} {
		said += fmt.Sprintf(" %q", response.Header.Values(name))
	}
	if s := response.TLS; s != nil {
		said += fmt.Sprintf(" %s %s %v", tls.VersionName(s.Version), tls.CipherSuiteName(s.CipherSuite), s.CurveID)
	}
	return said
}
