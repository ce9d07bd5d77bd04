package telemetry

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"net"
	"net/http"
	"net/netip"
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
	SHA256   string         // of the token, 64 hex digits
	Rights   []string       // read, ingest, command, admin, halt; any of them lets one read
	Controls []string       // patterns "V*.open" a command must match one of; empty = all
	From     []netip.Prefix // where it is accepted from; empty = everywhere
}

// gate finds out who asks, and lets in who has the right.
type gate struct {
	tokens     []Token
	webConfig  string         // a Prometheus web configuration file; "" = none
	noLoopback bool           // who asks from this machine has no right for that
	bench      []netip.Prefix // networks of the bench; empty = everywhere
	tries      *tries
	denied     func(Denial)
}

// Denial is a request that was not let in.
type Denial struct {
	By     buffer.Principal // its name is "" where nothing proves who it is
	From   string           // address
	Call   string           // "POST /halt"
	Reason string           // token (nobody knows it, or not from there), right (it is lacking) or origin (another page's)
	Why    string
}

// errToken is wrapped where a token is one that nobody knows.
var errToken = failure(http.StatusUnauthorized, "header %s: no such token; must be one whose SHA-256 is in the configuration", header)

// errFrom is wrapped where a token is not accepted from the address of who has it.
var errFrom = failure(http.StatusForbidden, "header %s: this token is not accepted from your address; must come from one of its networks", header)

// allow lets in who has the right. Who only reads and may not is told, and nobody else is.
func (g *gate) allow(right string, answer call) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		by, err := g.who(r)
		if right == buffer.RightHalt && by.May(buffer.RightHalt) {
			err = nil // no halt fails for a token that is not needed
		}
		if err == nil && !by.May(right) {
			err = missingRight(by, right, r)
			if r.Method != http.MethodGet {
				g.deny(r, by, "right", err)
			}
		} else if errors.Is(err, errFrom) {
			g.deny(r, by, "token", err)
		} else if errors.Is(err, errToken) {
			g.deny(r, by, "token", err)
			g.tries.wrong(r.Context(), clientOf(r))
		}
		if err == nil {
			err = answer(w, r, by)
		}
		if err != nil {
			answerError(w, err)
		}
	})
}

// deny tells that a request was not let in.
func (g *gate) deny(r *http.Request, by buffer.Principal, reason string, err error) {
	if g.denied != nil {
		g.denied(Denial{By: by, From: clientOf(r), Call: cut(r.Method + " " + r.URL.Path), Reason: reason, Why: err.Error()})
	}
}

// missingRight is the refusal of somebody without a right: 403 to somebody known, 401 to somebody who may come back with a token.
func missingRight(by buffer.Principal, right string, r *http.Request) error {
	if r.Header.Get(header) != "" {
		has := slices.Compact(slices.Sorted(slices.Values(by.Rights))) // some of its token may be those that everybody on this machine has
		return failure(http.StatusForbidden, "%s has not the right to %s; it has: %s", by.Name, right, strings.Join(has, ", "))
	}
	return failure(http.StatusUnauthorized, "the right to %s is needed; a token that has it must be in the header %s", right, header)
}

// who is whoever the token proves, and whoever sits at this machine. A token nobody knows is refused, even where none is needed.
func (g *gate) who(r *http.Request) (buffer.Principal, error) {
	by := buffer.Principal{Via: "http", Away: g.away(r)}
	if r.Header.Get("Sec-Fetch-Site") == "same-origin" {
		by.Via = "page"
	}
	if local(r) && !g.noLoopback {
		by.Name, by.Rights = "loopback", []string{buffer.RightRead, buffer.RightIngest, buffer.RightHalt}
	} else if user, ok := g.authenticated(r); ok {
		by.Name, by.Rights = user, []string{buffer.RightRead}
	}
	given := r.Header.Get(header)
	if given == "" {
		return by, nil
	}
	if g.tries.busy(clientOf(r)) {
		return by, failure(http.StatusTooManyRequests, "too many wrong tokens came from your address; the next must wait for their answers")
	}
	token, ok := g.token(given)
	switch {
	case !ok:
		return by, errToken
	case len(token.From) > 0 && !within(token.From, clientOf(r)):
		by.Claim = token.Name
		return by, errFrom
	}
	by.Name, by.Controls = token.Name, slices.Clone(token.Controls)
	by.Rights = append(by.Rights, token.Rights...)
	return by, nil
}

// token finds the token given, in a time that does not depend on how near it came.
func (g *gate) token(given string) (Token, bool) {
	sum := sha256.Sum256([]byte(given))
	digits := []byte(hex.EncodeToString(sum[:]))
	found := -1
	for i, t := range g.tokens {
		if subtle.ConstantTimeCompare(digits, []byte(strings.ToLower(t.SHA256))) == 1 {
			found = i
		}
	}
	if found < 0 {
		return Token{}, false
	}
	return g.tokens[found], true
}

// away says whether somebody asks from outside the bench. Who sits at this machine is at the bench.
func (g *gate) away(r *http.Request) bool {
	return len(g.bench) > 0 && !within(g.bench, clientOf(r)) && (g.noLoopback || !local(r))
}

// within says whether an address is in one of some networks.
func within(networks []netip.Prefix, address string) bool {
	ip, err := netip.ParseAddr(address)
	return err == nil && slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(ip.Unmap().WithZone("")) })
}

// local reports a request that was made on this machine: not one that a proxy here passes on for somebody else.
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

// authenticated is the user that the web configuration has proven: by a client certificate, or by basic authentication, which the
// toolkit has checked before the request came here, if the file names any users.
func (g *gate) authenticated(r *http.Request) (string, bool) {
	if r.TLS != nil && len(r.TLS.VerifiedChains) > 0 {
		return r.TLS.VerifiedChains[0][0].Subject.CommonName, true
	}
	user, _, ok := r.BasicAuth()
	if !ok || g.webConfig == "" {
		return "", false
	}
	data, err := os.ReadFile(g.webConfig)
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
