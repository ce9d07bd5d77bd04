package doctor

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"
)

const endsSoon = 30 * 24 * time.Hour

// webConfig is what is used of a web configuration.
type webConfig struct {
	TLS struct {
		Cert string `yaml:"cert_file"`
		Key  string `yaml:"key_file"`
	} `yaml:"tls_server_config"`
}

// web is the web configuration, empty where there is none. As in Prometheus a file it names lies beside it, unless its path is absolute.
func (p Patient) web() webConfig {
	var web webConfig
	file := p.Plan.Config.Agent.WebConfig
	if file == "" || yaml.Unmarshal([]byte(p.read(file)), &web) != nil {
		return webConfig{}
	}
	for _, name := range []*string{&web.TLS.Cert, &web.TLS.Key} {
		if *name != "" && !filepath.IsAbs(*name) {
			*name = filepath.Join(filepath.Dir(file), *name)
		}
	}
	return web
}

// webConfig says who can reach the page, where a web configuration says how.
func (p Patient) webConfig(listen, file string) []Finding {
	if why := p.unreadable(file); why != "" {
		return ill(Bad, "page", file+" "+why, "the agent does not serve its page without it: write it, or leave web_config out")
	}
	if p.web().TLS.Cert == "" {
		return ill(Warn, "page", listen+": passwords and tokens go over the network in plain text", "give "+file+" a tls_server_config")
	}
	return well("page", "%s: other machines, with TLS by %s", listen, file)
}

// certificates says when those of the broker's connection and of the page end.
func certificates(p Patient) []Finding {
	if p.Plan == nil {
		return nil
	}
	tls := p.Plan.Config.MQTT.TLS
	files := []string{tls.CA, tls.Cert, p.web().TLS.Cert}
	slices.Sort(files)
	var all []Finding
	for _, file := range slices.Compact(files) {
		if file != "" {
			all = append(all, p.certificate(file)...)
		}
	}
	return all
}

func (p Patient) certificate(file string) []Finding {
	about := "certificate " + file
	if why := p.unreadable(file); why != "" {
		return ill(Bad, about, "it "+why, "copy it there, for root:"+p.User+" with mode 640")
	}
	block, _ := pem.Decode([]byte(p.read(file)))
	if block == nil {
		return ill(Bad, about, "it is no PEM file", "give the file that begins with -----BEGIN CERTIFICATE-----")
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return ill(Bad, about, "it is no certificate: "+err.Error(), "give the file that begins with -----BEGIN CERTIFICATE-----")
	}
	day := c.NotAfter.Format("2006-01-02")
	switch left := c.NotAfter.Sub(p.Now); {
	case left < 0:
		return ill(Bad, about, "it ended on "+day+", and nobody accepts it", "renew it")
	case left < endsSoon:
		return ill(Warn, about, "it ends on "+day, "renew it")
	}
	return well(about, "it ends on %s", day)
}

// unreadable says why a file cannot be read, "" if it can.
func (p Patient) unreadable(file string) string {
	if info, err := os.Stat(p.path(file)); err == nil && !info.Mode().IsRegular() {
		return "is no file" // a pipe would be waited for
	}
	f, err := os.Open(p.path(file))
	switch {
	case err == nil:
		f.Close()
		return ""
	case errors.Is(err, fs.ErrNotExist) && !filepath.IsAbs(file):
		return "is not there: the service looks for it in /, for its path is not absolute"
	case errors.Is(err, fs.ErrNotExist):
		return "is not there"
	}
	return "cannot be read: " + errors.Unwrap(err).Error()
}
