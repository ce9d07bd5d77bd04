package config

// DrawingConfig is the line as the page draws it. Places and sizes are in widths of a valve, x to the right and y downwards; a place is
// the middle of what is drawn there. Either all volumes and pumps have a place, or none: then it is laid out by what is connected.
type DrawingConfig struct {
	Volumes []DrawnVolumeConfig `yaml:"volumes"` // closed spaces: tubes, chambers, getters, bottles; one or more
	Valves  []DrawnValveConfig  `yaml:"valves"`  // the valves between them
	Pumps   []DrawnPumpConfig   `yaml:"pumps"`   // pumps
	Gauges  []DrawnGaugeConfig  `yaml:"gauges"`  // readings, each beside or in what it is of
	Lasers  []DrawnLaserConfig  `yaml:"lasers"`  // lasers, each on the chamber that it shines into
	Pipes   []DrawnPipeConfig   `yaml:"pipes"`   // pipes without a valve, and ways around corners
}

// DrawnVolumeConfig is one closed space.
type DrawnVolumeConfig struct {
	Name   string    `yaml:"name"`   // unique on the drawing; any text of one line, at most 64 characters
	Title  string    `yaml:"title"`  // what people call it; "" = its name
	At     []float64 `yaml:"at"`     // its middle: [x, y], each -1000 to 1000; none = laid out
	Size   []float64 `yaml:"size"`   // width and height, each 0.5 to 200; default [2.6, 1.5]
	Volume Capacity  `yaml:"volume"` // how much it holds, with its unit: 250 cm3, 1.2 l, 1e-3 m3; 0 = not known
	Gas    bool      `yaml:"gas"`    // true = a store of gas, such as a bottle; default false
}

// DrawnValveConfig is one valve.
type DrawnValveConfig struct {
	Valve string    `yaml:"valve"` // V2, or box.V2 for a channel
	Joins Strings   `yaml:"joins"` // what it joins, by name: 1 to 4 volumes, pumps or other valves; none where its pipes are given
	At    []float64 `yaml:"at"`    // its middle: [x, y], each -1000 to 1000; none = between what it joins
}

// DrawnPumpConfig is one pump.
type DrawnPumpConfig struct {
	Name   string    `yaml:"name"`   // unique on the drawing; "" = that of its device
	Title  string    `yaml:"title"`  // what people call it; "" = its name
	Device string    `yaml:"device"` // the device that says how it is; "" = none
	Runs   string    `yaml:"runs"`   // condition under which it pumps: turbo.rotation > 1000; "" = as motor or enabled of its device says; without a device it is taken to run
	Outlet string    `yaml:"outlet"` // what it pumps into, by name: the pump, volume or valve behind it; "" = not drawn
	At     []float64 `yaml:"at"`     // its middle: [x, y], each -1000 to 1000; none = laid out
	Size   []float64 `yaml:"size"`   // width and height, each 0.5 to 200; default [1.5, 1.5]
}

// DrawnGaugeConfig is one reading.
type DrawnGaugeConfig struct {
	Point string    `yaml:"point"` // which: ion1.ig
	Title string    `yaml:"title"` // what people call it; "" = the name of the point
	On    string    `yaml:"on"`    // the volume or pump that it is of
	At    []float64 `yaml:"at"`    // middle of what is written: [x, y], each -1000 to 1000; none = a pressure beside it, all else in it
}

// DrawnLaserConfig is one laser.
type DrawnLaserConfig struct {
	Device string    `yaml:"device"` // the laser
	On     string    `yaml:"on"`     // the volume that it shines into
	At     []float64 `yaml:"at"`     // its middle: [x, y], each -1000 to 1000; none = laid out
}

// DrawnPipeConfig is one pipe. A valve's own pipes need no entry, but one to go around corners.
type DrawnPipeConfig struct {
	Ends Strings     `yaml:"ends"` // what it joins, by name: 2 to 4
	Via  [][]float64 `yaml:"via"`  // corners from the first end to the second: [[x, y], ...], each -1000 to 1000; of a pipe with two ends; none = by itself
}
