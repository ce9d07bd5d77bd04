package uplink

import (
	"encoding/json"
	"fmt"

	"pychron-edge/buffer"
)

// Received is what a viewer says that it has: all events of one lane and boot up to Through are stored, or declared lost.
type Received struct {
	Viewer  string // its name
	Boot    string
	Lane    buffer.Lane
	Through uint64   // 0 = none
	Formats []string // what the viewer reads: "event"
}

type receivedJSON struct {
	Viewer  string   `json:"viewer"`
	Boot    string   `json:"boot"`
	Lane    string   `json:"lane"`
	Through uint64   `json:"through"`
	Formats []string `json:"formats"`
}

// maxFormats is how many formats a viewer may name.
const maxFormats = 16

func (r Received) payload() []byte {
	data, _ := json.Marshal(receivedJSON{r.Viewer, r.Boot, r.Lane.String(), r.Through, r.Formats}) // strings and numbers only: it cannot fail
	return data
}

// parseReceived reads a viewer's message and checks it.
func parseReceived(data []byte) (Received, error) {
	var j receivedJSON
	if err := strict(data, &j); err != nil {
		return Received{}, err
	}
	lane, err := buffer.ParseLane(j.Lane)
	if err != nil {
		return Received{}, err
	}
	for what, name := range map[string]string{"viewer": j.Viewer, "boot": j.Boot} {
		if err := CheckName(name); err != nil || name == "" {
			return Received{}, fmt.Errorf("%s %.40q; it must have 1 to %d printable bytes", what, name, buffer.MaxString)
		}
	}
	if j.Through > MaxSeq || len(j.Formats) > maxFormats {
		return Received{}, fmt.Errorf("through %d and %d formats; they must be at most %d and %d", j.Through, len(j.Formats), uint64(MaxSeq), maxFormats)
	}
	return Received{j.Viewer, j.Boot, lane, j.Through, j.Formats}, nil
}

// Received tells an agent what this viewer has. It does not wait for the broker; a message that is lost is followed by the next.
func (s *Subscriber) Received(prefix, agent string, r Received) error {
	conn := s.connection()
	if conn == nil {
		return fmt.Errorf("telling %s what was received: %w", agent, ErrNotConnected)
	}
	conn.publish(&outgoing{row: receivedTopic, topic: newTopicNames(prefix, agent).of(receivedTopic), payload: r.payload()})
	return nil
}
