//go:build e2e

package e2e

import (
	"bufio"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pychron-edge/uplink/brokertest"
)

// behindNginx starts the agent and nginx before it, with the server of docs/proxy.md, or with a proxy_pass alone.
func behindNginx(t *testing.T, plain bool) (page string) {
	nginx := program(t, "nginx")
	agent := startChanged(t, "", func(config map[string]any) {
		agent := config["agent"].(map[string]any)
		agent["hosts"], agent["trust_loopback"] = []string{"lab.example"}, false
	})
	doc, err := os.ReadFile("../docs/proxy.md")
	if err != nil {
		t.Fatal(err)
	}
	_, server, _ := strings.Cut(string(doc), "<!-- nginx -->\n")
	server, _, found := strings.Cut(server, "<!-- /nginx -->")
	if !found {
		t.Fatal("docs/proxy.md has no server for nginx")
	}
	if plain {
		server = "server { listen 80; location /line1/ { proxy_pass http://127.0.0.1:9119/; } }"
	}
	listen, dir := brokertest.FreeAddress(t), t.TempDir()
	server = strings.NewReplacer("listen 80", "listen "+listen, "127.0.0.1:9119", strings.TrimPrefix(agent.url, "http://")).Replace(server)
	var temp strings.Builder
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		temp.WriteString(kind + "_temp_path " + dir + "/" + kind + "; ")
	}
	config := "daemon off; pid " + dir + "/pid; error_log stderr; events {} http { access_log off; " + temp.String() + "\n" + server + "}\n"
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	launch(t, nginx, "-c", file, "-e", "stderr")
	page = "http://" + listen + "/line1"
	eventually(t, 10*time.Second, "nginx to answer", func() error {
		_, err := fetch(page + "/")
		return err
	})
	return page
}

// asked is what a browser at http://lab.example gets.
func asked(t *testing.T, method, url, token string, headers ...string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "lab.example"
	if token != "" {
		r.Header.Set("X-Pychron-Edge-Token", token)
	}
	for n := 0; n+1 < len(headers); n += 2 {
		r.Header.Set(headers[n], headers[n+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return response
}

func TestTheAgentBehindNginx(t *testing.T) {
	page := behindNginx(t, false)
	origin := []string{"Origin", "http://lab.example"}
	for _, c := range []struct {
		method, path, token string
		want                int
	}{
		{"GET", "/", "", 200}, {"GET", "/built/page.js", "", 200}, {"GET", "/status", "", 401}, {"GET", "/status", token, 200},
		{"POST", "/halt", "", 401}, {"POST", "/halt", token, 200},
	} {
		if got := asked(t, c.method, page+c.path, c.token, origin...).StatusCode; got != c.want {
			t.Errorf("%s %s with token %q = %d, want %d", c.method, c.path, c.token, got, c.want)
		}
	}
	began := time.Now()
	stream := asked(t, "GET", page+"/events?limit=1", token, "Accept", "text/event-stream")
	for lines := bufio.NewScanner(stream.Body); lines.Scan() && !strings.HasPrefix(lines.Text(), "data: "); {
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the first event of a stream came after %v, want it unbuffered", took)
	}
}

// An nginx that is told nothing sends another Host. The page and its scripts are loaded all the same.
func TestThePageBehindAPlainNginx(t *testing.T) {
	page := behindNginx(t, true)
	for _, path := range []string{"/", "/built/page.js", "/favicon.svg", "/uplot/uPlot.iife.min.js"} {
		if got := asked(t, "GET", page+path, "", "Origin", "http://lab.example").StatusCode; got != 200 {
			t.Errorf("GET %s = %d, want 200", path, got)
		}
	}
	if got := asked(t, "GET", page+"/status", "").StatusCode; got != 401 {
		t.Errorf("GET /status without a token = %d, want 401: a proxy is nobody", got)
	}
}
