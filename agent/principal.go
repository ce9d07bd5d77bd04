package main

import (
	"strconv"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// agentItself is the principal of what the agent does by its own rules.
func agentItself(via string) buffer.Principal {
	return buffer.Principal{Name: "agent", Via: via, Rights: []string{"halt"}}
}

// note is a command's note in logfmt.
type note struct{ b strings.Builder }

// add writes key=value, quoted where it must be. An empty value is left out.
func (n *note) add(key, value string) {
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

func (n *note) number(key string, v float64) { n.add(key, strconv.FormatFloat(v, 'g', -1, 64)) }

func (n *note) took(d time.Duration) { n.add("took", d.Round(time.Microsecond).String()) }

func (n *note) String() string { return n.b.String() }

// who begins the note of what a principal did.
func who(p buffer.Principal) *note {
	n := &note{}
	n.add("who", p.Name)
	n.add("via", p.Via)
	n.add("claim", p.Claim)
	return n
}

// quoted is a value as it stands in a note, quoted where it must be.
func quoted(s string) string {
	n := &note{}
	n.add("x", s)
	return strings.TrimPrefix(n.String(), "x=")
}
