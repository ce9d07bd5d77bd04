//go:build e2e

package e2e

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"pychron-edge/uplink/brokertest"
)

// fleet is feature 6: what only the viewer's page has. It comes near the end, for it takes a second agent away.
func (s *stage) fleet(t *testing.T) {
	t.Run("history", s.history)
	t.Run("gap", s.declaredGap)
	t.Run("sources", s.sources)
}

// History of before the page was opened comes from the store and goes on with what is live.
func (s *stage) history(t *testing.T) {
	opened := time.Now()
	p := s.browse(t, s.viewer+"/#/plots?"+url.Values{"s": {s.key("ion1.ig")}, "range": {"600"}}.Encode(), 1500, 1000).live()
	p.sees("a present value", `/\d/.test(document.querySelector('#plot-legend b').textContent)`)
	time.Sleep(6 * time.Second) // a pressure that stands still is said once a minute, this one moves
	p.click("#plot-csv")
	table, err := csv.NewReader(bytes.NewReader(p.download(".csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	before, after := 0, 0
	for _, row := range table[1:] {
		epoch, err := strconv.ParseFloat(row[1], 64)
		if err != nil || row[2] == "" {
			continue
		}
		if epoch < float64(opened.Unix())-3 {
			before++
		} else if epoch > float64(opened.Unix())+1 {
			after++
		}
	}
	if before < 5 || after < 1 {
		t.Errorf("%d values of before the page and %d of since, want both", before, after)
	}
	p.click("#tab-log")
	p.typed("#filter-range", "own")
	p.typed("#filter-since", "2020-01-01T00:00:00")
	p.typed("#filter-q", "agent_starts_total")
	p.sees("events of before the page, from the store", rows(`true`))
}

func (s *stage) publish(t *testing.T, topic string, payload any, more ...string) {
	t.Helper()
	data, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	host, port, _ := net.SplitHostPort(s.broker)
	args := append([]string{"-h", host, "-p", port, "-q", "1", "-t", topic, "-m", string(data)}, more...)
	if out, err := exec.Command(program(t, "mosquitto_pub"), args...).CombinedOutput(); err != nil {
		t.Fatalf("mosquitto_pub: %v %s", err, out)
	}
}

// A gap of an earlier start, of which nothing is stored: what is stored is not lost, whoever says so.
func (s *stage) declaredGap(t *testing.T) {
	s.publish(t, "pychron_sim/"+s.source+"/gap", map[string]any{"lane": "readings", "boot": "0badcafe", "from": 1, "to": 5})
	p := s.browse(t, s.viewer+"/#/instruments?source="+s.source, 1500, 1000).live()
	p.sees("the gap by its numbers", `[...document.querySelectorAll('#connection [data-field^="gap-"]')].some(g => g.textContent.includes('readings 1…5'))`)
}

func (s *stage) sources(t *testing.T) {
	other := startChanged(t, s.broker, func(config map[string]any) { config["agent"].(map[string]any)["name"] = "annex" })
	p := s.browse(t, s.viewer, 1500, 1000).live()
	p.sees("the fleet, a row an agent", fmt.Sprintf(`['annex_sim', %q].every(s => document.querySelector('#view-fleet [data-agent="' + s + '"][data-state=online]')?.offsetParent)`, s.source))
	p.sees("whole badges", `(tags => tags.length > 1 && tags.every(t => (r => r.right <= t.closest('.who').getBoundingClientRect().right && r.width > 60)(t.getBoundingClientRect())))([...document.querySelectorAll('#view-fleet [data-agent] .tag')])`)
	p.sees("no HALT that would not go to one agent", `!document.querySelector('#halt').offsetParent && document.querySelector('#halt-elsewhere').offsetParent`)
	p.screenshot("fleet.png")
	s.move(t, "V5", "open", 1)
	p.sees("a trip that names its agent whole, and leads there", fmt.Sprintf(`(i => i && i.querySelector('b').scrollWidth <= i.querySelector('b').clientWidth + 60 && i.querySelector('b').textContent.startsWith(%q) && i.querySelector('[data-act=enter]').offsetParent)(document.querySelector('#attention .item[data-rule="getter open"]'))`, s.source))
	p.sees("a way in that rested", `!document.querySelector('#attention .item[data-rule="getter open"] [data-act=enter]').disabled`)
	p.click(`#attention .item[data-rule="getter open"] [data-act=enter]`)
	p.sees("the agent that tripped", fmt.Sprintf(`document.querySelector('#source-select').value === %q && document.body.dataset.view === 'instruments'`, s.source))
	p.typed("#source-select", "")
	s.move(t, "V5", "open", 0)
	post(t, s.agent.url+"/rules/getter%20open/clear", map[string]any{})
	p.click("#tab-fleet")
	p.click("#tab-instruments")
	select2 := `[...document.querySelector('#source-select').options].map(o => o.value)`
	p.sees("both agents to choose", fmt.Sprintf(`['', 'annex_sim', %q].every(v => %s.includes(v))`, s.source, select2))
	p.sees("channels of both", fmt.Sprintf(`['annex_sim', %q].every(s => document.querySelector('[data-point="' + s + '/ion1.ig"][data-state=live]'))`, s.source))
	p.typed("#source-select", "annex_sim")
	p.sees("channels of one", `(c => c.length > 0 && c.every(x => x.dataset.point.startsWith('annex_sim/')))([...document.querySelectorAll('[data-point]:not([data-point=""])')].filter(x => x.dataset.point.includes('/')))`)
	p.sees("whose page it is", `document.querySelector('#source-select').value === 'annex_sim' && location.hash.includes('source=annex_sim')`)
	other.kill()
	p.listed().sees("that it is gone, and its last word", needs(`[data-kind=agent]`)+`.some(i => /annex_sim is (offline|silent).*last word .* ago/.test(i.textContent))`)
	p.sees("no number as if it were live", `document.querySelectorAll('[data-point][data-state=live]').length === 0`)
	p.sees("old values said to be old", `/^was \d/.test(document.querySelector('[data-point$="ion1.ig"] .old').textContent) && document.querySelector('[data-point$="ion1.ig"] .age').textContent`)
	p.sees("valves of which nothing is known", `['stale', 'unknown'].includes(document.querySelector('[data-valve=V1]').dataset.state)`)
	small := s.browse(t, s.viewer+"/#/instruments?source=annex_sim", 1280, 720)
	small.sees("each key gauge by its whole name, and what it was", `(all => all.length > 0 && all.every(c => /^was \S+$/.test(c.querySelector('.was').textContent) &&
		[...c.querySelectorAll('.small, .small span, .big')].every(n => n.scrollWidth <= n.clientWidth + 1)))([...document.querySelectorAll('#keys .cell.key')])`)
	p.screenshot("viewer-offline.png")
	eventually(t, 15*time.Second, "an alarm that it fell silent", func() error {
		for _, e := range events(t, s.viewer, "kind=alarm") {
			if labels, _ := e["labels"].(map[string]any); labels["agent"] == "annex_sim" {
				return nil
			}
		}
		return errors.New("not yet")
	})
	p.typed("#source-select", s.source)
	p.sees("the other one, live", fmt.Sprintf(`document.querySelector('[data-point="%s/ion1.ig"]').dataset.state === 'live' && `, s.source)+needs(`[data-kind=agent]`)+`.length > 0`)
	p.screenshot("viewer.png")
}

// What an agent kept through an outage of the broker comes late: the page tells it from what is live.
func TestReplayedIsToldFromLive(t *testing.T) {
	address := brokertest.FreeAddress(t)
	broker := mosquittoOn(t, address)
	s := &stage{viewer: startViewer(t, address), agent: startAgent(t, address), chromium: startChromium(t)}
	source := agentName(t, s.agent.url)
	p := s.browse(t, s.viewer+"/#/events?kind=command&device=V1&source="+source, 1500, 1000).live()
	s.move(t, "V1", "open", 1)
	p.sees("a command of now", rows(cell("metric")+` === 'commands_total' && !r.dataset.replayed`))
	broker.Process.Signal(syscall.SIGSTOP)
	defer broker.Process.Signal(syscall.SIGCONT)
	s.move(t, "V1", "open", 0)
	time.Sleep(12 * time.Second) // late is what is older than 10 s
	broker.Process.Signal(syscall.SIGCONT)
	p.sees("the command of the outage, marked", `(all => all.length === 2 && all[1].dataset.replayed === 'yes' && all[1].querySelector('.time').textContent.startsWith('↺'))([...document.querySelectorAll('#log .row')])`)
	p.screenshot("replayed.png")
}
