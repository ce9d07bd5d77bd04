package drivers

// relayMemory is what the relays of a card were told. Nothing says that a card restarted but its relays: one that is not as it was told
// makes all of them not known, until each is told again. A relay that was told nothing yet is as it is read: a start moves nothing, and
// what a card drives is what it was told by whoever told it.
type relayMemory struct {
	commanded map[int]bool // by number of the relay
	since     map[int]bool // relays that were told, or read for the first time, since the card was seen to have restarted; nil: it was not
}

// note notes that a relay was told, and shows it.
func (m *relayMemory) note(relay int, on bool) {
	if m.commanded == nil {
		m.commanded = map[int]bool{}
	}
	m.commanded[relay] = on
	if m.since != nil {
		m.since[relay] = true
	}
}

// forget notes that it is not known what a relay was told: what it shows next is believed.
func (m *relayMemory) forget(relay int) { delete(m.commanded, relay) }

// look compares what all relays of a card show, by number, with what they were told.
func (m *relayMemory) look(shown map[int]bool) {
	for relay, on := range shown {
		if was, known := m.commanded[relay]; known && was != on {
			m.since = map[int]bool{}
		}
	}
	if m.since != nil {
		for relay := range shown {
			if !m.since[relay] {
				delete(m.commanded, relay)
			}
		}
		return
	}
	for relay, on := range shown {
		m.note(relay, on)
	}
}

// reading is the state of the valve on a relay, after look.
func (m *relayMemory) reading(valve string, relay int, open bool) Reading {
	r := Reading{Channel: valve, Name: "open"}
	if m.since != nil && !m.since[relay] {
		r.Missing = "the card restarted, or another hand switched it: not told since"
		return r
	}
	r.Value = flag(open)
	return r
}
