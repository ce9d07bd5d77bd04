package sim

// instruments by model. A model on pins is in pinned.
var instruments = map[string]func(*plant, settings) instrument{
	"arduino-valvebox":     newValvebox,
	"ascii":                newASCII,
	"atl":                  newATL,
	"esp301":               newESP301,
	"eurotherm-bisynch":    newBisynch,
	"eurotherm-modbus":     newEurothermModbus,
	"fusions-co2":          newFusionsCO2,
	"fusions-diode":        newFusionsDiode,
	"gamma-spc":            newGamma,
	"granville-phillips":   newGPWords,
	"granville-phillips-#": newGPHash,
	"igc100":               newIGC100,
	"impac":                newImpac,
	"kerr":                 newKerr,
	"lakeshore-33x":        newLakeshore,
	"mdrive":               newMDrive,
	"micro-epsilon":        newMicroEpsilon,
	"mks-937b":             newMKS937B,
	"mks-9xx":              newMKS9xx,
	"modbus":               newModbusDevice,
	"ngx":                  newNGX,
	"ostech":               newOsTech,
	"pfeiffer-pump":        newHiPace,
	"pfeiffer-tpg":         newTPG,
	"proxr":                newProXR,
	"qtegra":               newQtegra,
	"srg3":                 newSRG3,
	"thermocube":           newThermocube,
	"thermorack":           newThermorack,
	"uc2000":               newUC2000,
	"vue":                  newVue,
	"watlow-modbus":        newWatlow,
	"watlow-standard-bus":  newStandardBus,
	"xgs600":               newXGS600,
}

// pinned models have no line.
var pinned = map[string]bool{"valve": true}
