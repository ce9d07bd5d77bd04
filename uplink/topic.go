package uplink

import (
	"strings"

	"pychron-edge/buffer"
)

// DefaultPrefix is the first level of every topic where no other is configured.
const DefaultPrefix = "pychron"

// level makes s fit to be one level of a topic: the characters MQTT keeps for itself become _, and so does nothing at all.
func level(s string) string {
	if s == "" {
		return "_"
	}
	if !strings.ContainsAny(s, "/+#\x00$") {
		return s
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("/+#\x00$", r) {
			return '_'
		}
		return r
	}, s)
}

// topics makes the topics of one agent. It remembers those of readings, for they come again and again.
type topics struct {
	base  string // "pychron/line1/"
	known map[point]string
}

// point is what a topic of a reading depends on.
type point struct {
	device, point string
}

// mostTopics bounds the memory of topics; labels of ingested events do not come here, those of readings are few.
const mostTopics = 4096

func newTopics(prefix, agent string) *topics {
	return &topics{base: prefix + "/" + level(agent) + "/", known: map[point]string{}}
}

func (t *topics) of(name string) string { return t.base + name }

// event is the topic of an event: readings by device and point, debug events under the device's io, all others on audit.
func (t *topics) event(e *buffer.Event) string {
	if e.Lane != buffer.Readings {
		return t.base + "audit"
	}
	if e.Kind != buffer.Reading {
		return t.base + "readings/" + level(e.Device) + "/io"
	}
	key := point{e.Device, e.Point}
	topic, ok := t.known[key]
	if !ok {
		if len(t.known) >= mostTopics {
			clear(t.known)
		}
		topic = t.base + "readings/" + level(e.Device) + "/" + level(e.Point)
		t.known[key] = topic
	}
	return topic
}

// state is the topic of the last state of a control.
func (t *topics) state(e *buffer.Event) string {
	return t.base + "state/" + level(e.Device) + "/" + level(e.Point)
}
