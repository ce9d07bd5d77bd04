package command

import (
	"time"

	"pychron-edge/buffer"
)

// RefusedFile is the document of what could not be kept of refusals one by one.
const RefusedFile = "refused"

// refusedAhead is how much later than a refused command's end the end is taken to be, so that a crowd of refusals is one write in two minutes.
const refusedAhead = 2 * time.Minute

// refusedBefore is what is known of refused commands whose ids are not kept, for there were too many for the memory card: when the last of them
// ends. One that a broker brings again, to a later start, is told by its end.
type refusedBefore struct {
	through time.Time // of those since the start; zero = there were none
	earlier time.Time // likewise, of the starts before
}

// savedRefused is that as it is written.
type savedRefused struct {
	Through time.Time `json:"through"`
}

// keepRefusal sees to it that a command that was refused, and not told so yet, is not done when it comes again after a restart, whatever has
// changed. Whoever is refused all day does not wear the card out, nor keep others from writing: then only its end is kept.
func (d *Commander) keepRefusal(c buffer.CommandRequest) {
	kept, err := d.env.Store().SyncSpare(AnswersFile)
	d.warnUnsaved(AnswersFile, err)
	if kept || err != nil {
		return
	}
	d.mu.Lock()
	d.before.extend(c.Expires)
	d.mu.Unlock()
	d.onDisk(RefusedFile) // where nothing has changed, nothing is written
}

// extend takes a refused command in.
func (b *refusedBefore) extend(end time.Time) {
	if end.After(b.through) {
		b.through = end.Add(refusedAhead)
	}
}

// mayBe says whether a command may be one that was refused before the start: one that has an id which nobody knows, and ends
// while such a one might.
func (b *refusedBefore) mayBe(c buffer.CommandRequest) bool {
	return c.ID != "" && !c.Expires.IsZero() && !c.Expires.After(b.earlier)
}

// saveRefused is what is written of it.
func (d *Commander) saveRefused() any {
	d.mu.Lock()
	defer d.mu.Unlock()
	last := d.before.through
	if d.before.earlier.After(last) {
		last = d.before.earlier
	}
	return savedRefused{last}
}
