package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/state"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// An id belongs to its caller, device, control and value.
func TestWhoseAnIDIs(t *testing.T) {
	var a answers
	first := order("V1", "open", 1)
	first.ID = "m1"
	j, again, clash := a.find(first, noon)
	if j == nil || again || clash != nil {
		t.Fatalf("first = %v, %t, %v; want a new one", j, again, clash)
	}
	for what, change := range map[string]func(*buffer.CommandRequest){
		"the same": func(*buffer.CommandRequest) {}, "caller": func(c *buffer.CommandRequest) { c.By = kl }, "device": func(c *buffer.CommandRequest) { c.Device = "V2" },
		"control": func(c *buffer.CommandRequest) { c.Control = "shut" }, "value": func(c *buffer.CommandRequest) { c.Value = 0 },
	} {
		c := first
		change(&c)
		got, again, clash := a.find(c, noon)
		if same := what == "the same"; (got == j) != same || again != same || (clash == nil) != same {
			t.Errorf("again with another %s = %v, %t, %v", what, got, again, clash)
		}
	}
	for range 2 {
		if j, again, _ := a.find(order("V1", "open", 1), noon); j == nil || again || len(a.order) != 1 {
			t.Errorf("without an id = %v, %t, %d known; want a new one that is not remembered", j, again, len(a.order))
		}
	}
}

// As many ids are remembered as there is room for. What has expired goes first, the oldest of it, then the oldest of all.
func TestWhichIDIsForgotten(t *testing.T) {
	for _, c := range []struct {
		expired []int // of the ids 0, 1, 2 ...
		gone    string
	}{{nil, "0"}, {[]int{0}, "0"}, {[]int{5, 9}, "5"}, {[]int{maxAnswers - 1}, fmt.Sprint(maxAnswers - 1)}} {
		var a answers
		for n := range maxAnswers {
			a.add(fmt.Sprint(n), &answered{job: &job{}}, noon)
		}
		for _, n := range c.expired {
			a.known[fmt.Sprint(n)].expires = noon
		}
		a.known["1"].expires = noon.Add(1) // not yet
		if len(a.order) != maxAnswers {
			t.Fatalf("%d remembered, want %d", len(a.order), maxAnswers)
		}
		a.add("new", &answered{}, noon)
		if _, there := a.known[c.gone]; there || len(a.known) != maxAnswers || len(a.order) != maxAnswers || a.known["new"] == nil || a.order[maxAnswers-1] != "new" {
			t.Errorf("with %v expired %s is there: %t, %d remembered; want it forgotten", c.expired, c.gone, there, len(a.known))
		}
		for _, id := range a.order {
			if a.known[id] == nil {
				t.Errorf("with %v expired %s is in the order and not known", c.expired, id)
			}
		}
	}
}

// What is written of the ids, and what an earlier start's is taken for.
func TestWhichIDsOutliveARestart(t *testing.T) {
	var a answers
	done := make(chan struct{})
	close(done)
	one := 1.0
	for id, of := range map[string]*answered{
		"no end": {job: &job{done: done}}, "over": {job: &job{done: done}, expires: noon}, "under way": {job: &job{done: make(chan struct{})}, expires: noon.Add(1)},
		"done":   {by: "jr", device: "V1", control: "open", value: 1, expires: noon.Add(time.Hour), job: &job{done: done, result: buffer.CommandResult{Result: "success", Value: &one}}},
		"failed": {job: &job{done: done, result: buffer.CommandResult{Result: "failed"}, err: errors.New("it shows 0")}, expires: noon.Add(time.Hour)},
	} {
		a.add(id, of, noon)
	}
	saved := map[string]savedAnswer{}
	for _, s := range a.save(noon) {
		saved[s.ID] = s
	}
	if len(saved) != 3 {
		t.Errorf("saved %+v, want the three that have an end before them", saved)
	}
	if s := saved["done"]; s.By != "jr" || s.Device != "V1" || s.Control != "open" || s.Value != 1 || !s.Expires.Equal(noon.Add(time.Hour)) || s.Result != "success" || s.Shown == nil || *s.Shown != 1 || s.Error != "" {
		t.Errorf("saved of one that is done = %+v", s)
	}
	if s := saved["under way"]; s.Result != "" || s.Error != "" {
		t.Errorf("saved of one that is under way = %+v, want neither result nor error", s)
	}
	if s := saved["failed"]; s.Result != "failed" || s.Error != "it shows 0" {
		t.Errorf("saved of one that failed = %+v", s)
	}
	var b answers
	b.restore([]savedAnswer{saved["done"], saved["under way"], saved["failed"], {ID: "refused", Error: "locked"}}, noon)
	for id, want := range map[string]struct {
		result string
		err    error
	}{"done": {"success", nil}, "under way": {"unknown", buffer.ErrUnsettled}, "failed": {"failed", buffer.ErrFailed}, "refused": {"", buffer.ErrConflict}} {
		of := b.known[id]
		if of == nil {
			t.Errorf("%s was not taken back", id)
			continue
		}
		<-of.job.done
		if of.job.result.Result != want.result || !errors.Is(of.job.err, want.err) || want.err == nil && of.job.err != nil {
			t.Errorf("%s = %+v, %v; want %s, %v", id, of.job.result, of.job.err, want.result, want.err)
		}
	}
	if of := b.known["done"]; of.by != "jr" || of.device != "V1" || of.control != "open" || of.value != 1 || !of.expires.Equal(noon.Add(time.Hour)) || *of.job.result.Value != 1 {
		t.Errorf("taken back of one that is done = %+v, %+v", of, of.job.result)
	}
}

func TestErrorsOfAnEarlierStart(t *testing.T) {
	for _, c := range []struct {
		result, text string
		want         error
	}{
		{"", "", buffer.ErrUnsettled}, {"success", "", nil}, {"unknown", "cut", buffer.ErrUnsettled}, {"failed", "it shows 0", buffer.ErrFailed}, {"", "locked", buffer.ErrConflict},
	} {
		if got := restoredError(savedAnswer{Result: c.result, Error: c.text}); !errors.Is(got, c.want) || c.want == nil && got != nil {
			t.Errorf("%q, %q = %v, want %v", c.result, c.text, got, c.want)
		}
	}
}

// A command with an id and an end is on disk before anything is sent, and so is its result soon after; no other is written.
func TestIDsAreOnDiskBeforeAnythingIsSent(t *testing.T) {
	for what, c := range map[string]struct {
		id      string
		expires time.Duration
		written int
	}{"an id and an end": {"m1", time.Hour, 1}, "an id": {"m1", 0, 0}, "an end": {"", time.Hour, 0}} {
		synctest.Test(t, func(t *testing.T) {
			b := onBench(t, threeDevices())
			b.stored()
			b.actors["V1"].takes = 10 * time.Second
			o := order("V1", "open", 1)
			if o.ID = c.id; c.expires > 0 {
				o.Expires = b.clock.Now().Add(c.expires)
			}
			answer := make(chan error)
			go func() { _, err := b.Command(t.Context(), o); answer <- err }()
			synctest.Wait()
			var saved []savedAnswer
			if b.onDisk(AnswersFile, &saved); len(saved) != c.written || c.written > 0 && saved[0].Result != "" {
				t.Errorf("%s: on disk while it is sent = %+v; want %d, without a result", what, saved, c.written)
			}
			if err := <-answer; err != nil {
				t.Error(err)
			}
			time.Sleep(time.Second)
			saved = nil
			if b.onDisk(AnswersFile, &saved); len(saved) != c.written || c.written > 0 && saved[0].Result != "success" {
				t.Errorf("%s: on disk a second later = %+v; want %d, with its result", what, saved, c.written)
			}
			if _, err := os.Stat(filepath.Join(b.dir, AnswersFile+".json")); (err == nil) != (c.written > 0) {
				t.Errorf("%s: the document: %v, want it where there is something in it", what, err)
			}
			if c.id == "" {
				return
			}
			if _, err := b.Command(t.Context(), o); err != nil || len(b.actors["V1"].sent()) != 1 {
				t.Errorf("%s: again = %v, sent %q; want it answered without acting", what, err, b.actors["V1"].sent())
			}
		})
	}
}

// A refusal is answered again as a refusal.
func TestARefusedIDIsAnsweredAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, threeDevices())
		o := order("V1", "open", 2)
		o.ID = "m1"
		for range 2 {
			if r, err := b.Command(t.Context(), o); !errors.Is(err, buffer.ErrRange) || r.Result != "" {
				t.Errorf("answer = %+v, %v; want out of range", r, err)
			}
		}
		if n := len(b.events("commands_refused_total")); n != 1 {
			t.Errorf("%d refusals told, want one", n)
		}
	})
}

// stored gives the bench a state directory that is written while the test runs.
func (b *bench) stored() {
	b.dir = b.t.TempDir()
	b.store = state.NewStore(state.NewDisk(b.dir))
	if err := b.store.Open(); err != nil {
		b.t.Fatal(err)
	}
	b.Restore(false)
	b.work.Start("store", b.store.Run)
	synctest.Wait()
}

// onDisk reads what a document holds, and leaves it as it is where there is none.
func (b *bench) onDisk(name string, into any) {
	b.t.Helper()
	data, err := os.ReadFile(filepath.Join(b.dir, name+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	var whole struct{ Data json.RawMessage }
	if err = errors.Join(err, json.Unmarshal(data, &whole), json.Unmarshal(whole.Data, into)); err != nil {
		b.t.Fatal(err)
	}
}
