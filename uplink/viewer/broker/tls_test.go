package broker

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/uplink"
)

// certificate makes one that signs itself, for a name that is not the address.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"viewer.lab"}, IsCA: true, BasicConstraintsValid: true}
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

// Agents verify the name; the viewer itself, which comes by the loopback address, the very certificate.
func TestTLS(t *testing.T) {
	cert, pool := certificate(t)
	b := start(t, Options{Users: users(), TLS: &tls.Config{Certificates: []tls.Certificate{cert}}})
	got := &received{more: make(chan struct{})}
	o := uplink.SubscriberOptions{ClientID: "viewer", Handle: got.handle, Dial: b.Dial}
	o.Broker, o.User, o.Password, o.TLS = b.Client()
	s, err := uplink.NewSubscriber(o)
	if err != nil {
		t.Fatal(err)
	}
	background(t, s.Run)
	p, err := uplink.New(uplink.Options{Broker: "ssl://" + b.address, Agent: "line1", Boot: "b1", Lanes: buffer.NewLanes(10, 10, 10), User: "line1", Password: "line1",
		TLS: &tls.Config{RootCAs: pool, ServerName: "viewer.lab"}, Status: func(bool) []byte { return []byte(`{"state":"online"}`) }})
	if err != nil {
		t.Fatal(err)
	}
	background(t, p.Run)
	got.until(t, "the status", func(all []uplink.Message) bool { return len(all) > 0 })

	other, _ := certificate(t)
	stranger := &Broker{o: Options{TLS: &tls.Config{Certificates: []tls.Certificate{other}}}}
	if conn, err := tls.Dial("tcp", b.address, stranger.clientTLS()); err == nil {
		conn.Close()
		t.Error("a server with another certificate is taken for the broker")
	}
	if c := client(t, b, "plain", "line1", "line1"); c != nil {
		t.Error("a client without TLS is admitted")
	}
}
