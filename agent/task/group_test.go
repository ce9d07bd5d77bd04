package task

import (
	"context"
	"errors"
	"sync"
	"testing"
)

// waiting is something that has a goroutine only while it ends.
type waiting struct {
	ctx   context.Context
	ended func(error)
	once  sync.Once
	why   error
}

func (w *waiting) begin(ctx context.Context, run func(func()), ended func(error)) (wake func()) {
	w.ctx, w.ended = ctx, ended
	return func() {
		if ctx.Err() != nil {
			w.once.Do(func() { run(func() { ended(w.why) }) })
		}
	}
}

// What was begun is told that it is to end: alone, with the group, or with the context that the group is in; and its end is waited for.
func TestWhatWasBegunEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	g := NewGroup(ctx, func(err error) { t.Error(err) })
	alone, others := &waiting{}, []*waiting{{}, {}, {}}
	stop := g.Begin("alone", alone.begin)
	for _, w := range others {
		g.Begin("other", w.begin)
	}
	stop()
	if alone.ctx.Err() == nil || others[0].ctx.Err() != nil {
		t.Error("not the one that was to end alone has ended")
	}
	if len(g.begun) != len(others) {
		t.Errorf("%d are held, want %d", len(g.begun), len(others))
	}
	cancel()
	g.Wg.Wait()
	late := &waiting{}
	g.Begin("late", late.begin)
	g.Stop()
	if len(g.begun) != 0 {
		t.Errorf("%d are held after the end, want none", len(g.begun))
	}
}

// Why something that was begun has ended before its group is told.
func TestWhyItEndedIsTold(t *testing.T) {
	var told error
	g := NewGroup(t.Context(), func(err error) { told = err })
	why := errors.New("no paper")
	g.Begin("printer", func(_ context.Context, _ func(func()), ended func(error)) func() {
		ended(why)
		return func() {}
	})
	g.Stop()
	if !errors.Is(told, why) {
		t.Errorf("told %v, want %v", told, why)
	}
}
