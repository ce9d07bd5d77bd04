package command

import (
	"fmt"
	"sync"
	"time"

	"pychron-edge/buffer"
)

// answers remembers the last commands that came with an id: one that comes again is answered again without acting. An id belongs
// to its caller, device, control and value: the same id with anything else is not answered. The zero answers is ready to use.
type answers struct {
	mu    sync.Mutex
	known map[string]*answered
	order []string // oldest first
}

// answered is a command whose id is remembered.
type answered struct {
	by, device, control string
	value               float64
	expires             time.Time // zero = it does not
	job                 *job
}

// maxAnswers is how many ids are remembered. Those of commands that have expired go first: they could not act any more.
const maxAnswers = 1024

// find gives the job of a command, and whether it was seen before. A command without an id is always new. clash is the command that
// has the id, where it is another one.
func (a *answers) find(c buffer.CommandRequest, now time.Time) (j *job, again bool, clash *answered) {
	fresh := &job{done: make(chan struct{})}
	if c.ID == "" {
		return fresh, false, nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if old, ok := a.known[c.ID]; ok {
		if !old.same(c) {
			return nil, false, old
		}
		return old.job, true, nil
	}
	a.add(c.ID, &answered{c.By.Name, c.Device, c.Control, c.Value, c.Expires, fresh}, now)
	return fresh, false, nil
}

func (o *answered) same(c buffer.CommandRequest) bool {
	return o.by == c.By.Name && o.device == c.Device && o.control == c.Control && o.value == c.Value
}

// over says whether the command could not act any more.
func (o *answered) over(now time.Time) bool { return !o.expires.IsZero() && !now.Before(o.expires) }

// add remembers a command, and forgets one where there are too many. The caller holds mu.
func (a *answers) add(id string, one *answered, now time.Time) {
	if a.known == nil {
		a.known = map[string]*answered{}
	}
	if len(a.order) >= maxAnswers {
		oldest := 0
		for n, other := range a.order {
			if a.known[other].over(now) {
				oldest = n
				break
			}
		}
		delete(a.known, a.order[oldest])
		a.order = append(a.order[:oldest], a.order[oldest+1:]...)
	}
	a.known[id] = one
	a.order = append(a.order, id)
}

// AnswersFile is the document of the ids that outlive a restart: those of commands that have not expired.
const AnswersFile = "answers"

// savedAnswer is one of them as it is written. One without a result was under way.
type savedAnswer struct {
	ID      string    `json:"id"`
	By      string    `json:"by"`
	Device  string    `json:"device"`
	Control string    `json:"control"`
	Value   float64   `json:"value"`
	Expires time.Time `json:"expires"`
	Result  string    `json:"result"`
	Shown   *float64  `json:"shown"` // read back; null = nothing was
	Error   string    `json:"error"`
}

// save is what is to be written: the commands that have an end and have not come to it.
func (a *answers) save(now time.Time) []savedAnswer {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := []savedAnswer{}
	for _, id := range a.order {
		one := a.known[id]
		if one.expires.IsZero() || one.over(now) {
			continue
		}
		s := savedAnswer{ID: id, By: one.by, Device: one.device, Control: one.control, Value: one.value, Expires: one.expires}
		select {
		case <-one.job.done:
			s.Result, s.Shown = one.job.result.Result, one.job.result.Value
			if one.job.err != nil {
				s.Error = one.job.err.Error()
			}
		default:
		}
		out = append(out, s)
	}
	return out
}

// restore takes back what an earlier start wrote. What was under way then has an unknown result, and is not begun again.
func (a *answers) restore(saved []savedAnswer, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range saved {
		j := &job{done: make(chan struct{}), result: buffer.CommandResult{Result: s.Result, Value: s.Shown}, err: restoredError(s)}
		if s.Result == "" && s.Error == "" {
			j.result.Result = "unknown"
		}
		close(j.done)
		a.add(s.ID, &answered{s.By, s.Device, s.Control, s.Value, s.Expires, j}, now)
	}
}

// restoredError is the error of a command that an earlier start answered.
func restoredError(s savedAnswer) error {
	switch {
	case s.Error == "" && s.Result == "":
		return fmt.Errorf("%s.%s was under way when the agent ended: %w", s.Device, s.Control, buffer.ErrUnsettled)
	case s.Error == "":
		return nil
	case s.Result == "unknown":
		return fmt.Errorf("before the restart: %s: %w", s.Error, buffer.ErrUnsettled)
	case s.Result == "failed":
		return fmt.Errorf("before the restart: %s: %w", s.Error, buffer.ErrFailed)
	}
	return fmt.Errorf("before the restart: %s: %w", s.Error, buffer.ErrConflict)
}
