package uplink

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// certificate makes one that signs itself, for 127.0.0.1.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func TestTLS(t *testing.T) {
	t.Parallel()
	cert, pool := certificate(t)
	b := newBroker(t)
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}})
	if err != nil {
		t.Fatal(err)
	}
	proxyOf(t, l, b.address)
	url := "mqtts://" + l.Addr().String()
	stranger := run(t, url, nil) // does not know the certificate's signer
	for stranger.State().Err == nil {
		time.Sleep(time.Millisecond)
	}
	stranger.stop()
	if err := stranger.State(); len(b.seen()) != 0 {
		t.Errorf("State of a publisher that does not trust the broker = %+v, and it published %v; want nothing published", err, b.seen())
	}
	p := run(t, url, func(o *Options) { o.TLS = &tls.Config{RootCAs: pool} })
	a := audit(1)
	p.lanes.Append(&a)
	b.untilTopic("pychron/line1/audit", 1)
}

func TestPauseBetweenAttempts(t *testing.T) {
	for name, c := range map[string]struct{ away, took, min, max time.Duration }{
		"at first":                    {0, 0, 400 * time.Millisecond, time.Second},
		"the network does not answer": {time.Minute, dialTimeout, 100 * time.Millisecond, 100 * time.Millisecond},
		"away for six minutes":        {6 * time.Minute, 0, 2 * time.Second, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				pause(t.Context(), c.away, c.took)
				if d := time.Since(begun); d < c.min || d > c.max {
					t.Errorf("pause after %v away = %v, want %v to %v", c.away, d, c.min, c.max)
				}
				if c.away < 5*time.Minute && c.took+time.Since(begun) > 1500*time.Millisecond {
					t.Errorf("attempts begin %v apart, want at most 1.5 s", c.took+time.Since(begun))
				}
			})
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			pause(ctx, c.away, c.took) // returns at once, or the test is slow
		})
	}
}
