// Package agentlog is what people read of the agent in a terminal or in the system's journal: its own lines, and what matters of
// the audit lane, within a limit.
//
// It keeps nothing: the rings have every event.
package agentlog

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"sync"
)

// New is the log for people on w. Under systemd each line begins with its priority, as sd-daemon(3) has it, and has no time: the
// system journal has both.
func New(w io.Writer) *slog.Logger {
	if os.Getenv("JOURNAL_STREAM") == "" {
		return slog.New(slog.NewTextHandler(w, nil))
	}
	return slog.New(newPriorityHandler(w))
}

// priorityHandler writes a line for each record: "<4>msg=... key=value".
type priorityHandler struct {
	slog.Handler // writes into buffer

	mu     *sync.Mutex // below
	buffer *bytes.Buffer
	out    io.Writer
}

func newPriorityHandler(w io.Writer) *priorityHandler {
	b := &bytes.Buffer{}
	text := slog.NewTextHandler(b, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey) {
			return slog.Attr{}
		}
		return a
	}})
	return &priorityHandler{Handler: text, mu: &sync.Mutex{}, buffer: b, out: w}
}

// Handle implements [slog.Handler].
func (h *priorityHandler) Handle(ctx context.Context, r slog.Record) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.buffer.Reset()
	h.buffer.WriteString(priorityOf(r.Level))
	if err := h.Handler.Handle(ctx, r); err != nil {
		return err
	}
	_, err := h.out.Write(h.buffer.Bytes())
	return err
}

// WithAttrs implements [slog.Handler].
func (h *priorityHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &priorityHandler{h.Handler.WithAttrs(attrs), h.mu, h.buffer, h.out}
}

// WithGroup implements [slog.Handler].
func (h *priorityHandler) WithGroup(name string) slog.Handler {
	return &priorityHandler{h.Handler.WithGroup(name), h.mu, h.buffer, h.out}
}

// levelCritical is above an error: a trip of an interlock, a halt that failed.
const levelCritical = slog.LevelError + 4

// priorityOf is the prefix of a line: syslog's numbers.
func priorityOf(l slog.Level) string {
	switch {
	case l >= levelCritical:
		return "<2>"
	case l >= slog.LevelError:
		return "<3>"
	case l >= slog.LevelWarn:
		return "<4>"
	case l >= slog.LevelInfo:
		return "<6>"
	}
	return "<7>"
}
