package journal

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pychron-edge/buffer"
)

// written is an event of a history, by the start that recorded it.
type written struct {
	start int
	seq   uint64
}

func (w written) before(o written) bool {
	return w.start < o.start || w.start == o.start && w.seq < o.seq
}

// history is the starts of one agent, each of which ends in a power cut.
type history struct {
	chance   *rand.Rand
	disk     *forgetfulDisk
	size     int64
	recorded map[int]uint64 // by start
	answered []written      // oldest first: somebody was told that they are on disk
}

// start opens the journal, checks what it holds, and records events until the power fails.
func (h *history) start(n int) error {
	h.disk.left = h.chance.IntN(60)
	var held []written
	var bytes []int64
	j, err := open("journal", h.size, func(e *buffer.Event) {
		var start int
		fmt.Sscanf(e.Boot, "b%d", &start)
		held = append(held, written{start, e.Seq})
		bytes = append(bytes, int64(len(appendRecord(nil, e))))
	}, h.disk)
	if err != nil {
		if h.disk.left > 0 {
			return fmt.Errorf("start %d: %w", n, err)
		}
		return nil // the power failed while it was opened
	}
	if err := h.check(held, bytes); err != nil {
		return fmt.Errorf("start %d: %w", n, err)
	}
	defer j.close()
	ring := buffer.NewRing(buffer.Audit, 1000)
	j.follow = ring.Follow(0, portion)
	for h.disk.left > 0 {
		h.disk.full = h.chance.IntN(10) == 0
		add(ring, fmt.Sprintf("b%d", n), 1+h.chance.IntN(30))
		before := j.Synced()
		h.recorded[n] = ring.Stats().Position
		if j.keep() != nil {
			continue
		}
		for seq := before + 1; seq <= ring.Stats().Position; seq++ {
			h.answered = append(h.answered, written{n, seq})
		}
	}
	return nil
}

// check: what the journal holds was recorded, in order, each once; and all that was answered is held, but for what is older than half of
// what a journal of this size may hold. bytes is the length of each record held.
func (h *history) check(held []written, bytes []int64) error {
	known := map[written]bool{}
	for i, w := range held {
		if w.seq == 0 || w.seq > h.recorded[w.start] {
			return fmt.Errorf("holds %v, which was never recorded", w)
		}
		if i > 0 && !held[i-1].before(w) {
			return fmt.Errorf("holds %v after %v", w, held[i-1])
		}
		known[w] = true
	}
	newer, next := int64(0), len(held)-1
	for _, w := range slices.Backward(h.answered) {
		for ; next >= 0 && w.before(held[next]); next-- {
			newer += bytes[next]
		}
		if !known[w] && newer < h.size/2 {
			return fmt.Errorf("%v was answered, and is not among the %d that are held; %d bytes of newer ones are", w, len(held), newer)
		}
	}
	return nil
}

// run runs a history of some starts; the error is the promise that was not kept.
func run(seed uint64) error {
	chance := rand.New(rand.NewPCG(seed, 11))
	h := &history{chance: chance, disk: newForgetfulDisk(chance), recorded: map[int]uint64{}}
	h.size = []int64{minSize, 4 * minSize, 8 * minSize}[chance.IntN(3)]
	for n := range 5 {
		if err := h.start(n); err != nil {
			return fmt.Errorf("seed %d: %w", seed, err)
		}
		h.disk.restart()
	}
	return nil
}

// cuts is how many histories are run.
var cuts = flag.Uint64("cuts", 100, "histories of power cuts")

// Whatever was answered is there after a power cut at any operation, whatever the disk kept of the others; and nothing else.
func TestAnsweredIsThereAfterAPowerCutAtAnyWrite(t *testing.T) {
	for seed := range *cuts {
		if err := run(seed); err != nil {
			t.Fatal(err)
		}
	}
}
