//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestPageShowsTheBench(t *testing.T) {
	agent := startAgent(t, "")
	b := browse(t, agent.url, 1500, 1000)
	b.sees("that it is live", `document.querySelector('#live').dataset.state === 'live'`)
	b.sees("a pressure with its value", `[...document.querySelectorAll('[data-point][data-state=live] .value')].some(v => /\d/.test(v.textContent))`)
	b.sees("that nothing is real", `!document.querySelector('#banner-simulated').hidden`)
	b.sees("valve V1", `document.querySelector('[data-valve=V1]')`)
	b.sees("the laser", `document.querySelector('[data-laser]')`)
	b.sees("connection information", `document.querySelector('#connection [data-field=port]').textContent.includes('`+agent.url[strings.LastIndex(agent.url, ":")+1:]+`')`)
	b.sees("a curve", `document.querySelector('#bench-chart canvas')`)
	time.Sleep(5 * time.Second) // some history for the picture
	b.screenshot("bench-dark.png")
	if !eval[bool](b, `getComputedStyle(document.body).backgroundColor !== ''`) {
		t.Error("no style was loaded")
	}
}

func TestEventsArriveWithoutReload(t *testing.T) {
	agent := startAgent(t, "")
	b := browse(t, agent.url+"/#/events", 1500, 1000)
	b.sees("rows", `document.querySelectorAll('#log .row').length > 3`)
	before := eval[string](b, `document.querySelector('#count').textContent`)
	if code, answer := command(t, agent.url, "V1", "open", 1); code != http.StatusOK {
		t.Fatalf("opening V1: %d %s", code, answer)
	}
	b.typed("#filter-q", "commands_total")
	b.sees("the command and nothing else", `(() => { const r = [...document.querySelectorAll('#log .row')]; return r.length === 1 && r[0].textContent.includes('commands_total') })()`)
	b.sees("another count", fmt.Sprintf(`document.querySelector('#count').textContent !== %q`, before))
	b.sees("the filter in the address bar", `location.href.includes('commands_total')`)
	b.click("#log .row")
	b.sees("the whole event", `document.querySelector('#dialog-event').open && document.querySelector('#dialog-event').textContent.includes('who=e2e')`)
	b.screenshot("events.png")
}

func TestCommandFromThePage(t *testing.T) {
	agent := startAgent(t, "")
	b := browse(t, agent.url, 1500, 1000)
	b.sees("valve V1 closed", `document.querySelector('[data-valve=V1]').dataset.state === 'closed'`)
	b.click("#token")
	b.sees("the question for the token", `document.querySelector('#dialog-ask').open`)
	b.typed("#dialog-ask input[name=token]", token)
	b.click("#dialog-ask button[type=submit], #dialog-ask [data-act=confirm]")
	b.sees("the button to open", `document.querySelector('[data-valve=V1] [data-act=open]')`)
	b.click("[data-valve=V1] [data-act=open]")
	b.sees("valve V1 open", `document.querySelector('[data-valve=V1]').dataset.state === 'open'`)
	b.click("[data-valve=V1] [data-act=close]")
	b.sees("valve V1 closed again", `document.querySelector('[data-valve=V1]').dataset.state === 'closed'`)
}

func TestHaltFromThePageTakesAnybody(t *testing.T) {
	agent := startAgent(t, "")
	b := browse(t, agent.url, 1500, 1000)
	b.sees("that it is live", `document.querySelector('#live').dataset.state === 'live'`)
	b.click("#halt")
	eventually(t, 10*time.Second, "the halt among the events", func() error {
		for _, e := range events(t, agent.url, "lane=audit&limit=200") {
			if strings.Contains(fmt.Sprint(e["labels"]), "control:halt") {
				return nil
			}
		}
		return fmt.Errorf("not yet")
	})
}

func TestMetricsPreview(t *testing.T) {
	agent := startAgent(t, "")
	b := browse(t, agent.url+"/#/metrics", 1500, 1000)
	b.sees("gauges, counters and histograms", `['pressure_pascals','device_io_operations_total','device_io_duration_seconds'].every(n => document.querySelector('[data-family$="'+n+'"]'))`)
	b.typed("#metric-q", "valve_is_open")
	b.sees("only what was searched", `(() => { const f = [...document.querySelectorAll('[data-family]')].filter(f => f.offsetParent); return f.length === 1 && f[0].dataset.family.includes('valve_is_open') })()`)
	b.sees("a way to plot", `document.querySelector('[data-act=plot]')`)
	b.screenshot("metrics.png")
}

func TestPlots(t *testing.T) {
	agent := startAgent(t, "")
	b := browse(t, agent.url+"/#/plots", 1500, 1000)
	b.sees("series to choose", `document.querySelectorAll('#plot-picker input').length > 3`)
	b.sees("a chart", `document.querySelector('#plot-chart canvas')`)
	time.Sleep(6 * time.Second) // some history for the picture
	b.screenshot("plots.png")
}

func TestPageSaysWhenTheAgentIsGone(t *testing.T) {
	agent := startAgent(t, "")
	b := browse(t, agent.url, 1500, 1000)
	b.sees("that it is live", `document.querySelector('#live').dataset.state === 'live'`)
	agent.kill()
	b.sees("no connection since", `!document.querySelector('#lost').hidden && /No connection since/.test(document.querySelector('#lost').textContent)`)
	b.screenshot("no-connection.png")
}

func TestHostileStringsAreText(t *testing.T) {
	agent := startAgent(t, "")
	hostile := `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>`
	body := fmt.Sprintf(`{"event_type":"counter","metric_name":"run_started","value":1,"labels":{"run_id":%q,"queue":%q},"status":%q}`, hostile, hostile, hostile)
	reply, err := http.Post(agent.url+"/events", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	reply.Body.Close()
	if reply.StatusCode/100 != 2 {
		t.Fatalf("POST /events: %s", reply.Status)
	}
	b := browse(t, agent.url+"/#/events", 1500, 1000)
	b.sees("the event", `[...document.querySelectorAll('#log .row')].some(r => r.textContent.includes('run_started'))`)
	b.typed("#filter-q", "run_started")
	b.sees("the event alone", `document.querySelectorAll('#log .row').length === 1`)
	b.click("#log .row")
	b.sees("the hostile string as text", `document.querySelector('#dialog-event').textContent.includes('<img src=x onerror')`)
	if eval[bool](b, `window.hacked === 1 || document.querySelectorAll('img[src=x]').length > 0`) {
		t.Error("a posted string ran as a script")
	}
}

func TestPhoneAndLight(t *testing.T) {
	agent := startAgent(t, "")
	b := browse(t, agent.url, 390, 844)
	b.sees("that it is live", `document.querySelector('#live').dataset.state === 'live'`)
	b.sees("no sideways scrolling", `document.documentElement.scrollWidth <= window.innerWidth`)
	b.screenshot("phone.png")
	light := browse(t, agent.url, 1500, 1000)
	light.sees("that it is live", `document.querySelector('#live').dataset.state === 'live'`)
	before := eval[string](light, `getComputedStyle(document.body).backgroundColor`)
	light.click("#theme")
	light.sees("the other theme", fmt.Sprintf(`getComputedStyle(document.body).backgroundColor !== %q`, before))
	time.Sleep(3 * time.Second)
	light.screenshot("bench-light.png")
}

func TestViewerShowsEveryAgent(t *testing.T) {
	broker := mosquitto(t)
	viewer := startViewer(t, broker)
	agent := startAgent(t, broker)
	source := agentName(t, agent.url)
	b := browse(t, viewer, 1500, 1000)
	b.sees("that it is live", `document.querySelector('#live').dataset.state === 'live'`)
	b.sees("the agent to choose", fmt.Sprintf(`[...document.querySelector('#source-select').options].some(o => o.value === %q)`, source))
	b.sees("a pressure of it", `[...document.querySelectorAll('[data-point][data-state=live] .value')].some(v => /\d/.test(v.textContent))`)
	b.screenshot("viewer.png")
	agent.kill()
	b.sees("that the agent is gone", `/offline|silent|stale/i.test(document.body.textContent) && ![...document.querySelectorAll('[data-point][data-state=live]')].length`)
	b.screenshot("viewer-offline.png")
}
