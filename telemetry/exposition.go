package telemetry

import (
	"log/slog"
	"net/http"
	"sync"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/common/expfmt"

	"pychron-edge/telemetry/metrics"
)

// exposition serves the gatherer: text, or OpenMetrics on request, or what else Prometheus' own handler has. It is not compressed, for the board's
// processor is slower than its network. Without a gatherer it is empty.
func exposition(gatherer *metrics.Gatherer, log *slog.Logger) http.Handler {
	if gatherer == nil {
		return promhttp.HandlerFor(prometheus.NewRegistry(), promhttp.HandlerOpts{EnableOpenMetrics: true, DisableCompression: true})
	}
	handler := promhttp.HandlerFor(gatherer, promhttp.HandlerOpts{
		ErrorHandling: promhttp.ContinueOnError, EnableOpenMetrics: true, DisableCompression: true,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	})
	formats := expfmt.DefaultOpenMetricsAcceptedFormats()
	answers := sync.Pool{New: func() any { return &bufferedAnswer{body: make([]byte, answerBuffer)} }}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := answers.Get().(*bufferedAnswer)
		a.ResponseWriter, a.n, a.err = w, 0, nil
		format := expfmt.NegotiateAccept(r.Header, formats...)
		kind := format.FormatType()
		if text := kind == expfmt.TypeTextPlain || kind == expfmt.TypeOpenMetrics; text && !r.URL.Query().Has("name[]") { // which asks for some families
			w.Header().Add("Vary", "Accept")
			w.Header().Set("Content-Type", string(format))
			if err := gatherer.Text(a, format); err != nil && a.err == nil { // else the client has gone
				log.Warn("metrics", "err", err)
			}
		} else {
			handler.ServeHTTP(a, r)
		}
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
	body []byte // answerBuffer long; it stays where it is, for a pointer that is written costs more than the few bytes, while the collector works
	n    int    // how many bytes of it are not sent yet
	err  error  // of the sending: the client has gone
}

// Write implements [io.Writer].
func (a *bufferedAnswer) Write(b []byte) (int, error) {
	for rest := b; len(rest) > 0; {
		rest = rest[a.took(copy(a.body[a.n:], rest)):]
	}
	return len(b), a.err
}

// WriteString implements [io.StringWriter].
func (a *bufferedAnswer) WriteString(s string) (int, error) {
	for rest := s; len(rest) > 0; {
		rest = rest[a.took(copy(a.body[a.n:], rest)):]
	}
	return len(s), a.err
}

// WriteByte implements [io.ByteWriter].
func (a *bufferedAnswer) WriteByte(c byte) error {
	a.body[a.n] = c
	a.took(1)
	return a.err
}

// WriteRune writes a character.
func (a *bufferedAnswer) WriteRune(r rune) (int, error) {
	var c [utf8.UTFMax]byte
	return a.Write(c[:utf8.EncodeRune(c[:], r)])
}

// took counts n bytes more, and sends what there is once it is full.
func (a *bufferedAnswer) took(n int) int {
	if a.n += n; a.n == len(a.body) {
		a.flush()
	}
	return n
}

// flush sends what there is.
func (a *bufferedAnswer) flush() {
	if a.n > 0 && a.err == nil {
		_, a.err = a.ResponseWriter.Write(a.body[:a.n])
	}
	a.n = 0
}
