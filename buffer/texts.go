package buffer

import "strings"

const (
	maxTexts = 8192      // texts and sets of labels that are shared; beyond, all are forgotten
	maxText  = MaxString // bytes; longer ones are notes, of which none comes again
)

// Texts reads events, and has the equal texts of all of them in memory once: the names of agents, devices and points, which are most of an event, and
// come again with each. It forgets all when there are too many, so that a sender of ever new ones costs nothing but the sharing. The
// zero value is ready, and nil shares nothing. One goroutine may use it at a time; the texts of what was read may be used by any.
type Texts struct {
	texts  map[string]string
	labels map[string]Labels // by their JSON
}

// ParseJSON is [ParseJSON].
func (t *Texts) ParseJSON(data []byte, e *Event) error { return parseJSON(data, e, t) }

// Copy is a copy of s, which may be shared.
func (t *Texts) Copy(s string) string {
	if t == nil || len(s) > maxText {
		return strings.Clone(s)
	}
	if known, ok := t.texts[s]; ok {
		return known
	}
	return t.keep(strings.Clone(s))
}

// of is the text that stands between quotes.
func (t *Texts) of(inside []byte) string {
	if t == nil || len(inside) > maxText {
		return unquote(inside)
	}
	if known, ok := t.texts[string(inside)]; ok {
		return known
	}
	text := unquote(inside)
	if text != string(inside) { // escaped: it is known by another text
		return text
	}
	return t.keep(text)
}

func (t *Texts) keep(text string) string {
	if len(t.texts) >= maxTexts || t.texts == nil {
		t.texts = map[string]string{}
	}
	t.texts[text] = text
	return text
}

// labelsOf are the labels of an object of JSON that came before.
func (t *Texts) labelsOf(object []byte) (l Labels, ok bool) {
	if t == nil {
		return "", false
	}
	l, ok = t.labels[string(object)]
	return l, ok
}

func (t *Texts) keepLabels(object []byte, l Labels) {
	if t == nil || len(object) > MaxLabels {
		return
	}
	if len(t.labels) >= maxTexts || t.labels == nil {
		t.labels = map[string]Labels{}
	}
	t.labels[string(object)] = l
}
