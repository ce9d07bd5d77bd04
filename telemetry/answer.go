package telemetry

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// Limits of a request and its answer.
const (
	maxBody     = 1 << 20          // bytes
	bodyTimeout = 15 * time.Second // to bring a request, and to take an answer (of a stream: each chunk)
)

// refusal is an error with the HTTP status it is answered with.
type refusal struct {
	status int
	text   string
}

func (r *refusal) Error() string { return r.text }

// failure makes a refusal of what is wrong, where, and what it must be.
func failure(status int, format string, args ...any) error {
	return &refusal{status, fmt.Sprintf(format, args...)}
}

func bad(format string, args ...any) error { return failure(http.StatusBadRequest, format, args...) }

// statusOf is the HTTP status of an error.
func statusOf(err error) int {
	var r *refusal
	if errors.As(err, &r) {
		return r.status
	}
	for _, known := range []struct {
		err    error
		status int
	}{
		{buffer.ErrUnknown, http.StatusNotFound}, {buffer.ErrRange, http.StatusBadRequest}, {buffer.ErrForbidden, http.StatusForbidden},
		{buffer.ErrConflict, http.StatusConflict}, {buffer.ErrExpired, http.StatusConflict}, {buffer.ErrUnsettled, http.StatusGatewayTimeout},
		{buffer.ErrFailed, http.StatusBadGateway}, {buffer.ErrNotKept, http.StatusInsufficientStorage}, {ErrNoHistory, http.StatusServiceUnavailable},
	} {
		if errors.Is(err, known.err) {
			return known.status
		}
	}
	return http.StatusInternalServerError
}

// answerError answers with {"error":"what is wrong, where, and what it must be"}.
func answerError(w http.ResponseWriter, err error) {
	status := statusOf(err)
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "5")
	}
	answer(w, status, map[string]string{"error": err.Error()})
}

// answer writes v as JSON.
func answer(w http.ResponseWriter, status int, v any) {
	data, err := readable(v)
	if err != nil {
		status = http.StatusInternalServerError
		data, _ = readable(map[string]string{"error": "the answer cannot be written: " + err.Error()}) // it is text
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(bodyTimeout)) // not every writer has one
	w.WriteHeader(status)
	_, _ = w.Write(data) // who has gone needs no answer
}

// readable is v as a line of JSON that a person reads: <boot> stays <boot>. No browser takes it for a page, because the answer
// names its type and forbids to guess another.
func readable(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return b.Bytes(), err
}

// withoutDeadlines lets a call take its time: an instrument may be slower than a client with its request.
func withoutDeadlines(w http.ResponseWriter) {
	line := http.NewResponseController(w)
	_ = line.SetReadDeadline(time.Time{}) // not every writer has deadlines
	_ = line.SetWriteDeadline(time.Time{})
}

// body reads the whole body of a writing call: JSON, at most 1 MiB. None at all is an empty slice.
func body(w http.ResponseWriter, r *http.Request, types ...string) ([]byte, error) {
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return nil, failure(http.StatusUnsupportedMediaType, "content encoding %q; must be none", cut(encoding))
	}
	if r.ContentLength > maxBody {
		return nil, failure(http.StatusRequestEntityTooLarge, "body of %d bytes; must be at most %d", r.ContentLength, maxBody)
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		return nil, failure(http.StatusRequestEntityTooLarge, "body is too long; must be at most %d bytes", maxBody)
	case err != nil:
		return nil, failure(http.StatusRequestTimeout, "body did not arrive whole: %v", err)
	case len(data) == 0:
		return nil, nil
	}
	given, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err == nil && slices.Contains(types, given) {
		return data, nil
	}
	return nil, failure(http.StatusUnsupportedMediaType, "content type %q; must be one of: %s", cut(r.Header.Get("Content-Type")), strings.Join(types, ", "))
}

// span is a duration in JSON, as text: "2s".
type span time.Duration

func (s *span) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("%s is no duration; must be text like \"2s\" or \"10m\"", cut(string(data)))
	}
	d, ok := buffer.ParseSpan(text)
	if !ok || d <= 0 {
		return fmt.Errorf("%q is no duration; must be text like \"2s\" or \"10m\", longer than nothing", cut(text))
	}
	*s = span(d)
	return nil
}

// done answers {"ok":true}, unless there was an error.
func done(w http.ResponseWriter, err error) error {
	if err == nil {
		answer(w, http.StatusOK, map[string]bool{"ok": true})
	}
	return err
}

// cut shortens a text of a request, to quote it.
func cut(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "..."
	}
	return s
}
