package config

import (
	"cmp"
	"net"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"pychron-edge/yamlfile"
)

// looks warns of what can be meant but seldom is.
func (k *checking) looks() {
	k.listening()
	k.paths()
	protocols := map[string]*DevicePlan{}
	for i, d := range k.plan.Devices {
		if d.Port != "" && d.Line.Key() != "" {
			k.baud(d, devicePath(i))
			k.oneProtocol(d, protocols, devicePath(i))
		}
		k.nothingEnabled(d, devicePath(i))
		k.unconfirmed(d, devicePath(i))
	}
}

// unconfirmed warns of controls of a described instrument that count as set when their request is sent.
func (k *checking) unconfirmed(d *DevicePlan, path string) {
	o, ok := d.Decoded.(interface{ Unproven() []string })
	if !ok || !d.Control {
		return
	}
	for _, name := range o.Unproven() {
		k.Warn(path+".options", "%s.%s counts as set when it is sent: its set has neither an answer nor a tolerance, by which it is read back", d.Name, name)
	}
}

// listening warns where others than this machine reach the page and nothing says who they may be.
func (k *checking) listening() {
	a := k.config.Agent
	host, _, err := net.SplitHostPort(a.Listen)
	ip := net.ParseIP(host)
	if err != nil || host == "localhost" || ip != nil && ip.IsLoopback() || a.WebConfig != "" {
		return
	}
	if len(a.Tokens) == 0 {
		k.Warn("agent.listen", "listen is %s, but there are neither tokens nor a web_config, so other machines are refused; must be 127.0.0.1, or have a web_config with TLS and users, or tokens", a.Listen)
		return
	}
	k.Warn("agent.listen", "listen is %s without a web_config: who has a token can read, and everybody on the network can see the token; must be 127.0.0.1, or have a web_config with TLS", a.Listen)
}

// paths warns of relative paths, which lead to another place under systemd.
func (k *checking) paths() {
	for at, path := range k.plan.files() {
		switch {
		case path == "" || filepath.IsAbs(path):
		case yamlfile.Last(at) == "password_file": // which may be the password itself
			k.Warn(at, "password_file is no absolute path, and the service looks for it in /; must be the absolute path of a file that holds the password")
		default:
			k.Warn(at, "%s is %q, which the service looks for in /; must be an absolute path", yamlfile.Last(at), yamlfile.Short(path))
		}
	}
}

// files are the files and directories the configuration names, by their place in it.
func (p *Plan) files() map[string]string {
	c := p.Config
	files := map[string]string{
		"agent.web_config": c.Agent.WebConfig, "agent.journal.path": c.Agent.Journal.Path, "mqtt.password_file": c.MQTT.PasswordFile,
		"mqtt.tls.ca": c.MQTT.TLS.CA, "mqtt.tls.cert": c.MQTT.TLS.Cert, "mqtt.tls.key": c.MQTT.TLS.Key,
	}
	for i, way := range c.Notify {
		files["notify["+strconv.Itoa(i)+"].password_file"] = way.PasswordFile
	}
	for i, a := range c.Alarms {
		for n, way := range a.Notify {
			files["alarms["+strconv.Itoa(i)+"].notify["+strconv.Itoa(n)+"].password_file"] = way.PasswordFile
		}
	}
	for i, d := range p.Devices {
		if file := passwordFile(d.Decoded); file != "" {
			files[devicePath(i)+".options.password_file"] = file
		}
	}
	return files
}

// passwordFile is the file the options of a device name, "" for none.
func passwordFile(options any) string {
	if options == nil {
		return ""
	}
	for _, f := range yamlfile.Fields(reflect.ValueOf(options).Elem()) {
		if f.Key == "password_file" {
			return f.Value.String()
		}
	}
	return ""
}

// usualBauds are the speeds instruments speak.
var usualBauds = []int{300, 600, 1200, 2400, 4800, 9600, 14400, 19200, 28800, 31250, 38400, 56000, 57600, 76800, 115200, 128000, 187500, 230400, 250000, 256000, 375000, 460800, 500000, 921600, 1000000, 1500000, 2000000, 3000000, 4000000}

const (
	defaultBaud  = 9600
	bitsPerByte  = 10
	minExchange  = 8 // bytes of the minTime request and reply there are
	serialScheme = "serial:"
)

// baud warns of a speed that no instrument has, and of polls that its line cannot carry.
func (k *checking) baud(d *DevicePlan, path string) {
	if !strings.HasPrefix(d.Port, serialScheme) {
		return
	}
	baud := cmp.Or(d.Line.Line.Baud, defaultBaud)
	if !slices.Contains(usualBauds, baud) {
		k.Warn(path+".port", "baud %d is the speed of no instrument; must be one such as 9600, 19200, 38400 or 115200", baud)
	}
	minTime := time.Duration(minExchange*bitsPerByte)*time.Second/time.Duration(baud) + d.Line.Line.Gap
	if minTime = minTime.Round(time.Millisecond); d.Every < minTime {
		k.Warn(path+".every", "every is %v, but at %d baud one request and its reply take %v at the least; must be more", d.Every, baud, minTime)
	}
}

// sharing are models without an address that share the line of a laser's logic board.
var sharing = []string{"fusions-co2", "fusions-diode", "kerr", "vue"}

// oneProtocol warns where an instrument that has no address shares its line with another model: each takes the other's bytes for its own.
func (k *checking) oneProtocol(d *DevicePlan, first map[string]*DevicePlan, path string) {
	other := first[d.Line.Key()]
	if other == nil {
		first[d.Line.Key()] = d
		return
	}
	if other.Model.Name == d.Model.Name || slices.Contains(sharing, d.Model.Name) && slices.Contains(sharing, other.Model.Name) {
		return
	}
	for _, one := range []*DevicePlan{other, d} {
		if one.Model.Name != "ascii" && !addressed(one) {
			k.Warn(path+".port", "%s and %s are on one line, but %s speaks a protocol without addresses (%s); must be lines of their own", other.Name, d.Name, one.Name, one.Model.Name)
			return
		}
	}
}

// addressed says whether the options of a device have an address.
func addressed(d *DevicePlan) bool {
	if d.Decoded == nil {
		return true
	}
	return slices.ContainsFunc(yamlfile.Fields(reflect.ValueOf(d.Decoded).Elem()), func(f yamlfile.Field) bool { return f.Key == "address" })
}

// nothingEnabled warns of control: true that lets nothing be commanded.
func (k *checking) nothingEnabled(d *DevicePlan, path string) {
	if !d.Control || len(d.Moves) == 0 || k.Nodes[path+".controls"] != nil || slices.ContainsFunc(d.Moves, func(c Control) bool { return c.Enabled }) {
		return
	}
	k.Warn(path, "%s says control: true, but all it can be told is hazardous (%s) and not named in its controls, so it cannot be commanded", d.Name, strings.Join(d.controlNames(), ", "))
}
