package config

import "strings"

// makers are the models by what their makers, and Pychron, call the instruments; a digit that varies is a #.
var makers = map[string]string{
	"tpg###": "pfeiffer-tpg", "tpg": "pfeiffer-tpg", "maxigauge": "pfeiffer-tpg", "vgc50#": "pfeiffer-tpg", "pfeiffer": "pfeiffer-tpg",
	"hipace": "pfeiffer-pump", "hipace##": "pfeiffer-pump", "hipace###": "pfeiffer-pump", "hiscroll": "pfeiffer-pump", "hiscroll##": "pfeiffer-pump", "mvp": "pfeiffer-pump", "tc###": "pfeiffer-pump",
	"937": "mks-937b", "937b": "mks-937b", "946": "mks-937b", "mks937": "mks-937b", "mks937b": "mks-937b", "mks946": "mks-937b",
	"901p": "mks-9xx", "902b": "mks-9xx", "910": "mks-9xx", "925": "mks-9xx", "971b": "mks-9xx", "972b": "mks-9xx", "974b": "mks-9xx",
	"mks901p": "mks-9xx", "mks902b": "mks-9xx", "mks9##": "mks-9xx", "mks97#b": "mks-9xx",
	"xgs": "xgs600", "agilentxgs600": "xgs600", "varianxgs600": "xgs600",
	"spc": "gamma-spc", "spce": "gamma-spc", "mpce": "gamma-spc", "mpcq": "gamma-spc", "lpc": "gamma-spc", "qpc": "gamma-spc", "digitel": "gamma-spc", "gamma": "gamma-spc",
	"gp307": "granville-phillips", "gp350": "granville-phillips", "gp358": "granville-phillips", "gp360": "granville-phillips", "gp316": "granville-phillips",
	"307": "granville-phillips", "316": "granville-phillips", "358": "granville-phillips", "360": "granville-phillips", "microion": "granville-phillips", "stabilion": "granville-phillips",
	"275": "granville-phillips-#", "354": "granville-phillips-#", "355": "granville-phillips-#", "356": "granville-phillips-#", "390": "granville-phillips-#",
	"convectron": "granville-phillips-#", "vgc083": "granville-phillips-#", "pge500": "granville-phillips-#", "vgc301": "granville-phillips-#",
	"srg": "srg3", "mkssrg3": "srg3", "igc": "igc100", "srsigc100": "igc100",
	"lakeshore": "lakeshore-33x", "lakeshore###": "lakeshore-33x", "lakeshoremodel###": "lakeshore-33x", "ls33#": "lakeshore-33x", "330": "lakeshore-33x", "331": "lakeshore-33x",
	"335": "lakeshore-33x", "336": "lakeshore-33x", "340": "lakeshore-33x", "218": "lakeshore-33x",
	"eurotherm": "eurotherm-modbus", "eurotherm####": "eurotherm-modbus", "2408": "eurotherm-modbus", "3216": "eurotherm-modbus", "3508": "eurotherm-modbus",
	"eurotherm8##": "eurotherm-bisynch", "818": "eurotherm-bisynch", "808": "eurotherm-bisynch",
	"watlow": "watlow-standard-bus", "ezzone": "watlow-standard-bus", "watlowezzone": "watlow-standard-bus",
	"fusions": "fusions-co2", "fusionsco": "fusions-co2", "co2": "fusions-co2", "diode": "fusions-diode", "synrad": "uc2000", "synraduc2000": "uc2000",
	"atlex": "atl", "excimer": "atl", "vuemetrix": "vue", "esp300": "esp301", "newport": "esp301", "newportesp301": "esp301", "mforce": "mdrive",
	"jrkerr": "kerr", "picservo": "kerr", "mikron": "impac", "pyrometer": "impac", "lumasense": "impac", "optris": "micro-epsilon", "thermometer": "micro-epsilon",
	"argus": "qtegra", "argusvi": "qtegra", "helix": "qtegra", "helixmc": "qtegra", "isotopx": "ngx", "arduino": "arduino-valvebox", "ncd": "proxr", "relay": "proxr",
	"gpiovalve": "valve", "chiller": "thermocube", "thermorack800": "thermorack",
}

// MakersModel is the model of an instrument by its maker's name, "" if it is not known.
func MakersModel(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == ' ' || r == '.' {
			return -1
		}
		return r
	}, strings.ToLower(name))
	if model, ok := makers[plain]; ok {
		return model
	}
	for pattern, model := range makers {
		if strings.Contains(pattern, "#") && fits(plain, pattern) {
			return model
		}
	}
	return ""
}

// fits says whether name is pattern with a digit for each #.
func fits(name, pattern string) bool {
	if len(name) != len(pattern) {
		return false
	}
	for i := range len(name) {
		if name[i] != pattern[i] && (pattern[i] != '#' || name[i] < '0' || name[i] > '9') {
			return false
		}
	}
	return true
}
