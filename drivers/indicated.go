package drivers

// Indicated is options of valves that may have indicators.
type Indicated interface {
	// Indicates says whether an indicator of the instrument shows that the valve of a channel is open, or closed.
	Indicates(channel string, open bool) bool
}

// Indicates is [Indicated]: the box has both indicators of every valve.
func (o *ValveboxOptions) Indicates(string, bool) bool { return true }

// Indicates is [Indicated]: a line has the indicators that are configured.
func (o *LabJackValvesOptions) Indicates(channel string, open bool) bool {
	indicators := o.Closed
	if open {
		indicators = o.Opened
	}
	for line, name := range o.Channels {
		if _, ok := indicators[line]; ok && name == channel {
			return true
		}
	}
	return false
}
