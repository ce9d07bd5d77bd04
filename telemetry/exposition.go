package telemetry

import (
	"log/slog"
	"net/http"
	"sync"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// exposition serves the gatherer: text, or OpenMetrics on request. It is not compressed, for the board's processor is slower than
// its network.
func exposition(gatherer prometheus.Gatherer, log *slog.Logger) http.Handler {
	if gatherer == nil {
		gatherer = prometheus.NewRegistry()
	}
	handler := promhttp.HandlerFor(gatherer, promhttp.HandlerOpts{
		ErrorHandling: promhttp.ContinueOnError, EnableOpenMetrics: true, DisableCompression: true,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	})
	answers := sync.Pool{New: func() any { return &bufferedAnswer{body: make([]byte, 0, answerBuffer)} }}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := answers.Get().(*bufferedAnswer)
		a.ResponseWriter, a.body, a.err = w, a.body[:0], nil
		handler.ServeHTTP(a, r)
		a.flush()
		a.ResponseWriter = nil
		answers.Put(a)
	})
}

// answerBuffer is how much of an exposition is sent at once, in bytes: that of ten instruments, all of it.
const answerBuffer = 32 << 10

// bufferedAnswer sends much at once. The encoder of Prometheus writes each label and number on its own, into whatever takes bytes, runes and
// strings as they are; into what does not, through a buffer of 4 KiB for each family and two more of net/http.
type bufferedAnswer struct {
	http.ResponseWriter
	body []byte // not sent yet; its capacity is answerBuffer
	err  error  // of the sending: the client has gone
}

// Write implements [io.Writer].
func (a *bufferedAnswer) Write(b []byte) (int, error) {
	a.room(len(b))
	a.body = append(a.body, b...)
	return len(b), a.err
}

// WriteString implements [io.StringWriter].
func (a *bufferedAnswer) WriteString(s string) (int, error) {
	a.room(len(s))
	a.body = append(a.body, s...)
	return len(s), a.err
}

// WriteByte implements [io.ByteWriter].
func (a *bufferedAnswer) WriteByte(c byte) error {
	a.room(1)
	a.body = append(a.body, c)
	return a.err
}

// WriteRune writes a character.
func (a *bufferedAnswer) WriteRune(r rune) (int, error) {
	a.room(utf8.UTFMax)
	before := len(a.body)
	a.body = utf8.AppendRune(a.body, r)
	return len(a.body) - before, a.err
}

// room sends what there is where n bytes more have no room beside it.
func (a *bufferedAnswer) room(n int) {
	if n > cap(a.body)-len(a.body) {
		a.flush()
	}
}

// flush sends what there is.
func (a *bufferedAnswer) flush() {
	if len(a.body) > 0 && a.err == nil {
		_, a.err = a.ResponseWriter.Write(a.body)
	}
	a.body = a.body[:0]
}
