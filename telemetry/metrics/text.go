package metrics

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/prometheus/common/expfmt"

	"pychron-edge/buffer"
)

// Text writes what is shown now to w in one of the two text formats, Prometheus' or OpenMetrics: byte for byte what Prometheus' encoder makes of
// Gather, in a third of its time. It looks at each name and label for what must be escaped; here they were, when the series came. w is given
// many small pieces. Where Go's and the process' own metrics cannot be gathered, that is the error, and the others are written.
func (g *Gatherer) Text(w io.Writer, format expfmt.Format) (err error) {
	m, _ := g.ended.Get().(*scrape)
	if m == nil {
		m = &scrape{}
	}
	defer func() { m.reset(); g.ended.Put(m) }()
	others, gathering := g.gather(m)
	defer func() { err = errors.Join(gathering, err) }()
	encoder := expfmt.NewEncoder(w, format)
	for i := range m.families {
		f := &m.families[i]
		for len(others) > 0 && others[0].GetName() < f.name {
			if err := encoder.Encode(others[0]); err != nil {
				return err
			}
			others = others[1:]
		}
		if err := m.write(w, f, format.FormatType() == expfmt.TypeOpenMetrics); err != nil {
			return err
		}
	}
	for _, f := range others {
		if err := encoder.Encode(f); err != nil {
			return err
		}
	}
	return encoder.(expfmt.Closer).Close()
}

// write writes one family, in OpenMetrics or else in Prometheus' format.
func (m *scrape) write(w io.Writer, f *shown, open bool) error {
	m.text = f.appendHeader(m.text[:0], open)
	for i, s := range f.order {
		if f.kind == buffer.Histogram {
			m.text = f.histograms[i].appendText(m.text, f.name, s.text, open)
		} else {
			m.text = appendSample(m.text, f.name, "", s.text, f.values[i], open)
		}
		if _, err := w.Write(m.text); err != nil {
			return err
		}
		m.text = m.text[:0]
	}
	return nil
}

var (
	helpEscaper  = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	labelEscaper = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
)

// appendHeader appends what a family is. OpenMetrics has "_total" in the names of a counter's samples alone, and no counter without it.
func (f *shown) appendHeader(b []byte, open bool) []byte {
	name, help, kind := f.name, helpEscaper.Replace(f.help), "gauge"
	if open {
		help = labelEscaper.Replace(f.help)
	}
	switch f.kind {
	case buffer.Histogram:
		kind = "histogram"
	case buffer.Counter:
		kind = "counter"
		if of, total := strings.CutSuffix(name, "_total"); open && total {
			name = of
		} else if open {
			kind = "unknown"
		}
	}
	b = append(append(append(append(b, "# HELP "...), name...), ' '), help...)
	b = append(append(append(append(b, "\n# TYPE "...), name...), ' '), kind...)
	return append(b, '\n')
}

// appendSample appends a line. The name is family and suffix.
func appendSample(b []byte, family, suffix, labels string, value float64, open bool) []byte {
	b = append(append(append(b, family...), suffix...), labels...)
	return append(appendNumber(append(b, ' '), value, open), '\n')
}

// appendText appends the lines of a histogram. Counts are whole numbers in OpenMetrics, and numbers like any other else.
func (c *counted) appendText(b []byte, family, labels string, open bool) []byte {
	appendCount := func(b []byte, n uint64) []byte {
		if open {
			return append(strconv.AppendUint(b, n, 10), '\n')
		}
		return append(appendNumber(b, float64(n), false), '\n')
	}
	begin := "{"
	if labels != "" {
		begin = labels[:len(labels)-1] + ","
	}
	for i := range len(c.bounds) + 1 {
		bound := math.Inf(1)
		if i < len(c.bounds) {
			bound = c.bounds[i]
		}
		b = append(append(append(b, family...), "_bucket"...), begin...)
		b = append(appendNumber(append(b, `le="`...), bound, open), `"} `...)
		b = appendCount(b, c.cumulative[i])
	}
	b = appendSample(b, family, "_sum", labels, c.sum, open)
	return appendCount(append(append(append(append(b, family...), "_count"...), labels...), ' '), c.all())
}

// appendNumber appends a value; OpenMetrics tells 1.0 from the count 1.
func appendNumber(b []byte, v float64, open bool) []byte {
	switch {
	case math.IsInf(v, 1):
		return append(b, "+Inf"...)
	case v == 0: // and not -0
		b = append(b, '0')
	default:
		at := len(b)
		b = strconv.AppendFloat(b, v, 'g', -1, 64)
		if math.IsNaN(v) || math.IsInf(v, -1) || bytes.ContainsAny(b[at:], "e.") {
			return b
		}
	}
	if open {
		b = append(b, ".0"...)
	}
	return b
}

// textOf is how labels stand in a line: {name="value",...}, or nothing. Values are made valid UTF-8, for one bad byte would cost the whole
// scrape; an empty label is no label.
func textOf(labels buffer.Labels) string {
	var b []byte
	next := byte('{')
	for name, value := range labels.All() {
		if value != "" {
			b = append(append(append(b, next), name...), `="`...)
			b = append(append(b, labelEscaper.Replace(strings.ToValidUTF8(value, "\uFFFD"))...), '"')
			next = ','
		}
	}
	if b == nil {
		return ""
	}
	return string(append(b, '}'))
}
