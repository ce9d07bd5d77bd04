package config

// unsteadyPorts warns of serial ports whose name may lead to another adapter one day. What is not plugged in cannot be told.
func (p *Plan) unsteadyPorts(warnings *problems) {
	for i, d := range p.Devices {
		if why := d.Line.Unsteady(); why != "" {
			warnings.warn(devicePath(i)+".port", "port of %s: %s", d.Name, why)
		}
	}
}
