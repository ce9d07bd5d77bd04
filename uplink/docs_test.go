package uplink

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func mqttPage(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../docs/mqtt.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// TestDocumentedTopicsAreTheTable compares the table of docs/mqtt.md with topics: the same topics, in the same order.
func TestDocumentedTopicsAreTheTable(t *testing.T) {
	rows := regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (\\w+) \\| (\\w+) \\| (\\d) \\| .+ \\|$").FindAllStringSubmatch(mqttPage(t), -1)
	if len(rows) != len(topics) {
		t.Fatalf("docs/mqtt.md has %d topics, want %d", len(rows), len(topics))
	}
	for i, row := range topics {
		if row.kind > ResultMessage {
			t.Errorf("%s has kind %d; must be one up to ResultMessage, to which the viewer's test of its handlers counts", row.name, row.kind)
		}
		name, below, deep := strings.Cut(rows[i][1], "/")
		levels := strings.Count(below, "/")
		if deep {
			levels++
		}
		by, retained := map[origin]string{fromAgent: "agent", fromOthers: "others"}[row.from], map[bool]string{true: "yes", false: "no"}[row.retained]
		if name != row.name || levels != row.levels || rows[i][2] != by || rows[i][3] != retained || rows[i][4] != string('0'+row.qos) {
			t.Errorf("docs/mqtt.md: %q, want %s with %d levels below, by %s, retained %s, QoS %d", rows[i][0], row.name, row.levels, by, retained, row.qos)
		}
	}
}

// TestDocumentedExamplesAreRead takes the example of every topic in docs/mqtt.md as a message that came.
func TestDocumentedExamplesAreRead(t *testing.T) {
	examples := regexp.MustCompile("(?s)### `pychron/line1/([^`]+)`\n(.*?)\n    (\\{[^\n]*\\})\n").FindAllStringSubmatch(strings.Replace(mqttPage(t), "### `pychron/line1/blocks`", "### blocks", 1), -1)
	ofText := slices.DeleteFunc(slices.Clone(topics), func(row *topic) bool { return row == blocksTopic }) // docs/blocks.md has its example
	if len(examples) != len(ofText) {
		t.Fatalf("docs/mqtt.md has %d examples, want %d: one of each topic that is text", len(examples), len(ofText))
	}
	for i, row := range ofText {
		name, payload := examples[i][1], []byte(examples[i][3])
		if got, _, _ := strings.Cut(name, "/"); got != row.name {
			t.Errorf("example %d is of %s, want %s as in the table", i, got, row.name)
			continue
		}
		if row.from == fromAgent {
			m, err := DecodeUnder([]string{DefaultPrefix}, DefaultPrefix+"/line1/"+name, payload, row.retained)
			if err != nil || m.Kind != row.kind || m.Agent != "line1" {
				t.Errorf("%s: Decode = kind %d of %q, %v; want kind %d of line1", name, m.Kind, m.Agent, err, row.kind)
			}
		}
		if err := knownKeysOnly(row, payload); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// knownKeysOnly reads a payload as the type that stands for it, where that is of this package.
func knownKeysOnly(row *topic, payload []byte) error {
	switch row {
	case stateTopic:
		return strict(payload, new(State))
	case resultTopic:
		return strict(payload, new(result))
	case gapTopic, resendTopic:
		return json.Unmarshal(payload, new(Gap))
	case receivedTopic:
		_, err := parseReceived(payload)
		return err
	case commandTopic:
		_, err := parseCommand(payload)
		return err
	}
	return nil
}
