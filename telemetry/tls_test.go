package telemetry

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
)

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
