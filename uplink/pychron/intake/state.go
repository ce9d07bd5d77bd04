package intake

import (
	"errors"
	"fmt"
	"net/url"
	"syscall"
)

// Condition is what stands between Pychron and its events.
type Condition int

const (
	NotAsked    Condition = iota
	Reached               // its page is read
	Empty                 // its page is read, and nothing is on it
	Unreachable           // nothing answers
	NotStarted            // its machine answers, and nothing listens there
	Unreadable            // what answers is no page of metrics, or not all of it
)

// State is how a target was found last.
type State struct {
	Condition Condition
	Text      string // for people; "" where there is nothing to say
}

// What people are told.
const (
	emptyText = "empty: Pychron runs and has counted nothing since its start; its page fills with the first queue, run or valve"
	notUpText = "nothing listens there. Pychron does not run; or its metrics were switched on and Pychron was not restarted since, which they need; " +
		"or they listen on 127.0.0.1 only, and their host must be 0.0.0.0"
	unreachableText = "not reachable: %v; the machine must be on, and the address right"
)

// stateOf is the state after a scrape that failed.
func stateOf(page string, err error) State {
	host := page
	if u, e := url.Parse(page); e == nil {
		host = u.Host
	}
	var call *url.Error
	if errors.As(err, &call) {
		err = call.Err
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return State{NotStarted, host + ": " + notUpText}
	case errors.Is(err, errAnswer):
		return State{Unreadable, host + ": " + err.Error()}
	}
	return State{Unreachable, host + " is " + fmt.Sprintf(unreachableText, err)}
}

// reached is the state after a good scrape.
func (t *Target) reached(p *page) State {
	if p.series == 0 {
		return State{Empty, emptyText}
	}
	return State{Reached, t.offset.text()}
}
