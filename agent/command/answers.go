package command

import "sync"

// answers remembers the last commands that came with an id: one that comes again is answered again without acting. The
// zero answers is ready to use.
type answers struct {
	mu    sync.Mutex
	jobs  map[string]*job
	order []string // oldest first
}

// answersKept is how many ids are remembered.
const maxAnswers = 256

// find gives the job of an id and whether it was seen before. A command without an id is always new.
func (a *answers) find(id string) (j *job, again bool) {
	j = &job{done: make(chan struct{})}
	if id == "" {
		return j, false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if old, ok := a.jobs[id]; ok {
		return old, true
	}
	if a.jobs == nil {
		a.jobs = map[string]*job{}
	}
	if len(a.order) == maxAnswers {
		delete(a.jobs, a.order[0])
		a.order = a.order[1:]
	}
	a.jobs[id] = j
	a.order = append(a.order, id)
	return j, false
}
