package pychronimport

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pychron-edge/lazyregexp"
)

var hostName = lazyregexp.New(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$`)

// portOf is the address of a device. A comment beside an address says what is missing, so that the device is left off;
// without an address it says why there is none.
func (i *importer) portOf(d *instrument) (port, comment string) {
	comm := d.cfg.section("Communications")
	kind := comm.last("type")
	if kind == nil {
		return "", "its file has no [Communications] type"
	}
	switch strings.ToLower(kind.text) {
	case "serial":
		port, comment = i.serial(d, comm)
	case "modbus":
		port, comment = i.serial(d, comm)
	case "ethernet", "telnet", "modbustcp":
		port, comment = i.ethernet(d, comm, strings.ToLower(kind.text))
	default:
		return "", "no line of type " + kind.text
	}
	if port != "" {
		i.listed(kind, "type "+kind.text+" of "+d.name)
	}
	return port, comment
}

// ethernet is the address of a device on the network.
func (i *importer) ethernet(d *instrument, comm *node, kind string) (port, comment string) {
	scheme, how := "tcp", comm.last("kind")
	if kind == "ethernet" && (how == nil || !strings.EqualFold(how.text, "tcp")) {
		scheme = "udp"
	}
	host, number := comm.last("host"), comm.last("port")
	if host == nil || number == nil {
		return "", "its file has no host or no port"
	}
	n, err := strconv.Atoi(number.text)
	if err != nil || n < 1 || n > 65535 || !hostName.MatchString(host.text) && net.ParseIP(host.text) == nil {
		return "", fmt.Sprintf("%s:%s is no place on a network; must be host and port", short(host.text), short(number.text))
	}
	port = scheme + "://" + net.JoinHostPort(host.text, strconv.Itoa(n))
	if how != nil {
		i.written(how, "kind "+how.text+" of "+d.name, scheme, "")
	}
	note := ""
	if how == nil && kind == "ethernet" {
		note = "without kind= Pychron speaks UDP"
	}
	i.written(host, "host "+host.text+" of "+d.name, port, "")
	i.written(number, "port "+number.text+" of "+d.name, port, note)
	if frame := comm.last("message_frame"); frame != nil {
		i.noted(nil, frame, "message_frame "+frame.text+" of "+d.name, "a driver has its own framing")
	}
	return port, ""
}

var (
	devNode = lazyregexp.New(`^/dev/[A-Za-z0-9._:/+-]+$`)
	bauds   = []int{110, 300, 600, 1200, 2400, 4800, 9600, 14400, 19200, 28800, 38400, 57600, 76800, 115200, 230400, 460800, 921600}
)

// serial is the address of a device on a serial port.
func (i *importer) serial(d *instrument, comm *node) (port, comment string) {
	n := comm.last("port")
	if n == nil || n.text == "" {
		return "", "its file has no port"
	}
	settings := i.uart(d, comm)
	what := "port " + n.text + " of " + d.name
	shared := i.sharedWith(d, n, comm)
	if shared != "" {
		if cut := strings.Index(shared, "baud="); cut >= 0 && shared[cut:] != settings {
			i.noted(nil, n, "settings of "+what, "they are those of the device before on this line: "+shared[cut:])
		}
		port = shared
	} else if known := devNode.MatchString(n.text) && !strings.Contains(n.text, "..") && !strings.Contains(n.text, "//"); known && !elsewhere(n.text) {
		port = "serial://" + n.text + "?" + settings
	} else {
		i.names.taken["port "+n.text] = true
		port = fmt.Sprintf("serial://?vid=0000&pid=%04x&%s", i.unknownPorts(), settings)
	}
	if strings.Contains(port, "vid=0000") {
		comment = "port " + n.text + " is the name of another computer; `agent ports` shows what to write, then remove enabled: false"
		i.noted(nil, n, what, comment)
		return port, comment
	}
	i.written(n, what, port, "")
	return port, ""
}

func elsewhere(name string) bool {
	return strings.HasPrefix(name, "/dev/tty.") || strings.HasPrefix(name, "/dev/cu.")
}

// unknownPorts numbers the ports whose names mean nothing here.
func (i *importer) unknownPorts() (count int) {
	for key := range i.names.taken {
		if strings.HasPrefix(key, "port ") {
			count++
		}
	}
	return count
}

// sharedWith is the address of a device before on the same port, "" if there is none.
func (i *importer) sharedWith(d *instrument, n, comm *node) string {
	scheduler := comm.last("scheduler")
	if scheduler != nil {
		i.written(scheduler, "scheduler "+scheduler.text+" of "+d.name, "one line for all devices on its port", "")
	}
	for _, other := range i.order {
		theirs := other.cfg.section("Communications")
		if other == d || other.e == nil || theirs.value("port") != n.text {
			continue
		}
		if scheduler == nil || !strings.EqualFold(theirs.value("scheduler"), scheduler.text) {
			i.result.Listed = append(i.result.Listed, Note{n.file, n.line, d.name + " and " + other.name + " have one port and not one scheduler; they share a line here"})
		}
		address, err := strconv.Unquote(other.e.values["port"])
		if err == nil && strings.HasPrefix(address, "serial://") {
			return address
		}
	}
	return ""
}

// uart is the settings of a serial port as a query. What the file leaves out is as in Pychron: 9600 8N1.
func (i *importer) uart(d *instrument, comm *node) string {
	q := []string{"baud=9600", "bits=8", "parity=none", "stop=1"}
	for k, s := range []struct {
		key  string
		take func(string) (string, bool)
	}{{"baudrate", baud}, {"bytesize", oneOf("7", "8")}, {"parity", parity}, {"stopbits", stopBits}} {
		n := comm.last(s.key)
		if n == nil {
			continue
		}
		what := s.key + " " + n.text + " of " + d.name
		value, ok := s.take(strings.ToLower(n.text))
		if !ok {
			i.noted(nil, n, what, "no such setting; "+q[k]+" stands in the file")
			continue
		}
		name, _, _ := strings.Cut(q[k], "=")
		q[k] = name + "=" + url.QueryEscape(value)
		note := ""
		if rate, _ := strconv.Atoi(value); s.key == "baudrate" && !slices.Contains(bauds, rate) {
			note = "an unusual number; look whether it is meant"
		}
		i.written(n, what, q[k], note)
	}
	return strings.Join(q, "&")
}

func baud(text string) (string, bool) {
	n, err := strconv.Atoi(text)
	return strconv.Itoa(n), err == nil && n >= 50 && n <= 4_000_000
}

func oneOf(words ...string) func(string) (string, bool) {
	return func(text string) (string, bool) { return text, slices.Contains(words, text) }
}

func parity(text string) (string, bool) {
	long := map[string]string{"n": "none", "e": "even", "o": "odd", "": "none"}
	if word, ok := long[text]; ok {
		text = word
	}
	return text, slices.Contains([]string{"none", "even", "odd", "mark", "space"}, text)
}

func stopBits(text string) (string, bool) {
	long := map[string]string{"one": "1", "two": "2"}
	if word, ok := long[text]; ok {
		text = word
	}
	return text, text == "1" || text == "2"
}
