package uplink

// maxKeptPayload is up to which size the memory of a payload is used again, in bytes. That of a reading is some 400.
const maxKeptPayload = 2048

// payloads is memory for the payloads to come, of those that were acknowledged. Between two publications only the last one that was handed
// to the client may still be read by it, which takes one message after the other: whatever a broker acknowledges, what is given out is of
// an earlier one. The zero value is ready to use.
type payloads struct {
	free  [MaxInFlight + 2][]byte // oldest first
	first int
	n     int
}

// take returns an empty slice to append a payload to.
func (p *payloads) take() []byte {
	if p.n < 2 { // the newest may be of the message that was published last
		return make([]byte, 0, 512)
	}
	b := p.free[p.first]
	p.free[p.first] = nil
	p.first = (p.first + 1) % len(p.free)
	p.n--
	return b[:0]
}

// put takes the memory of a payload whose message was acknowledged, after those of all messages before it.
func (p *payloads) put(b []byte) {
	if p.n < len(p.free) && cap(b) > 0 && cap(b) <= maxKeptPayload {
		p.free[(p.first+p.n)%len(p.free)] = b
		p.n++
	}
}
