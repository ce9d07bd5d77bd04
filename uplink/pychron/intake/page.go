package intake

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"

	"pychron-edge/buffer"
)

// Bounds of one page. It grows by 1.4 kB a run.
const (
	maxPage = 32 << 20 // bytes
	maxText = 64 << 10 // bytes
	maxNew  = 5000     // series that are taken from one page; more are taken from the next
)

var (
	totalSuffix   = []byte("_total")
	createdSuffix = []byte("_created")
)

// page is what one scrape has found, beside what was known before it.
type page struct {
	known   *series
	round   uint32
	series  int               // of Pychron's, on the page
	seen    int               // of those that were known
	fresh   map[uint64]*found // series that were not
	later   map[uint64]latent // what is not taken: all of a first page, and what is beyond maxNew
	changed map[uint64]*found // known series with another value
	born    map[uint64]uint32 // known series that were born at another time
	fell    bool              // a known series has a smaller value
	eof     bool              // it says that it is complete
}

// latent is a series that makes no event now.
type latent struct {
	state
	value float64
}

// found is a series that was not seen before, or with another value.
type found struct {
	metric  string
	labels  buffer.Labels
	value   float64
	before  float64
	created float64 // unix seconds; 0 = not said
}

// read reads a page to its end. Whatever is wrong with it concerns all of it.
func (p *page) read(body io.Reader, prefix []byte, baseline bool) error {
	limited := &io.LimitedReader{R: body, N: maxPage + 1}
	lines := bufio.NewScanner(limited)
	lines.Buffer(make([]byte, 0, 4096), maxText)
	lines.Split(splitTexts)
	var s sample
	for lines.Scan() {
		text := lines.Bytes()
		switch {
		case bytes.Equal(text, []byte("# EOF")):
			p.eof = true
			continue
		case len(text) == 0 || text[0] == '#':
			continue
		}
		if err := s.parse(text); err != nil {
			return err
		}
		if base, ok := bytes.CutPrefix(s.name, prefix); ok {
			p.take(&s, base, baseline)
		}
	}
	if limited.N == 0 {
		return fmt.Errorf("it is longer than %d MiB; Pychron must be started again", maxPage>>20)
	}
	return lines.Err()
}

var errCut = errors.New("it stops in the middle")

// splitTexts splits into lines; text without the end of its line was cut.
func splitTexts(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, bytes.TrimSuffix(data[:i], []byte("\r")), nil
	}
	if atEOF && len(bytes.TrimSpace(data)) > 0 && !bytes.Equal(data, []byte("# EOF")) {
		return 0, nil, errCut
	}
	if atEOF && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}

// take takes one line of Pychron's. name is without namespace.
func (p *page) take(s *sample, name []byte, baseline bool) {
	if base, ok := bytes.CutSuffix(name, totalSuffix); ok && counts(s.value) {
		p.series++
		p.total(s, s.key(p.known.seed, base), string(base), baseline)
		return
	}
	if base, ok := bytes.CutSuffix(name, createdSuffix); ok && counts(s.value) {
		p.created(s.key(p.known.seed, base), s.value)
	}
}

func (p *page) total(s *sample, key uint64, metric string, baseline bool) {
	before, known := p.known.states[key]
	switch {
	case known:
		if before.round != p.round {
			before.round = p.round
			p.known.states[key] = before
			p.seen++
		}
		if was := p.known.value(key); s.value != was {
			p.changed[key] = &found{metric: metric, labels: s.copied(), value: s.value, before: was}
			p.fell = p.fell || s.value < was
		}
	case baseline || len(p.fresh) >= maxNew:
		p.later[key] = latent{state{round: p.round}, s.value}
	default:
		p.fresh[key] = &found{metric: metric, labels: s.copied(), value: s.value}
	}
}

// created takes the time at which a series was born.
func (p *page) created(key uint64, at float64) {
	if f := p.fresh[key]; f != nil {
		f.created = at
		return
	}
	if l, ok := p.later[key]; ok {
		l.created = short(at)
		p.later[key] = l
		return
	}
	if before, ok := p.known.states[key]; ok && before.created != short(at) {
		p.born[key] = short(at)
	}
}

// short tells two times of birth apart.
func short(seconds float64) uint32 {
	bits := math.Float64bits(seconds)
	return uint32(bits ^ bits>>32)
}
