package lastgood

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// A service whose file is refused again and again ends ever more seldom; another reason is told at once, and a stop ends the waiting.
func TestARefusedStartIsHeldBack(t *testing.T) {
	t.Setenv("RUNTIME_DIRECTORY", t.TempDir())
	t.Setenv("NOTIFY_SOCKET", "/run/systemd/notify")
	why, other := errors.New("f.yaml:1:1: no devices"), errors.New("f.yaml:2:1: unknown key")
	synctest.Test(t, func(t *testing.T) {
		took := func(ctx context.Context, why error) time.Duration {
			begun := time.Now()
			if err := Hold(ctx, why); !errors.Is(err, why) {
				t.Errorf("Hold() = %v, want %v", err, why)
			}
			return time.Since(begun)
		}
		var held []time.Duration
		for range 8 {
			held = append(held, took(t.Context(), why))
		}
		if want := []time.Duration{0, 2e9, 4e9, 8e9, 16e9, 32e9, 60e9, 60e9}; !slices.Equal(held, want) {
			t.Errorf("held back for %v, want %v", held, want)
		}
		if d := took(t.Context(), other); d != 0 {
			t.Errorf("another reason was held back for %v", d)
		}
		ctx, stop := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer stop()
		if d := took(ctx, other); d != 500*time.Millisecond {
			t.Errorf("a stop was held back for %v", d)
		}
		if err := Hold(t.Context(), nil); err != nil {
			t.Errorf("Hold(nil) = %v", err)
		}
	})
}

// Without systemd nobody starts it again, so nothing is held back.
func TestWithoutAServiceNothingIsHeldBack(t *testing.T) {
	t.Setenv("RUNTIME_DIRECTORY", t.TempDir())
	t.Setenv("NOTIFY_SOCKET", "")
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		for range 5 {
			Hold(t.Context(), errors.New("refused"))
		}
		if d := time.Since(begun); d != 0 {
			t.Errorf("held back for %v", d)
		}
	})
}
