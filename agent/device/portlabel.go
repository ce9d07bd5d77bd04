package device

import (
	"net/url"
	"strings"
)

// portLabel is a port's URL without its settings, where that still names it.
func portLabel(port string) string {
	port = WithoutPassword(port)
	if bare, _, _ := strings.Cut(port, "?"); bare != "serial://" {
		return bare
	}
	return port
}

// WithoutPassword is a port's URL as it may be shown.
func WithoutPassword(port string) string {
	u, err := url.Parse(port)
	if err != nil {
		return port
	}
	return u.Redacted()
}
