package broker

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// maxLines is how many lines of one minute are logged: whoever reaches the port can make the server write one for every attempt.
const maxLines = 20

// serverLog takes what the server logs: warnings and errors go on, bounded. It is the server's [server.Logger].
type serverLog struct {
	log  *slog.Logger
	now  func() time.Time
	open func() bool // clients are admitted; what is logged before or after is about the start, which fails by itself, or the end

	mu      sync.Mutex
	minute  time.Time // begin of the present one
	lines   int       // of it
	dropped int
	fatal   error // why the server did not start
}

func (l *serverLog) Noticef(string, ...any) {} // what it does at every start
func (l *serverLog) Debugf(string, ...any)  {}
func (l *serverLog) Tracef(string, ...any)  {}

func (l *serverLog) Warnf(format string, args ...any)  { l.write(slog.LevelWarn, format, args) }
func (l *serverLog) Errorf(format string, args ...any) { l.write(slog.LevelError, format, args) }

// Fatalf keeps why the server cannot start. The server returns after it.
func (l *serverLog) Fatalf(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fatal == nil {
		l.fatal = fmt.Errorf(format, args...)
	}
}

func (l *serverLog) started() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fatal
}

func (l *serverLog) write(level slog.Level, format string, args []any) {
	left, ok := l.admit()
	if !ok || !l.open() {
		return
	}
	if left > 0 {
		l.log.Warn("lines of the broker are left out", "lines", left)
	}
	l.log.Log(context.Background(), level, fmt.Sprintf("%.300s", fmt.Sprintf(format, args...)))
}

// admit counts a line, and reports whether it is logged, and how many were left out before it.
func (l *serverLog) admit() (left int, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := l.now(); now.Sub(l.minute) >= time.Minute {
		l.minute, l.lines, left, l.dropped = now, 0, l.dropped, 0
	}
	if l.lines++; l.lines > maxLines {
		l.dropped++
		return 0, false
	}
	return left, true
}
