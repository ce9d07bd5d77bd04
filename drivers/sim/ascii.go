package sim

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"pychron-edge/drivers"
)

// asciiPlan is what of the options of model ascii says how the instrument answers.
type asciiPlan struct {
	Start, End, ReplyEnd, Identify, UnaskedEnd drivers.Wire
	Handshake                                  string
	Checksum                                   *drivers.ASCIIChecksum
	Startup                                    []struct{ Send drivers.Wire }
	Sets                                       []struct {
		Control       string
		Send, On, Off drivers.Wire
	}
	Vectors []asciiVector
}

type asciiVector struct {
	Send, Reply, Unasked drivers.Wire
	Steps                []struct{ Send, Reply drivers.Wire }
	Reads                map[string]string
	Set, Error, Identity string
	Value                float64
}

// ascii is an instrument described in the configuration: it answers each request as the first of its vectors says, and each
// set as the first vector of that control. What it reads follows a set where a vector shows the reading at that value. Lines that come
// unasked are those of its vectors, in turn.
type ascii struct {
	end, unaskedEnd string
	dialogues       []dialogue
	patterns        []pattern
	checked         bool     // frames carry a checksum
	asked           []string // requests since a dialogue began
	set             map[string]float64
	written         map[string]string // what was set, as text, where no vector has it
	speaks          []string
	spoken          time.Duration
	plant           *plant
}

// dialogue is the exchanges of a vector.
type dialogue struct {
	sends, replies []string
	reads          map[string]string
	control        string
	value          float64
}

// pattern is a set: what stands before and after the value, the length of what ends it, what is answered, and the value where it is known.
type pattern struct {
	before, after, reply string
	tail                 int
	control              string
	value                float64
	exact                bool
}

// unaskedEvery is the time between lines that come unasked.
const unaskedEvery = time.Second

func init() { register("ascii", newASCII) }

func newASCII(p *plant, s settings) instrument {
	var o asciiPlan
	data, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(data, &o)
	}
	a := &ascii{end: string(o.End), unaskedEnd: string(o.UnaskedEnd), set: map[string]float64{}, written: map[string]string{}, plant: p}
	a.checked = o.Checksum != nil
	if err != nil {
		return a // options of another shape: it is silent
	}
	if a.unaskedEnd == "" {
		a.unaskedEnd = "\n"
	}
	for _, v := range o.Vectors {
		a.add(v)
	}
	a.identifies(&o)
	for _, set := range o.Sets {
		a.sets(&o, set.Control, string(set.On), string(set.Off), string(set.Send))
	}
	return a
}

// add keeps the exchanges of a vector.
func (a *ascii) add(v asciiVector) {
	switch {
	case v.Error != "":
		return
	case v.Unasked != "":
		if len(v.Reads) > 0 {
			a.speaks = append(a.speaks, string(v.Unasked))
		}
		return
	case len(v.Steps) == 0:
		v.Steps = append(v.Steps, struct{ Send, Reply drivers.Wire }{v.Send, v.Reply})
	}
	d := dialogue{reads: v.Reads, control: v.Set, value: v.Value}
	for _, step := range v.Steps {
		d.sends, d.replies = append(d.sends, string(step.Send)), append(d.replies, string(step.Reply))
	}
	a.dialogues = append(a.dialogues, d)
}

// identifies adds an answer to the request that identifies, where no vector has one.
func (a *ascii) identifies(o *asciiPlan) {
	if o.Identify == "" || o.Checksum != nil || o.Handshake != "" || slices.ContainsFunc(o.Vectors, func(v asciiVector) bool { return v.Identity != "" }) {
		return
	}
	end := string(o.ReplyEnd)
	if end == "" {
		end = "\r\n"
	}
	a.dialogues = append(a.dialogues, dialogue{sends: []string{string(o.Start + o.Identify + o.End)}, replies: []string{"SIMULATED" + end}})
}

// sets adds a control that is set by a request with a value in it, or by one of two.
func (a *ascii) sets(o *asciiPlan, control string, on, off, send string) {
	at := slices.IndexFunc(a.dialogues, func(d dialogue) bool { return d.control == control })
	if at < 0 {
		return
	}
	d := a.dialogues[at]
	step := slices.IndexFunc(d.sends, func(s string) bool {
		before, _, _ := strings.Cut(send, "{value}")
		return send != "" && strings.HasPrefix(s, string(o.Start)+before) || send == "" && (strings.HasPrefix(s, string(o.Start)+on) || strings.HasPrefix(s, string(o.Start)+off))
	})
	if step < 0 {
		return
	}
	add := func(before, after string, value float64, exact bool) {
		p := pattern{before: string(o.Start) + before, after: after + string(o.End), reply: d.replies[step], control: control, value: value, exact: exact}
		if o.Checksum != nil || p.after == "" {
			p.after, p.tail = "", max(len(d.sends[step])-len(p.before), 0) // as long as the one in the vector
		}
		a.patterns = append(a.patterns, p)
	}
	if before, after, ok := strings.Cut(send, "{value}"); ok {
		add(before, after, 0, false)
		return
	}
	add(on, "", 1, true)
	add(off, "", 0, true)
}
