package rawline

import (
	"bytes"
	"strings"
	"time"

	"pychron-edge/drivers"
)

// silence ends a request that came without an end.
const silence = 40 * time.Millisecond

// maxRequest is the longest request, in bytes.
const maxRequest = 256

// splitter finds the requests in what a client sends, whatever segments it comes in.
type splitter struct {
	raw     *drivers.Raw
	pending []byte
	after   bool // an ENQ came last: the word None that Pychron prints behind it is none of it
}

// add gives the requests that are complete, without their ends and without empty ones.
func (s *splitter) add(data []byte) (requests []string) {
	s.pending = append(s.pending, data...)
	for {
		s.dropNone()
		at, length := s.end()
		if at < 0 {
			return requests
		}
		requests = s.keep(requests, s.pending[:at])
		s.pending = s.pending[at+length:]
	}
}

// dropNone drops the word None behind an ENQ, as far as it has come.
func (s *splitter) dropNone() {
	if !s.after {
		return
	}
	if rest, ok := bytes.CutPrefix(s.pending, []byte("None")); ok {
		s.pending, s.after = rest, false
	} else if len(s.pending) > 0 && !strings.HasPrefix("None", string(s.pending)) {
		s.after = false
	}
}

// end is where the first request ends, and how long its end is; -1 = it has not ended.
func (s *splitter) end() (at, length int) {
	at = -1
	for _, end := range []string{strings.TrimRight(s.raw.End, "\r\n"), "\r", "\n"} {
		if i := strings.Index(string(s.pending), end); end != "" && i >= 0 && (at < 0 || i < at) {
			at, length = i, len(end)
		}
	}
	if i := bytes.IndexByte(s.pending, drivers.Enquiry[0]); s.raw.Enquiry && i >= 0 && (at < 0 || i <= at) {
		if i > 0 { // what stands before it ends there
			return i, 0
		}
		return 1, 0
	}
	return at, length
}

// keep takes one request, if there is something in it.
func (s *splitter) keep(requests []string, text []byte) []string {
	request := string(text)
	if request == drivers.Enquiry && s.raw.Enquiry {
		s.after = true
		return append(requests, request)
	}
	if request = strings.Trim(request, " \t\x00"); request == "" {
		return requests
	}
	return append(requests, request)
}

// rest is what came without an end.
func (s *splitter) rest() []string {
	text := s.pending
	s.pending = nil
	if s.after && strings.HasPrefix("None", string(text)) {
		s.after = false
		return nil
	}
	s.after = false
	return s.keep(nil, text)
}
