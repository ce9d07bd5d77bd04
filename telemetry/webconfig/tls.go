package webconfig

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// tlsKeys are tls_server_config. Names of files are relative to the folder of the web configuration.
type tlsKeys struct {
	Cert         string   `yaml:"cert"` // PEM in the file itself, as key and client_ca
	CertFile     string   `yaml:"cert_file"`
	Key          string   `yaml:"key"`
	KeyFile      string   `yaml:"key_file"`
	ClientCA     string   `yaml:"client_ca"`
	ClientCAFile string   `yaml:"client_ca_file"`
	ClientAuth   string   `yaml:"client_auth_type"`
	AllowedSANs  []string `yaml:"client_allowed_sans"` // where clients are asked for a certificate, it must have one of these names; none = any
	MinVersion   string   `yaml:"min_version"`         // default TLS12
	MaxVersion   string   `yaml:"max_version"`         // default TLS13
	CipherSuites []string `yaml:"cipher_suites"`       // of TLS 1.2; none = those of Go
	Curves       []string `yaml:"curve_preferences"`   // none = those of Go

	PreferServer bool `yaml:"prefer_server_cipher_suites"` // as in older files; Go decides
}

// beside makes the names of files relative to dir.
func (k *tlsKeys) beside(dir string) {
	for _, name := range []*string{&k.CertFile, &k.KeyFile, &k.ClientCAFile} {
		if *name != "" && !filepath.IsAbs(*name) {
			*name = filepath.Join(dir, *name)
		}
	}
}

// given reports whether there shall be TLS.
func (k *tlsKeys) given() bool {
	return k.Cert+k.CertFile+k.Key+k.KeyFile+k.ClientCA+k.ClientCAFile+k.ClientAuth != ""
}

// config reads the files and makes a configuration of them.
func (k *tlsKeys) config() (*tls.Config, error) {
	pair, err := k.pair()
	if err != nil {
		return nil, err
	}
	c := &tls.Config{Certificates: []tls.Certificate{pair}}
	return c, errors.Join(k.setNames(c), k.setClients(c))
}

// checkNames looks for unknown names, which are mistakes also where there is no TLS.
func (k *tlsKeys) checkNames() error { return k.setNames(&tls.Config{}) }

func (k *tlsKeys) setNames(c *tls.Config) error {
	return errors.Join(k.setVersions(c), k.setCiphers(c), k.setCurves(c))
}

func (k *tlsKeys) pair() (tls.Certificate, error) {
	cert, err := text("cert", k.Cert, k.CertFile)
	if err != nil {
		return tls.Certificate{}, err
	}
	key, err := text("key", k.Key, k.KeyFile)
	if err != nil {
		return tls.Certificate{}, err
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return pair, fmt.Errorf("tls_server_config: cert and key: %w", err)
	}
	return pair, nil
}

// text is what stands under a key, or in the file that its twin names, which goes first.
func text(key, inline, name string) ([]byte, error) {
	if name == "" && inline == "" {
		return nil, fmt.Errorf("tls_server_config: neither %s nor %[1]s_file is given; one must be", key)
	}
	if name == "" {
		return []byte(inline), nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("tls_server_config.%s_file: %w", key, err)
	}
	return data, nil
}

func (k *tlsKeys) setVersions(c *tls.Config) (err error) {
	versions := map[string]uint16{"TLS10": tls.VersionTLS10, "TLS11": tls.VersionTLS11, "TLS12": tls.VersionTLS12, "TLS13": tls.VersionTLS13}
	if c.MinVersion, err = named("min_version", cmp.Or(k.MinVersion, "TLS12"), versions); err != nil {
		return err
	}
	c.MaxVersion, err = named("max_version", cmp.Or(k.MaxVersion, "TLS13"), versions)
	return err
}

func (k *tlsKeys) setCiphers(c *tls.Config) error {
	all := map[string]uint16{}
	for _, suite := range tls.CipherSuites() {
		all[suite.Name] = suite.ID
	}
	for _, name := range k.CipherSuites {
		id, err := named("cipher_suites", name, all)
		if err != nil {
			return err
		}
		c.CipherSuites = append(c.CipherSuites, id)
	}
	return nil
}

func (k *tlsKeys) setCurves(c *tls.Config) error {
	curves := map[string]tls.CurveID{"CurveP256": tls.CurveP256, "CurveP384": tls.CurveP384, "CurveP521": tls.CurveP521, "X25519": tls.X25519}
	for _, name := range k.Curves {
		id, err := named("curve_preferences", name, curves)
		if err != nil {
			return err
		}
		c.CurvePreferences = append(c.CurvePreferences, id)
	}
	return nil
}

// named is what a name under key means.
func named[T any](key, name string, all map[string]T) (T, error) {
	v, ok := all[name]
	if !ok {
		return v, fmt.Errorf("tls_server_config.%s: %q is unknown", key, name)
	}
	return v, nil
}

func (k *tlsKeys) setClients(c *tls.Config) (err error) {
	c.ClientAuth, err = named("client_auth_type", k.ClientAuth, map[string]tls.ClientAuthType{
		"": tls.NoClientCert, "NoClientCert": tls.NoClientCert, "RequestClientCert": tls.RequestClientCert,
		"RequireAnyClientCert": tls.RequireAnyClientCert, "RequireClientCert": tls.RequireAnyClientCert, // as in older files
		"VerifyClientCertIfGiven": tls.VerifyClientCertIfGiven, "RequireAndVerifyClientCert": tls.RequireAndVerifyClientCert,
	})
	if k.AllowedSANs != nil && c.ClientAuth != tls.NoClientCert {
		c.VerifyConnection = k.verify
	}
	if err != nil || k.ClientCA+k.ClientCAFile == "" {
		return err
	}
	if c.ClientAuth == tls.NoClientCert {
		return errors.New("tls_server_config: client_ca or client_ca_file is given; client_auth_type must say what it is for")
	}
	authorities, err := text("client_ca", k.ClientCA, k.ClientCAFile)
	if err != nil {
		return err
	}
	c.ClientCAs = x509.NewCertPool()
	if !c.ClientCAs.AppendCertsFromPEM(authorities) {
		return errors.New("tls_server_config: there is no certificate in client_ca or client_ca_file")
	}
	return nil
}

// verify looks at the names in a client's certificate, also where an earlier session is resumed. Who has none has no such name.
func (k *tlsKeys) verify(c tls.ConnectionState) error {
	if len(c.PeerCertificates) == 0 {
		return errors.New("the client has no certificate; must be one with a name of client_allowed_sans")
	}
	cert := c.PeerCertificates[0]
	names := slices.Concat(cert.DNSNames, cert.EmailAddresses)
	for _, ip := range cert.IPAddresses {
		names = append(names, ip.String())
	}
	for _, uri := range cert.URIs {
		names = append(names, uri.String())
	}
	if !slices.ContainsFunc(names, func(name string) bool { return slices.Contains(k.AllowedSANs, name) }) {
		return fmt.Errorf("the client's certificate has none of the names in client_allowed_sans: %q", names)
	}
	return nil
}
