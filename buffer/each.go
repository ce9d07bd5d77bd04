package buffer

// Each calls f for every sample of every device, in no particular order of devices. What f is given must not be changed
// nor kept; nothing is copied.
func (p *Present) Each(f func(*Sample)) {
	m := p.devices.Load()
	if m == nil {
		return
	}
	for _, slot := range *m {
		samples := *slot.Load()
		for i := range samples {
			f(&samples[i])
		}
	}
}
