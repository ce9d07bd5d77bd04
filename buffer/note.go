package buffer

import (
	"strconv"
	"strings"
	"time"
)

// StopNote begins the note of the event with which an agent ends in order: the number of the last event of the readings lane, and of the
// ingest lane. What follows says why.
const StopNote = "readings=%d ingest=%d"

// AgentItself is the principal of what the agent does by its own rules.
func AgentItself(via string) Principal {
	return Principal{Name: "agent", Via: via, Rights: []string{"halt"}}
}

// Note is a command's note in logfmt.
type Note struct{ b strings.Builder }

// Add writes key=value, quoted where it must be. An empty value is left out.
func (n *Note) Add(key, value string) {
	if value == "" {
		return
	}
	if n.b.Len() > 0 {
		n.b.WriteByte(' ')
	}
	n.b.WriteString(key)
	n.b.WriteByte('=')
	if strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r == '"' || r == '=' || r == 0x7f }) {
		n.b.WriteString(strconv.Quote(value))
		return
	}
	n.b.WriteString(value)
}

func (n *Note) Number(key string, v float64) { n.Add(key, strconv.FormatFloat(v, 'g', -1, 64)) }

func (n *Note) Took(d time.Duration) { n.Add("took", d.Round(time.Microsecond).String()) }

func (n *Note) String() string { return n.b.String() }

// NoteOf begins the note of what a principal did.
func NoteOf(p Principal) *Note {
	n := &Note{}
	n.Add("who", p.Name)
	n.Add("via", p.Via)
	n.Add("claim", p.Claim)
	return n
}

// Quoted is a value as it stands in a note, quoted where it must be.
func Quoted(s string) string {
	n := &Note{}
	n.Add("x", s)
	return strings.TrimPrefix(n.String(), "x=")
}
