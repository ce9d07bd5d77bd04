//go:build e2e

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// TestChaos kills, stops and cuts agent, broker and viewer in any order, and asks afterwards for an account of every event:
// it is in the viewer's store once, or in a gap that was declared; and every command that was answered is in the store once.
// CHAOS_SEEDS says how many histories (1), CHAOS_SEED which is the first (1): a seed gives the same deeds again.
func TestChaos(t *testing.T) {
	n, first := number("CHAOS_SEEDS", 1), number("CHAOS_SEED", 1)
	for seed := first; seed < first+n; seed++ {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { chaos(t, rand.New(rand.NewPCG(seed, 0))) })
	}
}

func number(variable string, otherwise uint64) uint64 {
	n, err := strconv.ParseUint(os.Getenv(variable), 10, 32)
	if err != nil {
		return otherwise
	}
	return n
}

// play is the three programs, each of which can be killed and started again with what it keeps.
type play struct {
	*testing.T
	dir, broker, agent, viewer string // a folder; addresses
	programs                   map[string]*process
	sent                       int
	answered                   []string // ids of commands that were answered with success
}

func chaos(t *testing.T, r *rand.Rand) {
	s := &play{T: t, dir: t.TempDir(), broker: freePort(t), agent: freePort(t), viewer: freePort(t),
		programs: map[string]*process{}}
	s.configure()
	names := []string{"mosquitto", "viewer", "agent"}
	for _, name := range names {
		s.start(name)
	}
	for range 8 {
		name := names[r.IntN(len(names))]
		switch r.IntN(5) {
		case 0, 1:
			t.Logf("kill -9 %s", name)
			s.programs[name].kill()
			s.wait(r)
			s.start(name)
		case 2:
			t.Logf("SIGSTOP %s", name)
			s.programs[name].Process.Signal(syscall.SIGSTOP)
			s.wait(r)
			s.programs[name].Process.Signal(syscall.SIGCONT)
		default:
			s.command(r)
		}
	}
	s.account()
}

// wait is a fault's length: up to 2 s.
func (s *play) wait(r *rand.Rand) { time.Sleep(time.Duration(r.IntN(2000)) * time.Millisecond) }

// configure writes what the programs are started with: the demo's line, which keeps its audit lane on disk.
func (s *play) configure() {
	s.Helper()
	data, err := os.ReadFile("../firmware-cfg/demo.yaml")
	if err != nil {
		s.Fatal(err)
	}
	var config map[string]any
	if err := yaml.Unmarshal(data, &config); err != nil {
		s.Fatal(err)
	}
	config["mqtt"] = map[string]any{"broker": "tcp://" + s.broker}
	agent := config["agent"].(map[string]any)
	agent["listen"], agent["journal"] = s.agent, map[string]any{"path": filepath.Join(s.dir, "journal")}
	if err := os.Mkdir(filepath.Join(s.dir, "journal"), 0o700); err != nil {
		s.Fatal(err)
	}
	agent["tokens"] = tokens()
	text, err := yaml.Marshal(config)
	if err != nil {
		s.Fatal(err)
	}
	host, port, _ := net.SplitHostPort(s.broker)
	for name, text := range map[string]string{
		"agent.yaml":     string(text),
		"viewer.yaml":    fmt.Sprintf("prefix: pychron_sim\nmqtt: {broker: \"tcp://%s\"}\nstore: %q\n", s.broker, filepath.Join(s.dir, "viewer.db")),
		"mosquitto.conf": fmt.Sprintf("listener %s %s\nallow_anonymous true\nmax_queued_messages 0\n", port, host),
	} {
		if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600); err != nil {
			s.Fatal(err)
		}
	}
}

func (s *play) start(name string) {
	s.Helper()
	conf, bin := filepath.Join(s.dir, name), filepath.Join(root(s.T), "bin")
	switch name {
	case "mosquitto":
		s.programs[name] = launchIn(s.T, s.dir, program(s.T, name), "-c", conf+".conf")
		eventually(s.T, 20*time.Second, "mosquitto to listen", func() error { _, err := net.Dial("tcp", s.broker); return err })
	case "viewer":
		s.programs[name] = launchIn(s.T, s.dir, filepath.Join(bin, name), "run", "-config", conf+".yaml", "-listen", s.viewer)
		eventually(s.T, 20*time.Second, "the viewer to answer", func() error { _, err := fetch("http://" + s.viewer + "/healthz"); return err })
	case "agent":
		s.programs[name] = launchIn(s.T, s.dir, filepath.Join(bin, name), "run", "-config", conf+".yaml", "-sim")
		eventually(s.T, 20*time.Second, "the agent to answer", func() error { _, err := fetch("http://" + s.agent + "/healthz"); return err })
	}
}

// command moves a valve under an id of ours; one that was answered with success must never be lost.
func (s *play) command(r *rand.Rand) {
	s.sent++
	id, value := fmt.Sprintf("chaos-%d", s.sent), r.IntN(2)
	request, err := http.NewRequest(http.MethodPost, "http://"+s.agent+"/devices/V1/open", strings.NewReader(fmt.Sprintf(`{"value":%d,"id":%q}`, value, id)))
	if err != nil {
		s.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Pychron-Edge-Token", token)
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		s.Fatal(err)
	}
	defer reply.Body.Close()
	answer, _ := io.ReadAll(reply.Body)
	s.Logf("%s, V1 open %d: %s %s", id, value, reply.Status, answer)
	if reply.StatusCode == http.StatusOK {
		s.answered = append(s.answered, id)
	}
}

// series is the numbered events of one start of an agent in one lane.
type series struct{ boot, lane string }

// account asks until everything is told, for a minute at most.
func (s *play) account() {
	source := agentName(s.T, "http://"+s.agent)
	eventually(s.T, time.Minute, "every event to be stored or declared lost", func() error {
		stored := map[series]map[uint64]int{}
		commands := map[string]int{}
		for _, e := range events(s.T, "http://"+s.viewer, "since=2020-01-01T00:00:00Z&limit=0&source="+source) {
			at := series{fmt.Sprint(e["boot"]), fmt.Sprint(e["lane"])}
			if stored[at] == nil {
				stored[at] = map[uint64]int{}
			}
			stored[at][uint64(e["seq"].(float64))]++
			if note, _ := e["note"].(string); e["kind"] == "command" {
				for word := range strings.FieldsSeq(note) {
					commands[word]++
				}
			}
		}
		if len(stored) == 0 {
			return errors.New("nothing is stored")
		}
		lost, err := s.gaps()
		if err != nil {
			return err
		}
		for at, seqs := range stored {
			if err := complete(seqs, lost[at]); err != nil {
				return fmt.Errorf("boot %s, lane %s: %w", at.boot, at.lane, err)
			}
		}
		for _, id := range s.answered {
			if n := commands["id="+id]; n != 1 {
				return fmt.Errorf("command %s was answered and is stored %d times", id, n)
			}
		}
		return nil
	})
}

// complete says what of 1 to the last is neither stored once nor in a declared gap.
func complete(seqs map[uint64]int, lost [][2]uint64) error {
	last := uint64(0)
	for seq, n := range seqs {
		if n != 1 {
			return fmt.Errorf("number %d is stored %d times", seq, n)
		}
		last = max(last, seq)
	}
	for seq := uint64(1); seq <= last; seq++ {
		if seqs[seq] == 1 {
			continue
		}
		declared := false
		for _, gap := range lost {
			declared = declared || gap[0] <= seq && (seq <= gap[1] || gap[1] == 0)
		}
		if !declared {
			return fmt.Errorf("number %d of %d is neither stored nor declared lost", seq, last)
		}
	}
	return nil
}

// gaps are those that are declared lost, as the viewer tells.
func (s *play) gaps() (map[series][][2]uint64, error) {
	body, err := fetch("http://" + s.viewer + "/status")
	if err != nil {
		return nil, err
	}
	var status struct {
		Gaps []struct {
			Boot, Lane string
			From, To   uint64 // To is 0 where the end is unknown
			Lost       bool   // declared; else it may still come
		}
	}
	if err := json.Unmarshal([]byte(body), &status); err != nil {
		return nil, err
	}
	lost := map[series][][2]uint64{}
	for _, g := range status.Gaps {
		if !g.Lost {
			continue
		}
		at := series{g.Boot, g.Lane}
		lost[at] = append(lost[at], [2]uint64{g.From, g.To})
	}
	return lost, nil
}
