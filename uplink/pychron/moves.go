package pychron

import (
	"context"
	"maps"
	"sync"
	"time"

	"pychron-edge/buffer"
)

// How long an answer is held, from the first copy of the command. A client that had one timeout waits only 0.5 s from then on,
// and all copies of a query are over 2.55 s after the command.
const (
	commandHold   = 450 * time.Millisecond
	indicatorHold = 2500 * time.Millisecond
	lookEvery     = 10 * time.Millisecond
)

// move is one command of a client for a valve or a laser, under way or done.
type move struct {
	value  float64
	begun  time.Time // when its first copy came
	before Position  // of a valve

	done   chan struct{} // closed when result and err are set
	result buffer.CommandResult
	err    error
}

func (m *move) over() bool {
	select {
	case <-m.done:
		return true
	default:
		return false
	}
}

// mover is whose move of which valve or control.
type mover struct{ client, name string }

// moves are the last moves that clients asked for: a repeat joins the move under way.
type moves struct {
	wg sync.WaitGroup

	mu     sync.Mutex
	closed bool
	by     map[mover]*move // the last one of each
}

// maxKept is how many moves are remembered before those that are done are forgotten.
const maxKept = 4096

// join gives the move that a client asks for: the one under way if it asked for it before, else a new one that do carries out.
// nil once the server is stopping.
func (ms *moves) join(name, client string, value float64, before Position, do func() (buffer.CommandResult, error)) *move {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	me := mover{client, name}
	if old := ms.by[me]; old != nil && old.value == value && !old.over() {
		return old
	}
	if ms.closed {
		return nil
	}
	ms.makeRoom()
	m := &move{value: value, begun: time.Now(), before: before, done: make(chan struct{})}
	ms.by[me] = m
	ms.wg.Go(func() {
		defer close(m.done)
		m.result, m.err = do()
	})
	return m
}

// makeRoom forgets the moves that are done where there are too many. The caller holds mu.
func (ms *moves) makeRoom() {
	if ms.by == nil {
		ms.by = map[mover]*move{}
	}
	if len(ms.by) >= maxKept {
		maps.DeleteFunc(ms.by, func(_ mover, m *move) bool { return m.over() })
	}
}

// of is the last move of a name that a client asked for, nil if it asked for none.
func (ms *moves) of(client, name string) *move {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	return ms.by[mover{client, name}]
}

// stop waits for the moves under way, and begins no more.
func (ms *moves) stop() {
	ms.mu.Lock()
	ms.closed = true
	ms.mu.Unlock()
	ms.wg.Wait()
}

// await waits until the move is done, but no longer than hold from its beginning. It says whether it is done.
func (m *move) await(ctx context.Context, hold time.Duration) bool {
	t := time.NewTimer(time.Until(m.begun.Add(hold)))
	defer t.Stop()
	select {
	case <-m.done:
		return true
	case <-t.C:
	case <-ctx.Done():
	}
	return m.over()
}
