package hubnode

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"testing"
	"time"

	"pychron-edge/uplink/brokertest"
	"pychron-edge/uplink/viewer/hub"
	"pychron-edge/uplink/viewer/nats"
)

// certificate makes one that signs itself, for hub.test.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"hub.test"}, IsCA: true, BasicConstraintsValid: true}
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

// With TLS a lab and a viewer that know the authority are admitted; a lab without it and a client that speaks plainly are not.
func TestTLS(t *testing.T) {
	cert, pool := certificate(t)
	n := startWith(t, func(o *Options) {
		o.TLS = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{cert}}
	})
	trusted := &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool, ServerName: "hub.test"}
	right := n.labWith(t, "argon", trusted)
	until(t, "the lab hands over", func() bool { return right.forwarder.Trouble() == nil })
	stranger := n.labWith(t, "helium", &tls.Config{MinVersion: tls.VersionTLS12, ServerName: "hub.test"})
	plain := n.lab(t, "helium")
	raw, err := tls.Dial("tcp", n.o.Viewers, trusted)
	if err != nil {
		t.Fatal(err)
	}
	c, err := nats.Start(t.Context(), raw, nats.Login{User: "viewer", Password: "viewer"}, hub.ViewerInbox)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	open, err := net.Dial("tcp", n.o.Viewers)
	if err != nil {
		t.Fatal(err)
	}
	limited, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	if c, err := nats.Start(limited, open, nats.Login{User: "viewer", Password: "viewer"}, hub.ViewerInbox); err == nil {
		c.Close()
		t.Error("a viewer without TLS is admitted")
	}
	if stranger.Linked() || plain.Linked() {
		t.Errorf("a lab that does not know the authority is admitted: %v; one without TLS: %v", stranger.Linked(), plain.Linked())
	}
}

// Three nodes with TLS among themselves keep each message three times, and go on when one has ended.
func TestThreeNodes(t *testing.T) {
	cert, pool := certificate(t)
	peers := []string{brokertest.FreeAddress(t), brokertest.FreeAddress(t), brokertest.FreeAddress(t)}
	var all []*Node
	var ends []func()
	for i := range peers {
		n, end := newNode(t, func(o *Options) {
			o.Name, o.Replicas, o.Cluster, o.Peers, o.ClusterPassword = string(rune('a'+i)), 3, peers[i], peers, "secret"
			o.ClusterTLS = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{cert}, RootCAs: pool, ClientCAs: pool,
				ClientAuth: tls.RequireAndVerifyClientCert, ServerName: "hub.test"}
		})
		all, ends = append(all, n), append(ends, end)
	}
	for _, n := range all {
		until(t, "the node keeps what comes", func() bool { return n.Trouble() == nil })
	}
	var info struct {
		Config struct {
			Replicas int `json:"num_replicas"`
		} `json:"config"`
	}
	c := all[0].connect(t)
	if err := c.Ask(t.Context(), "$JS.API.STREAM.INFO."+hub.EventsStream, struct{}{}, &info); err != nil || info.Config.Replicas != 3 {
		t.Errorf("replicas %d, %v, want 3", info.Config.Replicas, err)
	}
	ends[2]()
	until(t, "what is published is kept by the two others", func() bool {
		p, err := c.Send("events.argon.a6c", nil, []byte("x"))
		if err != nil || c.Flush() != nil {
			t.Fatal(err, c.Err())
		}
		return p.Wait(t.Context(), new(struct{})) == nil
	})
}
