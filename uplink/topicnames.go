package uplink

import (
	"strings"

	"pychron-edge/buffer"
)

// level makes s fit to be one level of a topic: the characters that MQTT reserves become _, and so does an empty s.
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

// topicNames makes the complete topics of one agent. It caches those of readings, which recur all the time. It is used by one
// goroutine, except for of.
type topicNames struct {
	base  string // "pychron/line1/"
	cache map[readingKey]string
}

// readingKey is all that the topic of a reading depends on.
type readingKey struct {
	device, point string
}

// maxCachedTopics limits the cache. Ingested events do not get here.
const maxCachedTopics = 4096

func newTopicNames(prefix, agent string) *topicNames {
	return &topicNames{base: prefix + "/" + level(agent) + "/", cache: map[readingKey]string{}}
}

func (n *topicNames) of(t *topic) string { return n.base + t.name }

// StatusTopic is the topic of an agent's status.
func StatusTopic(prefix, agent string) string { return newTopicNames(prefix, agent).of(statusTopic) }

// StatusFilter is the filter of the statuses of all agents.
func StatusFilter(prefix string) string { return statusTopic.filter(prefix) }

// event returns the topic of an event and its row: readings by device and point, debug events of the readings lane under the
// device's io, all other lanes on audit.
func (n *topicNames) event(e *buffer.Event) (*topic, string) {
	row := topicOf(e)
	if row != readingTopic {
		return row, n.of(row)
	}
	if e.Kind != buffer.Reading {
		return row, n.of(row) + "/" + level(e.Device) + "/io"
	}
	key := readingKey{e.Device, e.Point}
	name, ok := n.cache[key]
	if !ok {
		if len(n.cache) >= maxCachedTopics {
			clear(n.cache)
		}
		name = n.of(row) + "/" + level(e.Device) + "/" + level(e.Point)
		n.cache[key] = name
	}
	return row, name
}

// state returns the topic of the last state of a control.
func (n *topicNames) state(e *buffer.Event) string {
	return n.of(stateTopic) + "/" + level(e.Device) + "/" + level(e.Point)
}

// receivers returns what is received, and the QoS of its subscription, by topic.
func (n *topicNames) receivers(in inbox) (all map[string]receiver, qos map[string]byte) {
	all, qos = map[string]receiver{}, map[string]byte{}
	for _, t := range topics {
		if t.from != fromOthers {
			continue
		}
		if r := t.receiver(in); r != nil {
			all[n.of(t)], qos[n.of(t)] = r, t.subscribedAt()
		}
	}
	return all, qos
}
