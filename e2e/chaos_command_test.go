//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

// order is a command by its id, the number it set, and the start of the agent it was given to.
type order struct {
	id           string
	value, start int
}

// flows waits until every counter is read again, and a command is answered.
func (l *lab) flows(r *rand.Rand) {
	l.Helper()
	before := map[*counter]int{}
	for _, c := range l.counters {
		all, _ := c.record()
		before[c] = len(all)
	}
	answered := l.answers()
	eventually(l.T, 2*time.Minute, "values and commands after it all", func() error {
		l.supervise()
		for _, c := range l.counters {
			if all, _ := c.record(); len(all) < before[c]+3 {
				return fmt.Errorf("%s has handed out %d values since", c.name, len(all)-before[c])
			}
		}
		l.command(r)
		if l.answers() == answered {
			return errors.New("no command is answered with success")
		}
		return nil
	})
}

// answers is how many commands were answered with success.
func (l *lab) answers() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.answered)
}

// command sets a counter to a number that no other command has, under an id of ours.
func (l *lab) command(r *rand.Rand) {
	l.sent++
	o := order{fmt.Sprint("chaos-", l.sent), l.sent, int(l.starts.Load())}
	url := l.agentURL + "/devices/" + l.counters[r.IntN(len(l.counters))].name + "/level"
	l.calls.Go(func() {
		request, err := http.NewRequest(http.MethodPost, url, strings.NewReader(fmt.Sprintf(`{"value":%d,"id":%q}`, o.value, o.id)))
		if err != nil {
			l.Error(err)
			return
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("X-Pychron-Edge-Token", token)
		reply, err := (&http.Client{Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
		if err != nil {
			return // it was not answered
		}
		reply.Body.Close()
		if reply.StatusCode == http.StatusOK {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.answered = append(l.answered, o)
		}
	})
}
