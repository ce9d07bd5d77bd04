package webconfig

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"
	"golang.org/x/crypto/bcrypt"
)

// file is a web configuration.
type file struct {
	TLS   tlsKeys           `yaml:"tls_server_config"`
	HTTP  httpKeys          `yaml:"http_server_config"`
	Limit limitKeys         `yaml:"rate_limit"`
	Users map[string]string `yaml:"basic_auth_users"` // bcrypt hash by name; none = nobody is asked
}

type httpKeys struct {
	HTTP2   bool              `yaml:"http2"` // default true; with TLS only
	Headers map[string]string `yaml:"headers"`
}

// limitKeys allow burst requests at once, and one more each interval.
type limitKeys struct {
	Burst    int           `yaml:"burst"`
	Interval time.Duration `yaml:"interval"` // 0 = no limit
}

// Check says what is wrong with a web configuration, and with the files it names.
func Check(path string) error {
	f, err := read(path)
	if err != nil {
		return err
	}
	if !f.TLS.given() {
		return nil
	}
	_, err = f.TLS.config()
	return err
}

// read reads a web configuration, but not the files it names.
func read(path string) (*file, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f := &file{HTTP: httpKeys{HTTP2: true}}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(f); err != nil && !errors.Is(err, io.EOF) { // an empty file is one without keys
		return nil, err
	}
	f.TLS.beside(filepath.Dir(path))
	return f, errors.Join(f.checkHeaders(), f.checkUsers(), f.TLS.checkNames())
}

// allowedHeaders are the headers that may be set, with the values each may have; nil = any.
var allowedHeaders = map[string][]string{
	"Strict-Transport-Security": nil,
	"X-Content-Type-Options":    {"nosniff"},
	"X-Frame-Options":           {"deny", "sameorigin"},
	"X-XSS-Protection":          nil,
	"Content-Security-Policy":   nil,
}

func (f *file) checkHeaders() error {
	for name, value := range f.HTTP.Headers {
		values, ok := allowedHeaders[name]
		if !ok {
			return fmt.Errorf("http_server_config.headers: %q cannot be set", name)
		}
		if values != nil && !slices.Contains(values, value) {
			return fmt.Errorf("http_server_config.headers: %s is %q; must be one of %q", name, value, values)
		}
	}
	return nil
}

func (f *file) checkUsers() error {
	for name, hash := range f.Users {
		if _, err := bcrypt.Cost([]byte(hash)); err != nil {
			return fmt.Errorf("basic_auth_users: the password of %q is not hashed with bcrypt: %w", name, err)
		}
	}
	return nil
}
