//go:build e2e

package e2e

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// hubPart is bin/viewer in one of its parts at an institute: a node, a lab, or a viewer of the hub. It may be killed and started again.
type hubPart struct {
	*process
	t      *testing.T
	dir    string
	verb   string
	url    string // of its page; "" for a node
	listen string
}

// startPart runs a part with a configuration and waits until it is ready.
func startPart(t *testing.T, verb string, config map[string]any) *hubPart {
	t.Helper()
	p := &hubPart{t: t, dir: t.TempDir(), verb: verb, listen: quietPort(t)}
	text, err := yaml.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p.config(), text, 0o600); err != nil {
		t.Fatal(err)
	}
	p.start()
	return p
}

func (p *hubPart) config() string { return filepath.Join(p.dir, "viewer.yaml") }

func (p *hubPart) start() {
	p.t.Helper()
	args := []string{p.verb, "-config", p.config()}
	if p.verb == "run" {
		args = append(args, "-listen", p.listen)
		p.url = "http://" + p.listen
	}
	p.process = launchIn(p.t, p.dir, filepath.Join(root(p.t), "bin/viewer"), args...)
}

// ready waits until the part's page has its broker, or its hub.
func (p *hubPart) ready() {
	p.t.Helper()
	eventually(p.t, 60*time.Second, "the viewer to be ready", func() error { _, err := fetch(p.url + "/readyz"); return err })
}

// secretFile is a file with a password in the folder of a test, and its hash.
func secretFile(t *testing.T, password string) (path, hash string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(path, []byte(password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, fmt.Sprintf("%x", sha256.Sum256([]byte(password)))
}

// institute is a hub with its labs and viewers.
type institute struct {
	t                    *testing.T
	nodes, labs, viewers []*hubPart
	leaves, clients      []string // addresses of the nodes
	brokers              []string // of the labs
	password             string   // its file
}

// startInstitute runs a hub of so many nodes, each lab with its own broker, and so many viewers of the hub on one store.
func startInstitute(t *testing.T, nodes int, labs []string, viewers int, store string) *institute {
	t.Helper()
	in := &institute{t: t}
	var hash string
	in.password, hash = secretFile(t, "e2e-no-secret")
	var peers []string
	for range nodes {
		in.leaves, in.clients, peers = append(in.leaves, quietPort(t)), append(in.clients, quietPort(t)), append(peers, quietPort(t))
	}
	users := []any{map[string]any{"name": "viewer", "sha256": hash, "rights": []string{"viewer"}}}
	for _, lab := range labs {
		users = append(users, map[string]any{"name": lab, "sha256": hash, "rights": []string{"lab"}})
	}
	for i := range nodes {
		node := map[string]any{"name": fmt.Sprint("hub", i+1), "leaves": in.leaves[i], "viewers": in.clients[i], "replicas": nodes, "size": 64 << 20, "users": users}
		if nodes > 1 {
			node["cluster"] = map[string]any{"listen": peers[i], "peers": peers}
		}
		in.nodes = append(in.nodes, startPart(t, "hub", map[string]any{"hub_node": node}))
	}
	for _, lab := range labs {
		in.addLab(lab)
	}
	for i := range viewers {
		dir := t.TempDir()
		where := store
		if where == "" {
			where = filepath.Join(dir, "viewer.db")
		}
		in.viewers = append(in.viewers, startPart(t, "run", map[string]any{"name": fmt.Sprint("viewer", i+1), "store": where,
			"mqtt": map[string]any{"broker": urls("nats://", in.clients), "user": "viewer", "password_file": in.password}}))
	}
	return in
}

func urls(scheme string, addresses []string) (all []string) {
	for _, a := range addresses {
		all = append(all, scheme+a)
	}
	return all
}

// addLab runs the viewer of a lab, with its broker inside.
func (in *institute) addLab(name string) {
	in.t.Helper()
	broker := quietPort(in.t)
	in.brokers = append(in.brokers, broker)
	in.labs = append(in.labs, startPart(in.t, "run", map[string]any{"store": filepath.Join(in.t.TempDir(), "viewer.db"),
		"mqtt": map[string]any{"broker": "embedded", "embedded": map[string]any{"listen": broker}},
		"hub":  map[string]any{"url": urls("nats-leaf://", in.leaves), "user": name, "password_file": in.password}}))
}

// held is what a viewer has stored of one agent: events by boot, lane and seq. It fails if one is there twice.
func held(t *testing.T, url, source string) map[string]map[uint64]bool {
	t.Helper()
	all := map[string]map[uint64]bool{}
	for _, e := range events(t, url, "since=2020-01-01T00:00:00Z&limit=50000&source="+source) {
		n, ok := e["seq"].(float64)
		if !ok { // a gap that stands open
			continue
		}
		key, seq := fmt.Sprint(e["boot"], " ", e["lane"]), uint64(n)
		if all[key] == nil {
			all[key] = map[uint64]bool{}
		}
		if all[key][seq] {
			t.Errorf("%s has %s %s %d twice", url, source, key, seq)
		}
		all[key][seq] = true
	}
	return all
}

// same reports what a lab has of an agent and the hub has not.
func same(t *testing.T, lab, hub, source, qualified string) error {
	t.Helper()
	want, have := held(t, lab, source), held(t, hub, qualified)
	if len(want) == 0 {
		return fmt.Errorf("the lab has nothing of %s", source)
	}
	for key, seqs := range want {
		for seq := range seqs {
			if !have[key][seq] {
				return fmt.Errorf("%s %s %d is at the lab (%d) and not at the hub (%d)", source, key, seq, len(seqs), len(have[key]))
			}
		}
	}
	for key, seqs := range have {
		for seq := range seqs {
			if seq > 1 && !seqs[seq-1] {
				return fmt.Errorf("%s %s %d is missing at the hub", source, key, seq-1)
			}
		}
	}
	return nil
}

// One node, one lab, one viewer: what the lab's agent publishes is at the institute, under the lab's name.
func TestHubHasWhatALabHas(t *testing.T) {
	in := startInstitute(t, 1, []string{"argon"}, 1, "")
	in.labs[0].ready()
	in.viewers[0].ready()
	agent := startAgent(t, in.brokers[0])
	source := agentName(t, agent.url)
	eventually(t, 60*time.Second, "readings at the hub", func() error {
		if n := len(events(t, in.viewers[0].url, "source=argon."+source+"&limit=1000")); n < 20 {
			return fmt.Errorf("%d events", n)
		}
		return nil
	})
	agent.kill()
	eventually(t, 60*time.Second, "all that the lab has at the hub", func() error {
		return same(t, in.labs[0].url, in.viewers[0].url, source, "argon."+source)
	})
}

// postgresServer runs a database server of the test's own and returns where its store is.
func postgresServer(t *testing.T) (where string, server *process) {
	t.Helper()
	data := postgresTemplate(t)
	socket := sharedDir(t)
	own(t, socket)
	p := &process{Cmd: exec.Command(postgresBin(t, "postgres"), "-D", data, "-k", socket)}
	p.Dir, p.SysProcAttr = socket, asPostgres(t)
	p.launch(t)
	return "postgres:///postgres?user=edge&host=" + url.QueryEscape(socket), p
}

// Three nodes, two labs, two viewers on one database. Each part is killed in its turn, and goes on: what the labs have is at the institute
// afterwards, all of it, and once; new readings of each lab are there within flowLimit of each kill.
func TestHubLosesNothingWhateverIsKilled(t *testing.T) {
	labs := []string{"argon", "helium"}
	where, _ := postgresServer(t)
	in := startInstitute(t, 3, labs, 2, where)
	for _, p := range append(slices.Clone(in.labs), in.viewers...) {
		p.ready()
	}
	var agents []*bench
	for i := range labs {
		agents = append(agents, startAgent(t, in.brokers[i]))
	}
	source := agentName(t, agents[0].url) // both have one name: only the lab's tells them apart
	for i := range agents {
		in.flowing("at the start", labs[i], source)
	}
	for _, k := range []struct {
		what string
		kill func()
	}{
		{"the lab's viewer", func() { in.labs[0].kill(); in.labs[0].start() }},
		{"a node", func() { in.nodes[0].kill(); in.flowing("without a node", labs[0], source); in.nodes[0].start() }},
		{"the next node", func() { in.nodes[1].kill(); in.nodes[1].start() }},
		{"a viewer of the hub", func() {
			in.viewers[0].kill()
			in.flowingAt(in.viewers[1:], "without a viewer", labs[0], source)
			in.viewers[0].start()
		}},
		{"the other viewer", func() { in.viewers[1].kill(); in.viewers[1].start() }},
		{"an agent", func() { agents[1].kill(); agents[1] = startAgent(t, in.brokers[1]) }},
	} {
		k.kill()
		for _, lab := range labs {
			in.flowing(k.what+" was killed", lab, source)
		}
	}
	for _, a := range agents {
		a.Process.Signal(syscall.SIGTERM)
		<-a.done
	}
	for i, lab := range labs {
		eventually(t, 120*time.Second, "all that "+lab+" has at the hub", func() error {
			return same(t, in.labs[i].url, in.viewers[1].url, source, lab+"."+source)
		})
	}
}

// flowLimit is how long readings may take to be stored again after a part was killed: 15 s where nothing else runs on the machine.
const flowLimit = 30 * time.Second

// flowing waits until a reading that is made from now on is stored at the hub.
func (in *institute) flowing(when, lab, source string) {
	in.t.Helper()
	in.flowingAt(in.viewers, when, lab, source)
}

func (in *institute) flowingAt(viewers []*hubPart, when, lab, source string) {
	in.t.Helper()
	begun := time.Now()
	since := begun.UTC().Format(time.RFC3339Nano)
	eventually(in.t, flowLimit, "readings of "+lab+" at the hub, "+when, func() error {
		var trouble error
		for _, v := range viewers {
			body, err := fetch(v.url + "/events?lane=readings&limit=5&since=" + url.QueryEscape(since) + "&source=" + lab + "." + source)
			if err == nil && len(body) > 10 {
				return nil
			}
			trouble = errors.Join(trouble, err)
		}
		return fmt.Errorf("none since %s: %v", since, trouble)
	})
	in.t.Logf("%s: readings of %s made after it are stored after %v", when, lab, time.Since(begun).Round(time.Second/10))
}
