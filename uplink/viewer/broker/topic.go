package broker

import "strings"

// topicOf returns the MQTT topic of a NATS subject; see [subject]. "./" and "/." are levels without a name, which a subject cannot have.
func topicOf(subject string) string {
	if strings.IndexByte(subject, '/') < 0 {
		return strings.ReplaceAll(subject, ".", "/")
	}
	topic := make([]byte, 0, len(subject))
	for i := 0; i < len(subject); i++ {
		switch c := subject[i]; {
		case c == '.':
			topic = append(topic, '/')
		case c != '/':
			topic = append(topic, c)
		case i+1 < len(subject) && subject[i+1] == '.':
			topic = append(topic, '/')
			i++
		case i+1 < len(subject) && subject[i+1] == '/':
			topic = append(topic, '.')
			i++
		}
	}
	return string(topic)
}

// topics remembers the topics of subjects, which recur all the time.
type topics struct{ known map[string]string }

// maxTopics is how many are remembered; beyond, all are forgotten.
const maxTopics = 16384

func (t *topics) of(subject string) string {
	if topic, ok := t.known[subject]; ok {
		return topic
	}
	if t.known == nil || len(t.known) >= maxTopics {
		t.known = map[string]string{}
	}
	topic := topicOf(subject)
	t.known[strings.Clone(subject)] = topic
	return topic
}
