package sim

import (
	"encoding/json"
	"strings"
)

// asciiPlan is what of the options of model ascii says how the instrument answers.
type asciiPlan struct {
	Start, End, ReplyEnd, Identify string
	Sets                           []struct{ Control, Send, On, Off string }
	Vectors                        []struct{ Send, Reply, Set, Error string }
}

// ascii is an instrument described in the configuration: it answers each request as the first of its vectors says, and each
// set as the first vector of that control. What it reads does not follow what is set.
type ascii struct {
	end      string
	replies  map[string]string // by the whole request
	patterns []pattern
}

// pattern is a set: what stands before and after the value, and what is answered.
type pattern struct{ before, after, reply string }

func init() { register("ascii", newASCII) }

func newASCII(_ *plant, s settings) instrument {
	var o asciiPlan
	data, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(data, &o)
	}
	a := &ascii{end: o.End, replies: map[string]string{}}
	if err != nil {
		return a // options of another shape: it is silent
	}
	sets := map[string]string{}
	for _, v := range o.Vectors {
		if v.Error != "" {
			continue
		}
		if _, ok := a.replies[v.Send]; !ok && v.Set == "" {
			a.replies[v.Send] = v.Reply
		}
		if _, ok := sets[v.Set]; !ok && v.Set != "" {
			sets[v.Set] = v.Reply
		}
	}
	if _, ok := a.replies[o.Start+o.Identify+o.End]; !ok && o.Identify != "" {
		end := o.ReplyEnd
		if end == "" {
			end = "\r\n"
		}
		a.replies[o.Start+o.Identify+o.End] = "SIMULATED" + end
	}
	for _, set := range o.Sets {
		for _, send := range []string{set.Send, set.On, set.Off} {
			before, after, _ := strings.Cut(send, "{value}")
			if send != "" {
				a.patterns = append(a.patterns, pattern{o.Start + before, after + o.End, sets[set.Control]})
			}
		}
	}
	return a
}

func (a *ascii) take(received []byte) (int, []byte) {
	text := string(received)
	waits := false
	for request, reply := range a.replies {
		if strings.HasPrefix(text, request) {
			return len(request), []byte(reply)
		}
		waits = waits || strings.HasPrefix(request, text)
	}
	for _, p := range a.patterns {
		if rest, ok := strings.CutPrefix(text, p.before); ok {
			if i := strings.Index(rest, p.after); i >= 0 {
				return len(p.before) + i + len(p.after), []byte(p.reply)
			}
			waits = true
		}
		waits = waits || strings.HasPrefix(p.before, text)
	}
	if waits {
		return 0, nil
	}
	if _, rest, ok := strings.Cut(text, a.end); ok && a.end != "" {
		return len(text) - len(rest), nil // for somebody else
	}
	return 0, nil
}
