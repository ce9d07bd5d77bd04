package device

// Restore takes back counts from the note of an event. They never go backwards.
func (o *odometers) Restore(note string) { o.restore(note) }
