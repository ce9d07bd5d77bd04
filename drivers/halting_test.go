package drivers

import (
	"context"
	"errors"
	"testing"
)

// A halt whose bound is over ends after the round of its steps that is under way.
func TestHaltingEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	first, second := 0, 0
	err := halting(ctx, 3, func(context.Context) error { first++; cancel(); return ErrTimeout }, func(context.Context) error { second++; return nil })
	if !errors.Is(err, ErrTimeout) || first != 1 || second != 1 {
		t.Errorf("halting with an end of its time = %v after %d and %d steps, want ErrTimeout after one of each", err, first, second)
	}
}
