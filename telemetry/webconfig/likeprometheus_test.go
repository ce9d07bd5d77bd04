package webconfig

import (
	"crypto/tls"
	"testing"

	"github.com/prometheus/exporter-toolkit/web"
)

// Each file is a mistake here where it is one for Prometheus.
func TestFilesAreRightAsForPrometheus(t *testing.T) {
	dir, hash := t.TempDir(), hashed(t, "secret")
	certificates(t, dir)
	const pair = "cert_file: cert.pem, key_file: key.pem"
	for text, right := range map[string]bool{
		"":                                    true,
		"{}":                                  true,
		"# nothing":                           true,
		"basic_auth_users:":                   true,
		"tls_server_config:":                  true,
		"a: 1":                                false,
		"tls_server_config: {a: 1}":           false,
		"http_server_config: {a: 1}":          false,
		"rate_limit: {a: 1}":                  false,
		"basic_auth_users: {a: b}":            false,
		"basic_auth_users: {a: ''}":           false,
		"basic_auth_users: {a: " + hash + "}": true,
		"basic_auth_users: {a: " + hash + ", a: b}":                                                               false,
		"basic_auth_users: [a]":                                                                                   false,
		"rate_limit: {burst: 3, interval: 1s}":                                                                    true,
		"rate_limit: {burst: 3, interval: often}":                                                                 false,
		"http_server_config: {http2: false}":                                                                      true,
		"http_server_config: {http2: maybe}":                                                                      false,
		"http_server_config: {headers: {A: b}}":                                                                   false,
		"http_server_config: {headers: {X-Frame-Options: deny, X-XSS-Protection: 0}}":                             true,
		"http_server_config: {headers: {X-Frame-Options: allow}}":                                                 false,
		"http_server_config: {headers: {X-Content-Type-Options: nosniff}}":                                        true,
		"http_server_config: {headers: {X-Content-Type-Options: ''}}":                                             false,
		"tls_server_config: {" + pair + "}":                                                                       true,
		"tls_server_config: {cert_file: " + dir + "/cert.pem, key_file: key.pem}":                                 true,
		"tls_server_config: {cert_file: cert.pem}":                                                                false,
		"tls_server_config: {key_file: key.pem}":                                                                  false,
		"tls_server_config: {cert_file: cert.pem, key_file: none.pem}":                                            false,
		"tls_server_config: {cert_file: none.pem, key_file: key.pem}":                                             false,
		"tls_server_config: {cert_file: cert.pem, key_file: cert.pem}":                                            false,
		"tls_server_config: {cert_file: cert.pem, key_file: client.key}":                                          false,
		"tls_server_config: {client_auth_type: RequestClientCert}":                                                false,
		"tls_server_config: {min_version: TLS13}":                                                                 true,
		"tls_server_config: {min_version: TLS14}":                                                                 false,
		"tls_server_config: {" + pair + ", min_version: TLS13, max_version: TLS13}":                               true,
		"tls_server_config: {" + pair + ", min_version: SSL3}":                                                    false,
		"tls_server_config: {" + pair + ", max_version: 13}":                                                      false,
		"tls_server_config: {" + pair + ", cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]}":             true,
		"tls_server_config: {" + pair + ", cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]}":                            false,
		"tls_server_config: {" + pair + ", curve_preferences: [CurveP256, X25519]}":                               true,
		"tls_server_config: {" + pair + ", curve_preferences: [P256]}":                                            false,
		"tls_server_config: {" + pair + ", prefer_server_cipher_suites: false}":                                   true,
		"tls_server_config: {" + pair + ", client_auth_type: NoClientCert}":                                       true,
		"tls_server_config: {" + pair + ", client_auth_type: RequireClientCert}":                                  true,
		"tls_server_config: {" + pair + ", client_auth_type: Always}":                                             false,
		"tls_server_config: {" + pair + ", client_ca_file: ca.pem}":                                               false,
		"tls_server_config: {" + pair + ", client_ca_file: none.pem, client_auth_type: VerifyClientCertIfGiven}":  false,
		"tls_server_config: {" + pair + ", client_ca_file: ca.pem, client_auth_type: RequireAndVerifyClientCert}": true,
		"tls_server_config: {" + pair + ", client_allowed_sans: [a]}":                                             true,
		"tls_server_config: {cipher_suites: [none]}":                                                              false,
	} {
		path := write(t, dir, text)
		ours, theirs := Check(path), web.Validate(path)
		if (ours == nil) != right || (theirs == nil) != right {
			t.Errorf("%s\nright: %v; here %v, with Prometheus %v", text, right, ours, theirs)
		}
	}
	if err := Check(write(t, dir, "tls_server_config: {"+pair+", client_ca_file: key.pem, client_auth_type: RequireAndVerifyClientCert}")); err == nil {
		t.Error("a file of authorities without a certificate: no error")
	}
	if err := Check(dir + "/none.yml"); err == nil {
		t.Error("a file that is not there: no error")
	}
}

// A client sees the same of this package as of Prometheus' programs.
func TestAnswersAreThoseOfPrometheus(t *testing.T) {
	dir, hash := t.TempDir(), hashed(t, "secret")
	pool, anna, eve := certificates(t, dir)
	ca := &tls.Config{RootCAs: pool}
	with := func(change func(*tls.Config)) *tls.Config {
		c := ca.Clone()
		change(c)
		return c
	}
	plain := []question{{scheme: "http"}, {scheme: "http", user: "anna", password: "secret"}, {scheme: "http", user: "anna", password: "Secret"},
		{scheme: "http", user: "eve", password: "secret"}, {scheme: "http", user: "anna"}, {scheme: "https", tls: ca}}
	secure := []question{{scheme: "https", tls: ca}, {scheme: "https", user: "anna", password: "secret", tls: ca}, {scheme: "http"},
		{scheme: "https", tls: with(func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 })},
		{scheme: "https", tls: with(func(c *tls.Config) { c.MaxVersion = tls.VersionTLS11 })},
		{scheme: "https", tls: with(func(c *tls.Config) { c.MinVersion = tls.VersionTLS13 })},
		{scheme: "https", tls: with(func(c *tls.Config) { c.Certificates = []tls.Certificate{anna} })},
		{scheme: "https", tls: with(func(c *tls.Config) { c.Certificates = []tls.Certificate{eve} })}}
	const pair = "tls_server_config: {cert_file: cert.pem, key_file: key.pem"
	for text, questions := range map[string][]question{
		"{}":                                     plain,
		"basic_auth_users: {anna: " + hash + "}": plain,
		"http_server_config: {headers: {X-Frame-Options: deny, Strict-Transport-Security: max-age=1, Content-Security-Policy: none, X-XSS-Protection: 0}}": plain,
		"rate_limit: {burst: 2, interval: 1h}": plain,
		pair + "}":                             secure,
		pair + "}\nbasic_auth_users: {anna: " + hash + "}": secure,
		pair + "}\nhttp_server_config: {http2: false}":     secure,
		pair + ", min_version: TLS10, max_version: TLS12}": secure,
		pair + ", min_version: TLS13}":                     secure,
		pair + ", max_version: TLS12, cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]}": secure,
		pair + ", curve_preferences: [CurveP384]}":                                                                        secure,
		pair + ", client_auth_type: RequestClientCert}":                                                                   secure,
		pair + ", client_auth_type: RequireAnyClientCert}":                                                                secure,
		pair + ", client_ca_file: ca.pem, client_auth_type: VerifyClientCertIfGiven}":                                     secure,
		pair + ", client_ca_file: ca.pem, client_auth_type: RequireAndVerifyClientCert}":                                  secure,
		pair + ", client_ca_file: ca.pem, client_auth_type: RequireAndVerifyClientCert, client_allowed_sans: [anna.lab]}": secure,
		pair + ", client_auth_type: RequestClientCert, client_allowed_sans: [10.1.2.3]}":                                  secure,
		pair + ", client_allowed_sans: [anna.lab]}":                                                                       secure,
	} {
		path := write(t, t.TempDir(), text)
		for _, name := range []string{"cert.pem", "key.pem", "ca.pem"} {
			link(t, dir, path, name)
		}
		ours, theirs := start(t, Serve, path), start(t, toolkit, path)
		for i, q := range questions {
			if got, want := ask(t, ours, q), ask(t, theirs, q); got != want {
				t.Errorf("%s\nquestion %d: %s\nwith Prometheus: %s", text, i, got, want)
			}
		}
	}
}
