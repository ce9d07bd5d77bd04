//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

// lab is one agent with two counters, a broker, a viewer and its database, each of which can be killed and started again with what it
// keeps. Between them stand proxies; what they keep is on small disks of their own.
type lab struct {
	*testing.T
	labKind
	template              string // files of a new database server
	dir                   string
	agentURL, viewerURL   string
	brokerAt              string
	fromAgent, fromViewer *wireProxy
	card, store, spool    *disk // of the agent; of the viewer's store; of the broker
	programs              map[string]*service
	counters              []*counter
	sent                  int    // commands so far
	written               string // what the card had of the agent's starts when one ended last
	calls                 sync.WaitGroup
	starts                atomic.Int64 // of the agent

	mu        sync.Mutex     // guards what follows
	boots     map[int]string // by start, as far as the agent was asked
	answered  []order        // commands that were answered with success
	unwritten map[int]bool   // starts of which nothing is on the card: its disk took nothing while they ran
}

// labKind is what a lab is made of: the broker inside the viewer, else mosquitto, which may keep nothing; PostgreSQL, else SQLite; TLS to
// the broker.
type labKind struct{ embedded, forgetful, sql, tls bool }

// newLab starts a lab. template are the files of a database server, see postgresTemplate.
func newLab(t *testing.T, kind labKind, template string) *lab {
	t.Helper()
	l := &lab{T: t, labKind: kind, dir: sharedDir(t), programs: map[string]*service{}, boots: map[int]string{}, unwritten: map[int]bool{}}
	agentAt, viewerAt := quietPort(t), quietPort(t)
	l.brokerAt, l.agentURL, l.viewerURL = quietPort(t), "http://"+agentAt, "http://"+viewerAt
	l.card, l.store, l.spool = newDisk(t, l.dir, "card", 8), newDisk(t, l.dir, "store", 64), newDisk(t, l.dir, "spool", 24)
	l.fromAgent, l.fromViewer = &wireProxy{to: l.brokerAt, tls: l.tls}, &wireProxy{to: l.brokerAt, tls: l.tls}
	agentTo, viewerTo := l.fromAgent.listen(t), l.fromViewer.listen(t)
	for _, name := range []string{"counter1", "counter2"} {
		l.counters = append(l.counters, newCounter(t, name, filepath.Join(l.dir, name), func() int { return int(l.starts.Load()) }))
	}
	if l.tls {
		l.certify()
	}
	l.configureAgent(agentAt, agentTo)
	l.configureViewer(viewerTo)
	bin := filepath.Join(root(t), "bin")
	if l.sql {
		l.addPostgres(template)
	}
	if !l.embedded {
		l.configureMosquitto()
		l.add(&service{name: "mosquitto", mayEnd: true, prepare: func() *process {
			return l.prepared(l.spool.dir, program(t, "mosquitto"), "-c", filepath.Join(l.dir, "mosquitto.conf"))
		}})
	}
	l.add(&service{name: "viewer", prepare: func() *process {
		return l.prepared(l.spool.dir, filepath.Join(bin, "viewer"), "run", "-config", filepath.Join(l.dir, "viewer.yaml"), "-listen", viewerAt)
	}})
	l.add(&service{name: "agent", prepare: func() *process {
		l.starts.Add(1)
		return l.prepared(l.card.dir, filepath.Join(bin, "agent"), "run", "-config", filepath.Join(l.dir, "agent.yaml"))
	}})
	return l
}

// sharedDir is a folder that every user may enter: the database runs as another one.
func sharedDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "edge-chaos")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

var lastPort atomic.Int64

// quietPort is a free address below the ports that the kernel gives to connections: it is still free when a program is started again.
func quietPort(t *testing.T) string {
	t.Helper()
	for range 2000 {
		address := fmt.Sprintf("127.0.0.1:%d", 20000+(int64(os.Getpid())*37+lastPort.Add(1))%12000)
		if l, err := net.Listen("tcp", address); err == nil {
			l.Close()
			return address
		}
	}
	t.Fatal("no free port from 20000 to 31999")
	return ""
}
