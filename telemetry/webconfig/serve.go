package webconfig

import (
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"

	"golang.org/x/time/rate"
)

// Serve serves connections of a listener as the web configuration says, until the server is shut down. It changes the server.
func Serve(l net.Listener, server *http.Server, path string, log *slog.Logger) error {
	f, err := read(path)
	if err != nil {
		return err
	}
	server.Handler = &handler{path: path, next: server.Handler, limit: f.Limit.limiter(), log: log, known: map[key]bool{}}
	if !f.TLS.given() {
		return server.Serve(l)
	}
	if server.TLSConfig, err = f.TLS.config(); err != nil {
		return err
	}
	protocols := []string{"h2", "http/1.1"}
	if !f.HTTP.HTTP2 {
		protocols = protocols[1:]
	}
	server.Protocols = new(http.Protocols)
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetHTTP2(f.HTTP.HTTP2)
	server.TLSConfig.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) { return current(path, protocols) }
	return server.ServeTLS(l, "", "")
}

// limiter is nil where there is no limit.
func (k limitKeys) limiter() *rate.Limiter {
	if k.Interval == 0 {
		return nil
	}
	return rate.NewLimiter(rate.Every(k.Interval), k.Burst)
}

// current is what the file says of TLS now, with the protocols that the server was started with.
func current(path string, protocols []string) (*tls.Config, error) {
	f, err := read(path)
	if err != nil {
		return nil, err
	}
	c, err := f.TLS.config()
	if err != nil {
		return nil, err
	}
	c.NextProtos = protocols
	return c, nil
}
