//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// hostile is text that does harm where it is taken for markup: as content, in an attribute, as a link.
const hostile = `"'><img src=x onerror="window.hacked=1"><svg onload="window.hacked=1"><script>window.hacked=1</script>`

// hostileName is as long as a name may be that people choose.
const hostileName = `"><img src=x onerror="window.hacked=1"><script>`

// harmless opens every view and every window of a page, and looks whether anything ran or became an element.
func harmless(t *testing.T, p *page) {
	t.Helper()
	for _, view := range []string{"instruments", "log", "metrics", "plots", "instruments"} {
		p.click("#tab-" + view)
		time.Sleep(300 * time.Millisecond)
	}
	p.run(clickEach(`.channel .name, .sheet [data-device], #attention-all`))
	p.click("#tab-log")
	p.sees("rows", rows(`true`))
	p.run(clickEach(`#log .row`))
	time.Sleep(300 * time.Millisecond) // for what cannot be loaded to say so
	if eval[bool](p, `window.hacked === 1`) {
		t.Error("a string that arrived ran as a script")
	}
	if n := eval[int](p, `document.querySelectorAll('img, svg[onload], body * script, body > script:not(:first-of-type), iframe, [onerror], [onload], [onclick]').length`); n > 0 { // the first script is the page's own
		t.Errorf("%d elements were made of strings that arrived", n)
	}
	if links := eval[[]string](p, `[...document.querySelectorAll('a[href]')].map(a => a.href).filter(h => !/^https?:|^blob:/.test(h))`); len(links) > 0 {
		t.Errorf("links that may run a script: %q", links)
	}
}

func TestHostileStringsThatWerePosted(t *testing.T) {
	broker := mosquitto(t)
	viewer := startViewer(t, broker)
	agent := startAgent(t, broker)
	body := fmt.Sprintf(`{"event_type":"counter","metric_name":"run_started","value":1,"labels":{"run_id":%q,"queue":%q},"status":%q}`, hostile, hostile, hostile)
	reply, err := http.Post(agent.url+"/events", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	reply.Body.Close()
	if reply.StatusCode/100 != 2 {
		t.Fatalf("POST /events: %s", reply.Status)
	}
	for _, device := range []string{"V1", "V2"} { // a note and a lock's reason are strings of people
		post(t, agent.url+"/devices/"+device+"/open", map[string]any{"value": 1, "note": hostile, "who": hostile})
	}
	post(t, agent.url+"/devices/V3/lock", map[string]any{"reason": hostile, "owner": hostile})
	c := startChromium(t)
	for _, at := range []string{agent.url, viewer} {
		p := c.browse(t, at+"/#/events", 1500, 1000).live()
		p.typed("#filter-q", "run_started")
		p.sees("the event", rows(cell("metric")+`.startsWith('run_started')`))
		p.sees("the hostile string as text", rows(`r.textContent.includes('<img src=x onerror')`))
		p.click("#log .row")
		p.sees("it as text in the window", `document.querySelector('#dialog-event').textContent.includes('<script>window.hacked=1</script>')`)
		p.click("#dialog-event header .icon:last-child")
		p.click("#filter-reset")
		p.click("#tab-instruments")
		p.choose("V3").sees("the lock's reason as text", `document.querySelector('.one[data-valve=V3] .why').textContent.includes('<img src=x') || document.querySelector('.one[data-valve=V3]').textContent.includes('<img src=x')`)
		harmless(t, p)
	}
}

// What is in an agent's configuration is believed there; at the viewer and on other people's screens it is only text.
func TestHostileStringsOfTheConfiguration(t *testing.T) {
	broker := mosquitto(t)
	viewer := startViewer(t, broker)
	agent := startChanged(t, broker, func(config map[string]any) {
		for _, d := range config["devices"].([]any) {
			device := d.(map[string]any)
			device["description"] = hostile
			for _, c := range channels(device) {
				c.(map[string]any)["description"] = hostile
			}
		}
		config["rules"] = append(config["rules"].([]any), map[string]any{"name": hostileName, "when": "V5.open", "forbid": []string{"V6.open"}})
		config["alarms"] = append(config["alarms"].([]any), map[string]any{"name": hostileName, "when": "V5.open", "text": hostile, "severity": "critical"})
		config["agent"].(map[string]any)["links"] = map[string]string{hostile: "http://127.0.0.1:1/" + hostile}
	})
	if code, answer := command(t, agent.url, "V5", "open", 1); code != http.StatusOK {
		t.Fatalf("opening V5: %d %s", code, answer)
	}
	c := startChromium(t)
	for _, at := range []string{agent.url, viewer} {
		p := c.browse(t, at+"/#/instruments", 1500, 1000).live()
		p.sees("a channel's description as text", `[...document.querySelectorAll('.channel .about')].some(a => a.textContent.includes('<img src=x'))`)
		p.sees("a trip and an alarm as text", `['rule', 'alarm'].every(k => [...document.querySelectorAll('[data-' + k + ']')].some(n => n.textContent.includes('<script>')))`)
		harmless(t, p)
	}
}

func channels(device map[string]any) map[string]any {
	all, _ := device["channels"].(map[string]any)
	return all
}

// Somebody who may write to the broker gives himself out as an agent.
func TestHostileStringsByMQTT(t *testing.T) {
	s := &stage{broker: mosquitto(t)}
	s.viewer = startViewer(t, s.broker)
	s.chromium = startChromium(t)
	now := time.Now().UTC().Format(time.RFC3339Nano)
	point := map[string]any{"point": hostile, "channel": hostile, "name": hostile, "metric": hostile, "description": hostile, "gas": hostile, "unit": hostile, "bound": hostile, "missing": hostile}
	device := func(name, family string) map[string]any {
		return map[string]any{"name": name, "source": hostile, "model": hostile, "family": family, "description": hostile, "port": hostile, "health": "unavailable", "error": hostile,
			"lock": map[string]any{"owner": hostile, "reason": hostile, "since": now}, "points": []any{point},
			"controls": []any{map[string]any{"control": hostile, "unit": hostile, "max": 1, "enabled": true, "forbidden": hostile}}}
	}
	status := map[string]any{"state": "online", "boot": "aabbccdd", "version": hostile, "started": now, "http": "javascript:window.hacked=1", "heartbeat": 30, "stale_after": 75, "simulated": true,
		"clock":    map[string]any{"synchronised": false, "how": hostile},
		"devices":  []any{device(hostile, ""), device("V"+hostile, "valve"), device("L"+hostile, "laser"), device("plain", hostile)},
		"rules":    []any{map[string]any{"name": hostile, "when": hostile, "tripped": true, "why": hostile, "halts": []string{hostile}, "forbids": []string{hostile}, "since": now}},
		"alarms":   []any{map[string]any{"name": hostile, "when": hostile, "severity": hostile, "active": true, "acknowledged": hostile, "shelved_until": now, "shelved_why": hostile, "text": hostile, "since": now}},
		"pipettes": []any{map[string]any{"name": hostile, "inner": hostile, "outer": hostile, "shots": 3}},
	}
	event := func(lane string, seq int) map[string]any {
		return map[string]any{"timestamp": now, "event_type": "gauge", "metric_name": hostile, "value": 1.5, "labels": map[string]string{hostile: hostile, "device": hostile, "channel": hostile, "rule": hostile},
			"status": hostile, "bound": "exact", "source": hostile, "boot": "aabbccdd", "lane": lane, "seq": seq, "up": 12.5, "device": hostile, "point": hostile, "unit": hostile, "kind": "failure", "severity": "error", "note": "who=" + hostile}
	}
	for _, name := range []string{"mallory", `m<img src=x onerror="window.hacked=1">`} { // a topic may be hostile too
		s.publish(t, "pychron_sim/"+name+"/status", status, "-r")
		s.publish(t, "pychron_sim/"+name+"/audit", event("audit", 1))
		e := event("audit", 2)
		e["source"], e["metric_name"], e["device"] = name, "device_up", "ion1"
		s.publish(t, "pychron_sim/"+name+"/audit", e)
		e = event("readings", 1)
		e["source"], e["kind"], e["metric_name"] = name, "reading", "pressure_pascals"
		s.publish(t, "pychron_sim/"+name+"/readings/ion1/ig", e)
		s.publish(t, "pychron_sim/"+name+"/gap", map[string]any{"lane": "audit", "boot": hostile, "from": 7, "to": 9})
	}
	p := s.browse(t, s.viewer+"/#/instruments", 1500, 1000).live()
	p.sees("mallory among the agents", `[...document.querySelector('#source-select').options].some(o => o.value === 'mallory')`)
	p.sees("a device's strings as text", `document.querySelector('#view-instruments').textContent.includes('<img src=x')`)
	p.click("#tab-log")
	p.sees("events with hostile text", `[...document.querySelectorAll('#log .row')].some(r => r.textContent.includes('<img src=x'))`)
	harmless(t, p)
	p.screenshot("hostile.png")
}
