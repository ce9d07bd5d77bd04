package telemetry

import (
	"crypto/sha256"
	"encoding/base64"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"pychron-edge/buffer"
)

// originCheck refuses what a browser was tricked into: a request to a name that is not ours (DNS rebinding), or from a page of another
// origin.
type originCheck struct {
	hosts   []string        // names that are ours
	machine func() []string // the machine's own, which may change
	policy  func() string   // of the page: what it may load, and who may show it in a frame; worked out at the first request, for it is 1 % of a start
	cross   *http.CrossOriginProtection
	denied  func(Denial)
	panics  *panics
}

func newOriginCheck(o *ServerOptions) *originCheck {
	return &originCheck{
		hosts: append([]string{"localhost"}, o.Hosts...), machine: func() []string { return machineNames(hostnameFile) }, policy: sync.OnceValue(func() string { return contentPolicy(o.FrameAncestors) }), cross: http.NewCrossOriginProtection(),
		denied: o.Denied, panics: &panics{fatal: o.Panicked, record: o.Record, log: o.Log, now: o.Now, calls: map[string]*panicked{}},
	}
}

// contentPolicy lets the page load its own files alone, and run and apply what it has in itself, named by their hashes. Only the given origins
// may show it in a frame; self is its own.
func contentPolicy(frames []string) string {
	ancestors := "'none'"
	if len(frames) > 0 {
		ancestors = strings.ReplaceAll(" "+strings.Join(frames, " ")+" ", " self ", " 'self' ")
	}
	return "default-src 'self'; script-src 'self'" + hashes("script") + "; style-src 'self'" + hashes("style") +
		"; frame-ancestors " + strings.TrimSpace(ancestors) + "; base-uri 'none'; form-action 'self'"
}

// hashes are those of what the page has between tags of one kind, as a policy names them.
func hashes(tag string) string {
	var all strings.Builder
	for _, text := range inline(tag) {
		sum := sha256.Sum256([]byte(text))
		all.WriteString(" 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'")
	}
	return all.String()
}

// check lets pass what next may answer. It sets the headers that every answer has.
func (g *originCheck) check(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w := &begunAnswer{ResponseWriter: rw}
		defer g.panics.end(w, r, g.setHeaders)
		g.setHeaders(w.Header())
		if err := g.refuse(r); err != nil {
			if g.denied != nil && r.Method != http.MethodGet {
				g.denied(Denial{By: buffer.Principal{Via: "http"}, From: clientOf(r), Call: cut(r.Method + " " + r.URL.Path), Reason: "origin", Why: err.Error()})
			}
			answerError(w, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// setHeaders sets the headers that every answer has.
func (g *originCheck) setHeaders(h http.Header) {
	h.Set("Content-Security-Policy", g.policy())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}

// refuse says why a request may not be answered. The page's own files hold no data: a proxy that changes Host does not keep them out.
func (g *originCheck) refuse(r *http.Request) error {
	switch {
	case !addressed(r.Host, g.hosts) && !addressed(r.Host, g.machine()):
		return failure(http.StatusForbidden, "host %q is not one of ours; must be localhost, an IP address, this machine's name, that name with .local, or one of the names in hosts", cut(r.Host))
	case isPage(r):
		return nil
	case foreign(r):
		return failure(http.StatusForbidden, "origin %q is another page's; must be this program's own (a proxy must pass Host on)", cut(r.Header.Get("Origin")))
	case r.Header.Get("Sec-Fetch-Site") == "cross-site" && r.Header.Get("Sec-Fetch-Mode") != "navigate":
		return failure(http.StatusForbidden, "another site may not load this; must be from this program's own page")
	case g.cross.Check(r) != nil:
		return failure(http.StatusForbidden, "a request from another site may not change anything; must be from this program's own page")
	}
	return nil
}

// isPage reports a request for a file of the page.
func isPage(r *http.Request) bool {
	_, ok := page()[strings.TrimPrefix(r.URL.Path, "/")]
	return r.Method == http.MethodGet && (ok || r.URL.Path == "/")
}

// addressed reports a Host header that is an IP literal or one of the names.
func addressed(host string, names []string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.Trim(host, "[]"), ".")
	if net.ParseIP(host) != nil {
		return true
	}
	return host != "" && slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, host) })
}

// foreign reports a request that names an origin other than the host it is addressed to. Where the browser itself says that they are
// the same, a proxy has changed the host on the way; no page can say so.
func foreign(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || r.Header.Get("Sec-Fetch-Site") == "same-origin" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || !strings.EqualFold(u.Host, r.Host)
}
