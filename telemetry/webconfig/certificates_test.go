package webconfig

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// certificates writes ca.pem, and cert.pem and key.pem for 127.0.0.1, of that authority. It gives the pool that trusts it, and two
// clients: anna of anna.lab and 10.1.2.3, whom it has signed, and eve, whom nobody has.
func certificates(t *testing.T, dir string) (pool *x509.CertPool, anna, eve tls.Certificate) {
	t.Helper()
	top := &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	root, rootKey := certificate(t, top, nil, nil)
	local := net.IPv4(127, 0, 0, 1)
	server, serverKey := certificate(t, &x509.Certificate{SerialNumber: big.NewInt(2), IPAddresses: []net.IP{local}}, root, rootKey)
	signed, signedKey := certificate(t, &x509.Certificate{SerialNumber: big.NewInt(3), DNSNames: []string{"anna.lab"},
		IPAddresses: []net.IP{net.IPv4(10, 1, 2, 3)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}, root, rootKey)
	alone, aloneKey := certificate(t, &x509.Certificate{SerialNumber: big.NewInt(4), DNSNames: []string{"eve.lab"}}, nil, nil)
	writePEM(t, dir, "ca.pem", "CERTIFICATE", root.Raw)
	writePEM(t, dir, "cert.pem", "CERTIFICATE", server.Raw)
	for name, key := range map[string]*ecdsa.PrivateKey{"key.pem": serverKey, "client.key": signedKey} {
		der, err := x509.MarshalECPrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		writePEM(t, dir, name, "EC PRIVATE KEY", der)
	}
	pool = x509.NewCertPool()
	pool.AddCert(root)
	return pool, tls.Certificate{Certificate: [][]byte{signed.Raw}, PrivateKey: signedKey}, tls.Certificate{Certificate: [][]byte{alone.Raw}, PrivateKey: aloneKey}
}

// certificate makes a certificate and its key; without an authority it signs itself.
func certificate(t *testing.T, template, authority *x509.Certificate, by *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if authority == nil {
		authority, by = template, key
	}
	template.NotAfter = time.Now().Add(time.Hour)
	der, err := x509.CreateCertificate(rand.Reader, template, authority, &key.PublicKey, by)
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return made, key
}

func writePEM(t *testing.T, dir, name, kind string, der []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}

// link puts a file of dir beside path.
func link(t *testing.T, dir, path, name string) {
	t.Helper()
	if err := os.Symlink(filepath.Join(dir, name), filepath.Join(filepath.Dir(path), name)); err != nil {
		t.Fatal(err)
	}
}
