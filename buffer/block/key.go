package block

import "pychron-edge/buffer"

// Key is what is the same in all readings of a series. It is a plain value and may be the key of a map.
type Key struct {
	Source, Boot  string
	Lane          buffer.Lane
	Kind          buffer.Kind
	Severity      buffer.Severity
	Type          buffer.Type
	Device, Point string
	Unit          buffer.Unit
	Metric        string
	Labels        buffer.Labels
}

// KeyOf is the key of the series an event belongs to.
func KeyOf(e *buffer.Event) Key {
	return Key{e.Source, e.Boot, e.Lane, e.Kind, e.Severity, e.Type, e.Device, e.Point, e.Unit, e.Metric, e.Labels}
}

// Holds reports whether an event belongs to the series.
func (k *Key) Holds(e *buffer.Event) bool {
	return k.Point == e.Point && k.Device == e.Device && k.Metric == e.Metric && k.Lane == e.Lane && k.Kind == e.Kind && k.Severity == e.Severity &&
		k.Type == e.Type && k.Unit == e.Unit && k.Labels == e.Labels && k.Boot == e.Boot && k.Source == e.Source
}

// event is an event of the series with nothing in it that varies.
func (k *Key) event() buffer.Event {
	return buffer.Event{Source: k.Source, Boot: k.Boot, Lane: k.Lane, Kind: k.Kind, Severity: k.Severity, Type: k.Type,
		Device: k.Device, Point: k.Point, Unit: k.Unit, Metric: k.Metric, Labels: k.Labels}
}

func (k *Key) appendTo(dst []byte) []byte {
	dst = append(dst, byte(k.Lane), byte(k.Kind), byte(k.Severity), byte(k.Type))
	for _, s := range [...]string{k.Source, k.Boot, k.Device, k.Point, string(k.Unit), k.Metric, string(k.Labels)} {
		dst = appendText(dst, s)
	}
	return dst
}

func (r *reader) key() (k Key) {
	k.Lane, k.Kind, k.Severity, k.Type = buffer.Lane(r.byte()), buffer.Kind(r.byte()), buffer.Severity(r.byte()), buffer.Type(r.byte())
	for _, s := range [...]*string{&k.Source, &k.Boot, &k.Device, &k.Point, (*string)(&k.Unit), &k.Metric} {
		*s = r.text(buffer.MaxString)
	}
	k.Labels = buffer.Labels(r.text(buffer.MaxLabels))
	return k
}
