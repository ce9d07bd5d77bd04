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

// checkOrigin refuses what a browser was tricked into: a request to a name that is not ours (DNS rebinding), or from a page of
// another origin. It sets the headers that every answer has, and passes a panic of a call to panicked.
func checkOrigin(next http.Handler, names []string, panicked func(error)) http.Handler {
	machine, _ := os.Hostname()
	hosts := append([]string{"localhost", machine}, names...)
	cross := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer reportPanic(r, panicked)
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		switch {
		case !addressed(r.Host, hosts):
			answerError(w, failure(http.StatusForbidden, "host %q is not one of ours; must be localhost, an IP address, or one of the names in hosts", cut(r.Host)))
		case foreign(r):
			answerError(w, failure(http.StatusForbidden, "origin %q is another page's; must be this program's own", cut(r.Header.Get("Origin"))))
		case cross.Check(r) != nil:
			answerError(w, failure(http.StatusForbidden, "a request from another site may not change anything; must be from this program's own page"))
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// reportPanic reports a panic in a call, and lets it go on to net/http, which closes the connection. It is deferred.
func reportPanic(r *http.Request, panicked func(error)) {
	p := recover()
	if p == nil {
		return
	}
	if p != http.ErrAbortHandler && panicked != nil {
		panicked(fmt.Errorf("%s %s: %v\n%s", r.Method, r.URL.Path, p, debug.Stack()))
	}
	panic(p)
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

// foreign reports a request that names an origin other than the host it is addressed to.
func foreign(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || !strings.EqualFold(u.Host, r.Host)
}
