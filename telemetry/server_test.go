package telemetry

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pychron-edge/buffer"
)

// reply is an error's text, or fails the test if the answer is no error of ours.
func reply(t *testing.T, body string) string {
	t.Helper()
	var e struct {
		Error string `json:"error"`
	}
	if err := json.Unmarshal([]byte(body), &e); err != nil || e.Error == "" {
		t.Fatalf("answer %q, want {\"error\":...}", body)
	}
	return e.Error
}

func TestRights(t *testing.T) {
	s, _ := newTestServer()
	open, shut := `{"value":1}`, http.StatusUnauthorized
	for _, c := range []struct {
		state, method, target, body string
		change                      []func(*http.Request)
		want                        int
	}{
		{"a reader here", "GET", "/status", "", nil, 200},
		{"a reader elsewhere", "GET", "/status", "", []func(*http.Request){remote}, shut},
		{"a reader elsewhere with a token", "GET", "/status", "", []func(*http.Request){remote, token("reader")}, 200},
		{"a commander elsewhere reads", "GET", "/events", "", []func(*http.Request){remote, token("command")}, 200},
		{"somebody behind a proxy here", "GET", "/status", "", []func(*http.Request){with("X-Forwarded-For", "10.0.0.7")}, shut},
		{"an unknown token", "GET", "/status", "", []func(*http.Request){token("guess")}, shut},
		{"ingest here", "POST", "/events", `{"event_type":"gauge","metric_name":"a","value":1}`, nil, 200},
		{"ingest elsewhere", "POST", "/events", `{"event_type":"gauge","metric_name":"a","value":1}`, []func(*http.Request){remote}, shut},
		{"ingest elsewhere with a token", "POST", "/events", `{"event_type":"gauge","metric_name":"a","value":1}`, []func(*http.Request){remote, token("ingest")}, 200},
		{"ingest elsewhere with another right", "POST", "/events", `{"event_type":"gauge","metric_name":"a","value":1}`, []func(*http.Request){remote, token("command")}, 403},
		{"command without a token", "POST", "/devices/V1/open", open, nil, shut},
		{"command with a reader's token", "POST", "/devices/V1/open", open, []func(*http.Request){token("reader")}, 403},
		{"command with its token", "POST", "/devices/V1/open", open, []func(*http.Request){token("command")}, 200},
		{"command elsewhere with its token", "POST", "/devices/V1/open", open, []func(*http.Request){remote, token("command")}, 200},
		{"command outside of the pattern", "POST", "/devices/laser/enabled", open, []func(*http.Request){token("valves")}, 403},
		{"command inside of the pattern", "POST", "/devices/V12/open", open, []func(*http.Request){token("valves")}, 200},
		{"lock without a token", "POST", "/devices/V1/lock", "", nil, shut},
		{"capture with a commander's token", "PUT", "/capture", `{"enabled":false}`, []func(*http.Request){token("command")}, 403},
		{"capture with an admin's token", "PUT", "/capture", `{"enabled":false}`, []func(*http.Request){token("admin")}, 200},
		{"clear here", "DELETE", "/events", "", nil, shut},
		{"clear with an admin's token", "DELETE", "/events", "", []func(*http.Request){token("admin")}, 200},
		{"halt here", "POST", "/halt", "", nil, 200},
		{"halt here with a token nobody knows", "POST", "/halt", "", []func(*http.Request){token("old")}, 200},
		{"halt elsewhere with a token nobody knows", "POST", "/halt", "", []func(*http.Request){remote, token("old")}, shut},
		{"halt elsewhere", "POST", "/halt", "", []func(*http.Request){remote}, shut},
		{"halt elsewhere with a reader's token", "POST", "/halt", "", []func(*http.Request){remote, token("reader")}, 403},
		{"halt elsewhere with a commander's token", "POST", "/halt", "", []func(*http.Request){remote, token("command")}, 200},
	} {
		t.Run(c.state, func(t *testing.T) {
			w := s.ask(t, c.method, c.target, c.body, c.change...)
			if w.Code != c.want {
				t.Fatalf("%s %s = %d %s, want %d", c.method, c.target, w.Code, w.Body, c.want)
			}
			if w.Code >= 400 {
				reply(t, w.Body.String())
			}
		})
	}
}

func TestTheCommanderRecordsWhoHasNoRight(t *testing.T) {
	s, bench := newTestServer()
	for _, change := range [][]func(*http.Request){nil, {token("reader")}, {token("valves")}, {remote}} {
		s.ask(t, "POST", "/devices/laser/enabled", `{"value":1}`, change...)
	}
	want := []string{"loopback laser.enabled", "ro laser.enabled", "vic laser.enabled"} // a stranger elsewhere cannot fill the ring
	if !slices.Equal(bench.refused, want) || len(bench.asked) != 0 {
		t.Errorf("refused %q, asked %q; want %q and nothing", bench.refused, bench.asked, want)
	}
}

// Whoever may halt may send the idle value: the commander decides which value that is.
func TestIdleValueNeedsTheRightToHaltAlone(t *testing.T) {
	s, _ := newTestServer()
	for body, want := range map[string]int{`{"value":0}`: 200, `{"value":1}`: 401} {
		if w := s.ask(t, "POST", "/devices/V1/open", body); w.Code != want {
			t.Errorf("%s from this machine without a token = %d %s, want %d", body, w.Code, w.Body, want)
		}
	}
}

func TestForeignRequestsAreRefused(t *testing.T) {
	s, bench := newTestServer()
	host := func(h string) func(*http.Request) { return func(r *http.Request) { r.Host = h } }
	for _, c := range []struct {
		state, method string
		change        []func(*http.Request)
		want          int
	}{
		{"an IP literal", "GET", []func(*http.Request){host("192.168.1.5:9119")}, 200},
		{"an IPv6 literal", "GET", []func(*http.Request){host("[::1]:9119")}, 200},
		{"localhost", "GET", []func(*http.Request){host("localhost:9119")}, 200},
		{"a name of hosts", "GET", []func(*http.Request){host("LINE1.lab.")}, 200},
		{"a rebound name", "GET", []func(*http.Request){host("evil.example:9119")}, 403},
		{"no name", "GET", []func(*http.Request){host("")}, 403},
		{"its own origin", "POST", []func(*http.Request){with("Origin", "http://127.0.0.1:9119")}, 200},
		{"a foreign origin", "POST", []func(*http.Request){with("Origin", "http://evil.example")}, 403},
		{"a foreign origin that only reads", "GET", []func(*http.Request){with("Origin", "http://evil.example")}, 403},
		{"a foreign origin with the token", "POST", []func(*http.Request){with("Origin", "https://127.0.0.2:9119"), token("command")}, 403},
		{"an origin that is hidden", "POST", []func(*http.Request){with("Origin", "null")}, 403},
		{"another site's form", "POST", []func(*http.Request){with("Sec-Fetch-Site", "cross-site")}, 403},
		{"the page", "POST", []func(*http.Request){with("Sec-Fetch-Site", "same-origin")}, 200},
	} {
		t.Run(c.state, func(t *testing.T) {
			target := map[string]string{"GET": "/status", "POST": "/halt"}[c.method]
			before := len(bench.asked)
			w := s.ask(t, c.method, target, "", c.change...)
			if w.Code != c.want {
				t.Fatalf("%d %s, want %d", w.Code, w.Body, c.want)
			}
			if w.Code == 403 && len(bench.asked) != before {
				t.Errorf("a refused request reached the backend: %s", bench.last())
			}
		})
	}
}

func TestCommands(t *testing.T) {
	s, bench := newTestServer()
	jr := token("command")
	for _, c := range []struct{ target, body, want string }{
		{"/devices/V1/open", `{"value":1}`, `V1.open=1 by jr via http claim "" ttl 10s note ""`},
		{"/devices/laser/power", `{"value":12.5,"ttl":"2s","note":"blank","who":"anna"}`, `laser.power=12.5 by jr via http claim "anna" ttl 2s note "blank"`},
		{"/devices/V1/lock", `{"for":"10m","owner":"anna","reason":"bakeout"}`, `lock V1 unlock=false for 10m0s owner "anna" reason "bakeout" by jr`},
		{"/devices/V1/lock", ``, `lock V1 unlock=false for 0s owner "" reason "" by jr`},
		{"/devices/V1/unlock", `{}`, `lock V1 unlock=true for 0s owner "" reason "" by jr`},
		{"/devices/laser/hold", `{"for":"5s"}`, `hold laser for 5s drop=false`},
		{"/devices/laser/hold", `{"drop":true}`, `hold laser for 0s drop=true`},
		{"/rules/chamber%20pressure/clear", ``, `clear rule chamber pressure by jr`},
		{"/alarms/a/ack", `{"shelve":"1h","reason":"known"}`, `ack a shelve 1h0m0s reason "known" by jr`},
		{"/alarms/a/ack", `{"drop":true,"reason":" mended "}`, `ack a shelve 0s reason "mended" by jr`},
		{"/alarms/a/ack", `{"who":"anna"}`, `ack a shelve 0s reason "" by jr`},
		{"/halt", ``, `halt by jr`},
	} {
		if w := s.ask(t, "POST", c.target, c.body, jr); w.Code != 200 || bench.last() != c.want {
			t.Errorf("POST %s %s = %d %s, asked %q, want %q", c.target, c.body, w.Code, w.Body, bench.last(), c.want)
		}
	}
	w := s.ask(t, "POST", "/devices/V1/open", `{"value":1}`, jr, with("Sec-Fetch-Site", "same-origin"))
	if want := `{"result":"success","value":1,"boot":"9f2c61aa","seq":7}` + "\n"; w.Body.String() != want {
		t.Errorf("answer %s, want %s", w.Body, want)
	}
	if want := `V1.open=1 by jr via page`; !strings.HasPrefix(bench.last(), want) {
		t.Errorf("asked %q, want %q...", bench.last(), want)
	}
}

func TestRefusalsOfTheCommander(t *testing.T) {
	s, bench := newTestServer()
	for _, c := range []struct {
		err  error
		want int
	}{
		{buffer.ErrUnknown, 404}, {buffer.ErrRange, 400}, {buffer.ErrForbidden, 403}, {buffer.ErrConflict, 409}, {buffer.ErrExpired, 409},
		{buffer.ErrUnsettled, 504}, {buffer.ErrFailed, 502}, {errors.New("odd"), 500},
	} {
		bench.err = fmt.Errorf("V1.open: %w: must be 0 or 1", c.err)
		bench.result = buffer.CommandResult{Result: "unknown", Boot: boot, Seq: 9}
		w := s.ask(t, "POST", "/devices/V1/open", `{"value":1}`, token("command"))
		if w.Code != c.want || reply(t, w.Body.String()) != bench.err.Error() {
			t.Errorf("%v: %d %s, want %d", c.err, w.Code, w.Body, c.want)
		}
		if told := strings.Contains(w.Body.String(), `"seq":9`); told != (c.want == 504 || c.want == 502) {
			t.Errorf("%v: %s: the event's number is told where the command was begun, and only there", c.err, w.Body)
		}
	}
}

func TestHaltThatDidNotReachAllIsNoSuccess(t *testing.T) {
	s, bench := newTestServer()
	bench.failed = map[string]string{"laser": "port lost"}
	w := s.ask(t, "POST", "/halt", "{}")
	if got := reply(t, w.Body.String()); w.Code != 502 || !strings.Contains(got, "laser: port lost") {
		t.Errorf("%d %s, want 502 and which", w.Code, got)
	}
}

func TestBadRequests(t *testing.T) {
	s, bench := newTestServer()
	for _, c := range []struct {
		target, body string
		want         int
		says         string
	}{
		{"/devices/V1/open", ``, 400, "value is missing"},
		{"/devices/V1/open", `{"value":"1"}`, 400, "value"},
		{"/devices/V1/open", `{"value":1e999}`, 400, "value"},
		{"/devices/V1/open", `{"value":null}`, 400, "value is missing"},
		{"/devices/V1/open", `[1]`, 400, "must be a JSON object"},
		{"/devices/V1/open", `{"value":1} {}`, 400, "must be a JSON object"},
		{"/devices/V1/open", `{"value":1,"force":true}`, 400, `"force"`},
		{"/devices/V1/open", `{"value":1,"ttl":"soon"}`, 400, "duration"},
		{"/devices/V1/open", `{"value":1,"ttl":"-1s"}`, 400, "duration"},
		{"/devices/V1/open", `{"value":1,"ttl":"0s"}`, 400, "longer than nothing"},
		{"/devices/V1/lock", `{"for":"0s"}`, 400, "longer than nothing"},
		{"/devices/V1/open", `{"value":"1"}`, 400, "value is a string; must be a number"},
		{"/devices/V1/open", `{"value":true}`, 400, "value is true or false; must be a number"},
		{"/devices/V1/open", `{"value":1e400}`, 400, "value is 1e400; must be a number up to 1.8e308"},
		{"/devices/V1/open", `{"value":1,"id":"` + strings.Repeat("x", 5000) + `"}`, 400, "id is 5000 bytes long; must be at most 256"},
		{"/devices/V1/open", `{"value":1,"note":5}`, 400, "note is a number; must be a string"},
		{"/devices/V1/lock", `{"both":"yes"}`, 400, "both is a string; must be true or false"},
		{"/devices/V1/open", `{"value":1,"ttl":"2h"}`, 400, "ttl"},
		{"/devices/V1/open", `{"value":1,"note":"` + strings.Repeat("x", 300) + `"}`, 400, "256"},
		{"/devices/V1/open?force=1", `{"value":1}`, 400, `"force"`},
		{"/alarms/a/ack", `{"shelve":"1h"}`, 400, "reason"},
		{"/alarms/a/ack", `{"shelve":"+1h","reason":"x"}`, 400, "duration"},
		{"/alarms/a/ack", `{"reason":"seen"}`, 400, "reason is given without shelve or drop"},
		{"/alarms/a/ack", `{"drop":true}`, 400, "reason is missing"},
		{"/alarms/a/ack", `{"drop":true,"shelve":"1h","reason":"x"}`, 400, "both"},
		{"/devices/V1/lock", `{"value":1}`, 400, `"value"`},
		{"/devices/V1/open/now", `{"value":1}`, 404, "/devices/V1/open/now"},
		{"/nowhere", `{}`, 404, "/nowhere"},
		{"/status", `{}`, 405, "GET"},
	} {
		w := s.ask(t, "POST", c.target, c.body, token("command"))
		if got := reply(t, w.Body.String()); w.Code != c.want || !strings.Contains(got, c.says) {
			t.Errorf("POST %s %.60s = %d %q, want %d and %q", c.target, c.body, w.Code, got, c.want, c.says)
		}
	}
	if w := s.ask(t, "POST", "/devices/V1/open", `{"value":1}`, token("command"), with("Content-Encoding", "gzip")); w.Code != 415 || !strings.Contains(w.Body.String(), `content encoding \"gzip\"; must be none`) {
		t.Errorf("gzip: %d %s, want 415", w.Code, w.Body)
	}
	if w := s.ask(t, "POST", "/devices/V1/open", `{"value":1}`, token("command"), with("Content-Type", "text/plain")); w.Code != 415 {
		t.Errorf("text/plain: %d, want 415", w.Code)
	}
	if len(bench.asked) > 0 {
		t.Errorf("a bad request reached the commander: %v", bench.asked)
	}
}

func TestNothingToCommand(t *testing.T) {
	s, _ := newTestServer(func(o *ServerOptions) { o.Commander = nil })
	for _, target := range []string{"/devices/V1/open", "/halt"} {
		if w := s.ask(t, "POST", target, `{"value":1}`, token("command")); w.Code != 404 {
			t.Errorf("POST %s = %d, want 404", target, w.Code)
		}
	}
}

func TestReadingCalls(t *testing.T) {
	bad := errors.New("poll loop of ion1 stands still")
	s, bench := newTestServer(func(o *ServerOptions) {
		o.Ready = func() error { return bad }
		o.Routes = map[string]http.Handler{"GET /targets": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, []int{}) })}
	})
	for _, c := range []struct {
		method, target string
		want           int
		says           string
	}{
		{"GET", "/healthz", 200, `{"ok":true}`},
		{"GET", "/readyz", 503, bad.Error()},
		{"GET", "/targets", 200, `[]`},
		{"GET", "/status", 200, `"boot":"9f2c61aa"`},
		{"GET", "/status?source=line1", 200, `"source":"line1"`},
		{"GET", "/status?source=line9", 404, "must be line1"},
		{"GET", "/status?x=1", 400, `must be one of: source`},
		{"GET", "/devices/ion1/trace", 200, `"request":"5052310d0a","request_text":"PR1\\r\\n","reply":"060d0aff3c","reply_text":"\\x06\\r\\n\\xff<"`},
		{"GET", "/devices/ion2/trace", 404, "must be ion1"},
		{"GET", "/metrics", 200, ""},
		{"GET", "/nothing", 404, "/nothing"},
		{"PUT", "/events", 405, "GET"},
		{"GET", "/series?device=a&point=b", 404, "no history"},
	} {
		w := s.ask(t, c.method, c.target, "")
		if w.Code != c.want || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s %s = %d %s, want %d and %q", c.method, c.target, w.Code, w.Body, c.want, c.says)
		}
	}
	for _, body := range []string{``, `{}`, `{"enabled":"no"}`, `[]`, `{`} {
		if w := s.ask(t, "PUT", "/capture", body, token("admin")); w.Code != 400 {
			t.Errorf("PUT /capture %q = %d, want 400", body, w.Code)
		}
	}
	if w := s.ask(t, "PUT", "/capture", `{"enabled":false}`, token("admin")); w.Code != 200 || bench.last() != "capture false by boss" {
		t.Errorf("PUT /capture = %d, asked %q", w.Code, bench.last())
	}
}

func TestAnswerThatIsNoJSON(t *testing.T) {
	w := httptest.NewRecorder()
	answer(w, 200, math.NaN())
	if got := reply(t, w.Body.String()); w.Code != 500 || !strings.Contains(got, "NaN") {
		t.Errorf("%d %q, want 500 and why", w.Code, got)
	}
}

func TestPageIsServedWithItsGuards(t *testing.T) {
	s, _ := newTestServer()
	w := s.ask(t, "GET", "/", "")
	if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") || !strings.Contains(w.Body.String(), "<html") {
		t.Fatalf("GET / = %d %s", w.Code, w.Header())
	}
	csp := w.Header().Get("Content-Security-Policy")
	if !strings.HasPrefix(csp, "default-src 'self';") || strings.Contains(csp, "unsafe") {
		t.Errorf("policy %q, want default-src 'self' and nothing unsafe", csp)
	}
	for _, tag := range []string{"script", "style"} {
		part := regexp.MustCompile(`(?s)<`+tag+`>(.*?)</`+tag+`>`).FindAllStringSubmatch(w.Body.String(), -1)
		if len(part) != 1 {
			t.Fatalf("the page has %d parts <%s>, want its own", len(part), tag)
		}
		sum := sha256.Sum256([]byte(part[0][1]))
		if want := "; " + tag + "-src 'self' 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "';"; !strings.Contains(csp, want) {
			t.Errorf("policy %q, want %s", csp, want)
		}
	}
	etag := w.Header().Get("ETag")
	if again := s.ask(t, "GET", "/", "", with("If-None-Match", etag)); etag == "" || again.Code != 304 || again.Body.Len() > 0 {
		t.Errorf("with %s: %d and %d bytes, want 304 and none", etag, again.Code, again.Body.Len())
	}
	if w := s.ask(t, "GET", "/built/page.js", ""); w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/javascript") {
		t.Errorf("GET /built/page.js = %d %s", w.Code, w.Header())
	}
	for _, target := range []string{"/package.json", "/js/units.js", "/css/page.css", "/test/units.test.js", "/built", "/built/../server.go", "/%2e%2e/server.go"} {
		if w := s.ask(t, "GET", target, ""); w.Code == 200 {
			t.Errorf("GET %s = 200, want not there", target)
		}
	}
}
