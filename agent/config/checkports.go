package config

import "pychron-edge/yamlfile"

// unsteadyPorts warns of serial ports whose name may lead to another adapter one day. What is not plugged in cannot be told.
func (p *Plan) unsteadyPorts(warnings *yamlfile.Problems) {
	for i, d := range p.Devices {
		if why := d.Line.Unsteady(); why != "" {
			warnings.Warn(devicePath(i)+".port", "port of %s: %s", d.Name, why)
		}
	}
}
