package webconfig

import (
	"crypto/tls"
	"net/http"
	"strings"
	"testing"
)

// What is written into the file counts from the next request or handshake on.
func TestFileIsReadAgain(t *testing.T) {
	dir, hash := t.TempDir(), hashed(t, "secret")
	pool, _, _ := certificates(t, dir)
	const pair = "tls_server_config: {cert_file: cert.pem, key_file: key.pem}\n"
	address := start(t, Serve, write(t, dir, pair))
	expect := func(about, text, want string, q question) {
		t.Helper()
		write(t, dir, text)
		if got := ask(t, address, q); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s", about, got, want)
		}
	}
	q := question{scheme: "https", tls: &tls.Config{RootCAs: pool}}
	expect("at first", pair, "HTTP/2.0 200", q)
	expect("with users", pair+"basic_auth_users: {anna: "+hash+"}", "HTTP/2.0 401", q)
	expect("a mistake", pair+"nonsense", "refused", q)
	expect("without TLS", "", "refused", q)
	expect("well again", pair, "HTTP/2.0 200", q)
	pool, _, _ = certificates(t, dir)
	expect("an old authority", pair, "refused", q)
	expect("a new certificate", pair, "HTTP/2.0 200", question{scheme: "https", tls: &tls.Config{RootCAs: pool}})
}

func TestBrokenFileLetsNobodyIn(t *testing.T) {
	dir := t.TempDir()
	address := start(t, Serve, write(t, dir, ""))
	if got := ask(t, address, question{scheme: "http"}); !strings.HasPrefix(got, "HTTP/1.1 200") {
		t.Fatalf("at first: %s, want 200", got)
	}
	write(t, dir, "nonsense")
	if got := ask(t, address, question{scheme: "http"}); !strings.HasPrefix(got, "HTTP/1.1 500") {
		t.Errorf("with a broken file: %s, want 500", got)
	}
}

// The names of a client are looked at again where its session is resumed, for the file may have changed.
func TestResumedSessionIsVerified(t *testing.T) {
	dir := t.TempDir()
	pool, anna, _ := certificates(t, dir)
	file := func(name string) string {
		return write(t, dir, "tls_server_config: {cert_file: cert.pem, key_file: key.pem, client_ca_file: ca.pem, client_auth_type: RequireAndVerifyClientCert, client_allowed_sans: ["+name+"]}")
	}
	address := start(t, Serve, file("anna.lab"))
	sessions := &counted{ClientSessionCache: tls.NewLRUClientSessionCache(1)}
	q := question{scheme: "https", tls: &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{anna}, ClientSessionCache: sessions, MaxVersion: tls.VersionTLS12}}
	for range 2 {
		if got := ask(t, address, q); !strings.HasPrefix(got, "HTTP/2.0 200") {
			t.Fatalf("anna: %s, want 200", got)
		}
	}
	if sessions.found == 0 {
		t.Fatal("no session was kept that could be resumed")
	}
	file("eve.lab")
	if got := ask(t, address, q); got != "refused" {
		t.Errorf("a resumed session of a name that is no longer allowed: %s, want refused", got)
	}
}

// counted counts the sessions that a client has found.
type counted struct {
	tls.ClientSessionCache
	found int
}

func (c *counted) Get(key string) (*tls.ClientSessionState, bool) {
	s, ok := c.ClientSessionCache.Get(key)
	if ok && s != nil {
		c.found++
	}
	return s, ok
}

// What is remembered of passwords is bounded, and says the same as the passwords themselves.
func TestPasswordsAreRemembered(t *testing.T) {
	h, hash := &handler{known: map[key]bool{}}, hashed(t, "secret")
	users := map[string]string{"anna": hash, "bob": hash}
	as := func(name, password string) *http.Request {
		r := &http.Request{Header: http.Header{}}
		r.SetBasicAuth(name, password)
		return r
	}
	for range 2 { // compared, then remembered
		if !h.knows(as("anna", "secret"), users) || h.knows(as("anna", "wrong"), users) {
			t.Error("anna: the right password is wrong, or a wrong one is right")
		}
	}
	delete(users, "anna")
	if h.knows(as("anna", "secret"), users) || !h.knows(as("bob", "secret"), users) {
		t.Error("anna is still known, or bob is not")
	}
	users["bob"] = hashed(t, "another")
	if h.knows(as("bob", "secret"), users) {
		t.Error("bob has another password, and is known by the old one")
	}
	var last key
	for i := range 3 * maxKnown {
		last = key{byte(i), byte(i >> 8), 1}
		h.remember(last, true)
		if len(h.known) > maxKnown {
			t.Fatalf("%d passwords are remembered, want at most %d", len(h.known), maxKnown)
		}
	}
	if right, ok := h.remembered(last); !ok || !right {
		t.Errorf("the last one: right %v, remembered %v", right, ok)
	}
}
