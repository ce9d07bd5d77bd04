package config

// unsteadyPorts warns of serial ports whose name may lead to another adapter one day. What is not plugged in cannot be told.
func (p *Plan) unsteadyPorts(warnings *problems) {
	for i := range p.Config.Devices {
		for _, d := range p.Devices {
			if d.Name != p.Config.Devices[i].Name || d.Port == "" {
				continue
			}
			if why := d.Line.Unsteady(); why != "" {
				warnings.warn(devicePath(i)+".port", "port of %s: %s", d.Name, why)
			}
		}
	}
}
