package block

// seriesTable is the keys of the series of a ring, each once and as long as there is a block of it.
type seriesTable struct {
	held  []*heldSeries // by number; nil: the number is free
	ids   map[Key]uint32
	free  []uint32
	bytes int // that the keys take, about
}

type heldSeries struct {
	key    Key
	blocks int
}

// keySize is about what a key takes besides its texts: the key, the entry that finds it and its number.
const keySize = 400

func (k *Key) size() int {
	return keySize + len(k.Source) + len(k.Boot) + len(k.Device) + len(k.Point) + len(k.Unit) + len(k.Metric) + len(k.Labels)
}

// hold counts one more block of a series, and gives its number.
func (t *seriesTable) hold(k *Key) uint32 {
	if id, known := t.ids[*k]; known {
		t.held[id].blocks++
		return id
	}
	if t.ids == nil {
		t.ids = map[Key]uint32{}
	}
	id := uint32(len(t.held))
	if n := len(t.free); n > 0 {
		id, t.free = t.free[n-1], t.free[:n-1]
	} else {
		t.held = append(t.held, nil)
	}
	t.held[id] = &heldSeries{*k, 1}
	t.ids[*k] = id
	t.bytes += k.size()
	return id
}

// release counts one block less, and forgets a series without one.
func (t *seriesTable) release(id uint32) {
	h := t.held[id]
	if h.blocks--; h.blocks > 0 {
		return
	}
	delete(t.ids, h.key)
	t.bytes -= h.key.size()
	t.held[id] = nil
	t.free = append(t.free, id)
}

// key is that of a number. Whoever has it may keep it: it does not change.
func (t *seriesTable) key(id uint32) *Key { return &t.held[id].key }
