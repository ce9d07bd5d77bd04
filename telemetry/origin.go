package telemetry

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime/debug"
	"slices"
	"strings"
)

// guard refuses what a browser was tricked into: a request to a name that is not ours (DNS rebinding), or from a page of
// another origin. It sets the headers that every answer has.
func (s *Server) checkOrigin(next http.Handler) http.Handler {
	machine, _ := os.Hostname()
	hosts := append([]string{"localhost", machine}, s.Hosts...)
	cross := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer s.reportPanic(r)
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		switch {
		case !addressed(r.Host, hosts):
			answerError(w, failure(http.StatusForbidden, "host %q is not one of ours; allowed are localhost, an IP address, and the names in hosts", cut(r.Host)))
		case foreign(r):
			answerError(w, failure(http.StatusForbidden, "origin %q is another page's; allowed is this program's own", cut(r.Header.Get("Origin"))))
		case cross.Check(r) != nil:
			answerError(w, failure(http.StatusForbidden, "a request from another site may not change anything; allowed is this program's own page"))
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// tellPanic tells of a panic in a call, and lets it go on to net/http, which closes the connection. Deferred.
func (s *Server) reportPanic(r *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if p != http.ErrAbortHandler && s.Panicked != nil {
		s.Panicked(fmt.Errorf("%s %s: %v\n%s", r.Method, r.URL.Path, p, debug.Stack()))
	}
	panic(p)
}

// addressed says whether a Host header is an IP literal or one of the names.
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

// foreign says whether a request names an origin that is not the host it is addressed to.
func foreign(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || !strings.EqualFold(u.Host, r.Host)
}

// cut shortens what somebody sent, to quote it.
func cut(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "..."
	}
	return s
}
