package telemetry

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"pychron-edge/buffer"
)

// header carries a token.
const header = "X-Pychron-Edge-Token"

// Token is one principal of the configuration.
type Token struct {
	Name     string
	SHA256   string   // of the token, 64 hex digits
	Rights   []string // read, ingest, command, admin, halt; any of them lets one read
	Controls []string // patterns "V*.open" a command must match one of; empty = all
}

// who asks: whoever the token proves, and whoever sits at this machine. A token nobody knows is refused, even where none
// is needed.
func (s *Server) who(r *http.Request) (buffer.Principal, error) {
	by := buffer.Principal{Via: "http"}
	if r.Header.Get("Sec-Fetch-Site") == "same-origin" {
		by.Via = "page"
	}
	if local(r) {
		by.Name, by.Rights = "loopback", []string{buffer.RightRead, buffer.RightIngest, buffer.RightHalt}
	} else if user, ok := s.authenticated(r); ok {
		by.Name, by.Rights = user, []string{buffer.RightRead}
	}
	given := r.Header.Get(header)
	if given == "" {
		return by, nil
	}
	token, ok := s.token(given)
	if !ok {
		return by, failure(http.StatusUnauthorized, "header %s: no such token; allowed are those whose SHA-256 is in the configuration", header)
	}
	by.Name, by.Controls = token.Name, slices.Clone(token.Controls)
	by.Rights = append(by.Rights, token.Rights...)
	return by, nil
}

// token finds the token given, in a time that does not tell how near it came.
func (s *Server) token(given string) (Token, bool) {
	sum := sha256.Sum256([]byte(given))
	digits := []byte(hex.EncodeToString(sum[:]))
	found := -1
	for i, t := range s.Tokens {
		if subtle.ConstantTimeCompare(digits, []byte(strings.ToLower(t.SHA256))) == 1 {
			found = i
		}
	}
	if found < 0 {
		return Token{}, false
	}
	return s.Tokens[found], true
}

// local says whether the request was made on this machine: not one that a proxy here passes on for somebody else.
func local(r *http.Request) bool {
	for _, h := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
		if r.Header.Get(h) != "" {
			return false
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// vouched says whether the web configuration has proven who asks: by a client certificate, or by basic authentication,
// which the toolkit has checked before the request came here, if the file names any users.
func (s *Server) authenticated(r *http.Request) (string, bool) {
	if r.TLS != nil && len(r.TLS.VerifiedChains) > 0 {
		return r.TLS.VerifiedChains[0][0].Subject.CommonName, true
	}
	user, _, ok := r.BasicAuth()
	if !ok || s.WebConfig == "" {
		return "", false
	}
	data, err := os.ReadFile(s.WebConfig)
	if err != nil {
		return "", false
	}
	var config struct {
		Users map[string]string `yaml:"basic_auth_users"`
	}
	err = yaml.Unmarshal(data, &config)
	_, known := config.Users[user]
	return user, err == nil && known
}
