package sim

// instruments by model. A model on pins is in pinned.
var instruments = map[string]func(*plant, settings) instrument{
	"pfeiffer-tpg": newTPG,
	"mks-937b":     newMKS937B,
	"mks-9xx":      newMKS9xx,
	"fusions-co2":  newFusionsCO2,
}

// pinned models have no line.
var pinned = map[string]bool{"valve": true}
