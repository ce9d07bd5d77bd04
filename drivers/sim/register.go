package sim

// Each instrument registers itself in an init function of its file, under the name of the model whose driver it answers.
var (
	instruments = map[string]func(*plant, settings) instrument{}
	pinned      = map[string]bool{} // models on pins: they have no line
)

// instrument is the far end of a line. Its methods are called one at a time.
type instrument interface {
	// take is given the bytes that have come and are not yet consumed. It returns how many it consumes, and its answer to them.
	// It is called again as long as it consumes something; done 0 means that it waits for more.
	take(received []byte) (done int, reply []byte)
}

// greeter is an instrument that sends something when somebody connects.
type greeter interface{ greet() []byte }

// speaker is an instrument that sends lines unasked; nil is nothing.
type speaker interface{ speak() []byte }

// register adds the instrument that answers a model's driver. It is called from init functions only.
func register(model string, make func(*plant, settings) instrument) {
	if Has(model) {
		panic("sim: model " + model + " registered twice")
	}
	instruments[model] = make
}

// registerPinned adds a model on pins.
func registerPinned(model string) {
	if Has(model) {
		panic("sim: model " + model + " registered twice")
	}
	pinned[model] = true
}

// Has says whether there is a simulated instrument for a model.
func Has(model string) bool {
	_, ok := instruments[model]
	return ok || pinned[model]
}
