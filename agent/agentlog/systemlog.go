// Package agentlog is what people read of the agent in a terminal or in the system's journal: its own lines, and what matters of
// the audit lane, within a limit.
//
// It keeps nothing: the rings have every event.
package agentlog

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"syscall"
)

// New is the log for people on w. Under systemd each line begins with its priority, as sd-daemon(3) has it, and has no time: the
// system journal has both.
func New(w io.Writer) *slog.Logger {
	if !isJournal(w) {
		return slog.New(slog.NewTextHandler(w, nil))
	}
	return slog.New(newPriorityHandler(w))
}

// Mistakes writes the mistakes of a configuration on w, one a line: with their priority where the system's journal reads them, so that it finds
// the file that was refused among its errors.
func Mistakes(w io.Writer, text string) {
	journal := isJournal(w)
	for line := range strings.Lines(text) {
		switch {
		case journal && strings.Contains(line, ": warning: "):
			line = "<4>" + line
		case journal:
			line = "<3>" + line
		}
		_, _ = io.WriteString(w, strings.TrimSuffix(line, "\n")+"\n") // there is nowhere else to say it
	}
}

// isJournal says whether w leads to the system's journal, by what systemd says of the stream it made. A program that was started from another one
// has that word of systemd's too, and perhaps a terminal to write on.
func isJournal(w io.Writer) bool {
	f, isFile := w.(*os.File)
	if !isFile {
		return false
	}
	about, err := f.Stat()
	if err != nil {
		return false
	}
	stat, known := about.Sys().(*syscall.Stat_t)
	return known && os.Getenv("JOURNAL_STREAM") == fmt.Sprintf("%d:%d", stat.Dev, stat.Ino)
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
