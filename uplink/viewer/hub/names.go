package hub

import (
	"encoding/hex"
	"fmt"
	"strings"

	"pychron-edge/buffer"
	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/nats"
)

// Names of what the hub keeps.
const (
	EventsStream = "events" // what labs publish, until a viewer has it
	StatusStream = "status" // the last status of every agent
	Consumer     = "viewers"
	Group        = "viewers" // of requests to the consumer: one of its members has it at a time
)

// Headers of a message.
const (
	topicHeader    = "Topic"    // where it came at the lab
	retainedHeader = "Retained" // it is no news
)

// maxLab is the greatest length of a lab's name, in bytes.
const maxLab = 32

// CheckLab checks the name of a lab. At the hub it stands before the names of the lab's agents, with a point between them.
func CheckLab(name string) error {
	const characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
	if name == "" || len(name) > maxLab || strings.Trim(name, characters) != "" {
		return fmt.Errorf("%.40q; a lab's name must be 1 to %d letters, digits, _ and -, and no other lab's", name, maxLab)
	}
	return nil
}

// Subjects of everything of one stream.
const (
	AllEvents = "events.>"
	AllStatus = "status.>"
)

func eventsSubject(lab, agent string) string { return "events." + lab + "." + token(agent) }
func statusSubject(lab, agent string) string { return "status." + lab + "." + token(agent) }
func askSubject(lab string) string           { return "ask." + lab }
func whoSubject(lab string) string           { return "who." + lab }

// inbox is where answers to a lab come.
func inbox(lab string) string { return "_INBOX." + lab }

// ViewerInbox is where answers to viewers come.
const ViewerInbox = "_INBOX_viewers"

// LabSubjects returns what a lab may publish to the hub, and what it may receive from there: nothing of another lab's.
func LabSubjects(lab string) (publish, receive []string) {
	return []string{"events." + lab + ".*", "status." + lab + ".*", whoSubject(lab)}, []string{askSubject(lab), whoSubject(lab), inbox(lab) + ".>"}
}

// token is a name as one level of a subject.
func token(name string) string { return "a" + hex.EncodeToString([]byte(name)) }

// labOf is the lab of a subject.
func labOf(subject string) string {
	_, rest, _ := strings.Cut(subject, ".")
	lab, _, _ := strings.Cut(rest, ".")
	return lab
}

// split separates what qualify has joined.
func split(source string) (lab, agent string, ok bool) { return strings.Cut(source, ".") }

// decode reads a message of a lab, and puts the lab's name before the agent's.
func decode(prefixes []string, m nats.Message) (uplink.Message, error) {
	decoded, err := uplink.DecodeUnder(prefixes, m.Header[topicHeader], m.Body, m.Header[retainedHeader] != "")
	if err == nil {
		err = qualify(&decoded, labOf(m.Subject))
	}
	return decoded, err
}

// qualify makes "line1" of the lab "argon" the agent "argon.line1": agents of two labs may have one name.
func qualify(m *uplink.Message, lab string) error {
	if err := CheckLab(lab); err != nil {
		return err
	}
	if n := len(lab) + 1 + max(len(m.Agent), len(m.Event.Source)); n > buffer.MaxString {
		return fmt.Errorf("agent %.40q... of %s: %d bytes with its lab; it must have at most %d", m.Agent, lab, n, buffer.MaxString)
	}
	m.Agent = lab + "." + m.Agent
	if m.Kind == uplink.EventMessage {
		m.Event.Source = lab + "." + m.Event.Source
	}
	for i := range m.Events {
		m.Events[i].Source = lab + "." + m.Events[i].Source
	}
	return nil
}

// ViewerSubjects returns what a viewer may publish to the hub, and what it may receive from there.
func ViewerSubjects() (publish, receive []string) {
	return []string{"$JS.API.CONSUMER.MSG.NEXT." + EventsStream + "." + Consumer, "$JS.API.STREAM.MSG.GET." + StatusStream, "$JS.ACK." + EventsStream + ".>",
		"$JS.ACK.*.*." + EventsStream + ".>", "ask.*", AllStatus}, []string{ViewerInbox + ".>", AllEvents}
}
