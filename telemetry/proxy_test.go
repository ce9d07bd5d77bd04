package telemetry

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"pychron-edge/buffer"
)

// proxied is a proxy at lab.example/line1/ before a running server, and what a browser behind it gets.
func proxied(t *testing.T, s *Server, plain bool) func(method, path string, change ...func(*http.Request)) *http.Response {
	target, _ := url.Parse("http://" + s.Addr())
	transport := &http.Transport{}
	proxy := httptest.NewServer(http.StripPrefix("/line1", &httputil.ReverseProxy{Transport: transport, Rewrite: func(p *httputil.ProxyRequest) {
		p.SetURL(target) // and the host of the target, as nginx does it unless told otherwise
		if !plain {
			p.Out.Host = p.In.Host
			p.SetXForwarded()
		}
	}}))
	t.Cleanup(func() {
		proxy.Close()
		transport.CloseIdleConnections()
	})
	c := client(t, nil)
	return func(method, path string, change ...func(*http.Request)) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, proxy.URL+"/line1"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = "lab.example"
		for _, f := range change {
			f(r)
		}
		response, err := c.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { response.Body.Close() })
		return response
	}
}

func lab(o *ServerOptions) { o.Hosts = []string{"lab.example"} }

// A browser names the origin of a module script, and of whatever it sends.
var fromLab = with("Origin", "http://lab.example")

func TestThePageWorksBehindAProxy(t *testing.T) {
	s, bench := run(t, lab)
	ask := proxied(t, s, false)
	for _, c := range []struct {
		state, method, path string
		change              []func(*http.Request)
		want                int
	}{
		{"the page", "GET", "/", nil, 200},
		{"its script", "GET", "/built/page.js", []func(*http.Request){fromLab}, 200},
		{"a reader without a token", "GET", "/status", nil, 401},
		{"a reader", "GET", "/status", []func(*http.Request){token("reader")}, 200},
		{"a halt without a token", "POST", "/halt", []func(*http.Request){fromLab}, 401},
		{"a halt", "POST", "/halt", []func(*http.Request){fromLab, token("command")}, 200},
		{"another page's halt", "POST", "/halt", []func(*http.Request){with("Origin", "http://evil.example"), token("command")}, 403},
		{"a name that is not ours", "GET", "/status", []func(*http.Request){token("reader"), func(r *http.Request) { r.Host = "evil.example" }}, 403},
	} {
		if got := ask(c.method, c.path, c.change...).StatusCode; got != c.want {
			t.Errorf("%s: %s %s = %d, want %d", c.state, c.method, c.path, got, c.want)
		}
	}
	stream := ask("GET", "/events", token("reader"), with("Accept", "text/event-stream"))
	if stream.Header.Get("X-Accel-Buffering") != "no" {
		t.Errorf("headers of a stream %v, want X-Accel-Buffering: no", stream.Header)
	}
	bench.lanes.Append(event(buffer.Command, "commands_total", 1, 1))
	arrived(t, stream.Body, "commands_total")
}

// arrived waits until a stream brings a text.
func arrived(t *testing.T, body io.ReadCloser, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testTimeout)
	defer cancel()
	context.AfterFunc(ctx, func() { body.Close() })
	for lines := bufio.NewScanner(body); lines.Scan(); {
		if strings.Contains(lines.Text(), text) {
			return
		}
	}
	t.Errorf("the stream ended without %s", text)
}

// A proxy that is told nothing changes Host, and names nobody. Seen: the page's own scripts were refused.
func TestThePageLoadsBehindAPlainProxy(t *testing.T) {
	s, _ := run(t, lab, func(o *ServerOptions) { o.NoLoopback = true })
	ask := proxied(t, s, true)
	same := with("Sec-Fetch-Site", "same-origin")
	for _, c := range []struct {
		state, method, path string
		change              []func(*http.Request)
		want                int
	}{
		{"the page", "GET", "/", nil, 200},
		{"its script", "GET", "/built/page.js", []func(*http.Request){fromLab}, 200},
		{"its icon", "GET", "/favicon.svg", nil, 200},
		{"a reader without a token", "GET", "/status", nil, 401},
		{"a halt over HTTPS", "POST", "/halt", []func(*http.Request){with("Origin", "https://lab.example"), same, token("command")}, 200},
		{"a halt over HTTPS without a token", "POST", "/halt", []func(*http.Request){with("Origin", "https://lab.example"), same}, 401},
		{"another page's halt", "POST", "/halt", []func(*http.Request){fromLab, with("Sec-Fetch-Site", "cross-site"), token("command")}, 403},
	} {
		if got := ask(c.method, c.path, c.change...).StatusCode; got != c.want {
			t.Errorf("%s: %s %s = %d, want %d", c.state, c.method, c.path, got, c.want)
		}
	}
}

func TestThisMachineNeedsATokenWhereItIsNotTrusted(t *testing.T) {
	s, _ := newTestServer(func(o *ServerOptions) { o.NoLoopback = true })
	for _, c := range []struct {
		method, path, token string
		want                int
	}{
		{"GET", "/status", "", 401}, {"GET", "/metrics", "", 401}, {"POST", "/halt", "", 401}, {"POST", "/events", "", 401}, {"GET", "/", "", 200},
		{"GET", "/status", "reader", 200}, {"POST", "/halt", "command", 200},
	} {
		var change []func(*http.Request)
		if c.token != "" {
			change = append(change, token(c.token))
		}
		if w := s.ask(t, c.method, c.path, "", change...); w.Code != c.want {
			t.Errorf("%s %s with token %q = %d %s, want %d", c.method, c.path, c.token, w.Code, w.Body, c.want)
		}
	}
}

func TestOtherSitesLoadNothing(t *testing.T) {
	s, _ := newTestServer()
	site := func(word, mode string) []func(*http.Request) {
		return []func(*http.Request){with("Sec-Fetch-Site", word), with("Sec-Fetch-Mode", mode)}
	}
	for _, c := range []struct {
		path, site, mode string
		want             int
	}{
		{"/events", "cross-site", "no-cors", 403}, {"/status", "cross-site", "cors", 403},
		{"/events", "cross-site", "navigate", 200}, {"/status", "same-origin", "cors", 200}, {"/status", "none", "navigate", 200}, {"/", "cross-site", "navigate", 200},
	} {
		if w := s.ask(t, "GET", c.path, "", site(c.site, c.mode)...); w.Code != c.want {
			t.Errorf("GET %s for %s, %s = %d, want %d", c.path, c.site, c.mode, w.Code, c.want)
		}
	}
}

func TestWhoMayShowThePageInAFrame(t *testing.T) {
	for _, c := range []struct {
		frames []string
		want   string
	}{
		{nil, "frame-ancestors 'none';"},
		{[]string{"https://grafana.lab"}, "frame-ancestors https://grafana.lab;"},
		{[]string{"self", "https://grafana.lab", "http://10.0.0.5:3000"}, "frame-ancestors 'self' https://grafana.lab http://10.0.0.5:3000;"},
	} {
		s, _ := newTestServer(func(o *ServerOptions) { o.FrameAncestors = c.frames })
		if got := s.ask(t, "GET", "/", "").Header().Get("Content-Security-Policy"); !strings.Contains(got, c.want) {
			t.Errorf("frames %q: policy %q, want %q", c.frames, got, c.want)
		}
	}
}
