package line

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"path"
	"strings"

	"pychron-edge/drivers"
	"pychron-edge/lazyregexp"
)

// Address is a parsed port URL: where a line is, and what it is like.
//
//	serial:///dev/serial/by-id/usb-FTDI_GAUGE1-if00-port0?baud=9600&parity=even&bits=7
//	serial://?vid=0403&pid=6001&serial=GAUGE1&baud=9600
//	tcp://moxa.lab:4001?deadline=1s
//	udp://10.0.0.7:1061
//
// The zero Address is no line.
type Address struct {
	Scheme string // "serial", "tcp", "udp"
	Node   string // of a serial line: its path; "" = found by its USB identity
	VID    string // USB identity of a serial line: four hex digits, lower case
	PID    string
	Serial string // serial number of the adapter; "" = the only one with this VID and PID
	Host   string // host:port of tcp and udp
	Line   drivers.LineSettings

	key *onceKey
}

// ParseAddress parses a port URL. A setting that its query leaves out is as in defaults, which are those of the model. The errors
// say what it must be. It does no I/O.
func ParseAddress(text string, defaults drivers.LineSettings) (Address, error) {
	a := Address{Line: defaults, key: &onceKey{}}
	u, err := url.Parse(text)
	if right := withScheme(text); right != "" {
		return Address{}, fmt.Errorf("port %s has no scheme; must be %s", text, right)
	}
	if err != nil {
		return Address{}, fmt.Errorf("port %q is no URL: %w", text, errors.Unwrap(err))
	}
	a.Scheme = u.Scheme
	switch u.Scheme {
	case "serial":
		err = a.serialPlace(u)
	case "tcp", "udp":
		err = a.hostPlace(u)
	default:
		err = fmt.Errorf("scheme is %q; must be serial, tcp or udp", u.Scheme)
	}
	if err == nil && (u.User != nil || u.Fragment != "" || u.Opaque != "") {
		err = errors.New("it has a user, a fragment or no //; must be a place and a query")
	}
	if err == nil {
		err = a.query(u.RawQuery)
	}
	if err != nil {
		return Address{}, fmt.Errorf("port %s: %w", text, err)
	}
	return a, nil
}

var (
	bareNode = lazyregexp.New(`^(?:/?dev/)?((?:tty|serial|rfcomm)[^:]*)$`)
	bareHost = lazyregexp.New(`^[A-Za-z0-9.-]+:[0-9]{1,5}(?:\?.*)?$`)
	windows  = lazyregexp.New(`^(?i)\\*\.?\\?COM[0-9]+`)
)

// withScheme is what a port must be whose scheme is missing, "" if it is not.
func withScheme(text string) string {
	switch m := bareNode.FindStringSubmatch(text); {
	case m != nil:
		return "serial:///dev/" + m[1]
	case bareHost.MatchString(text):
		return "tcp://" + text
	case windows.MatchString(text):
		return "serial:///dev/NODE, with a NODE that agent ports lists, or serial://?vid=VID&pid=PID"
	}
	return ""
}

func (a *Address) serialPlace(u *url.URL) error {
	if u.Host != "" {
		return fmt.Errorf("%q stands where a host would; must be serial:///dev/NODE (three slashes) or serial://?vid=VID&pid=PID", u.Host)
	}
	if u.Path == "" {
		return nil // by identity: query makes sure that there is one
	}
	if place, setting, is := strings.Cut(u.Path, "&"); is && strings.Contains(setting, "=") {
		return fmt.Errorf("%q stands in the path; must be ? before the first setting: serial://%s?%s", "&"+setting, place, setting)
	}
	if !path.IsAbs(u.Path) || path.Clean(u.Path) != u.Path || u.Path == "/" || strings.ContainsRune(u.Path, 0) {
		return fmt.Errorf("path is %q; must be a whole path such as /dev/serial/by-id/NAME", u.Path)
	}
	a.Node = u.Path
	return nil
}

func (a *Address) hostPlace(u *url.URL) error {
	if u.Path != "" {
		return fmt.Errorf("path is %q; must be empty", u.Path)
	}
	host, port, err := net.SplitHostPort(u.Host)
	if err != nil || host == "" {
		return fmt.Errorf("place is %q; must be host:port", u.Host)
	}
	n := 0
	if _, err := fmt.Sscanf(port, "%d", &n); err != nil || n < 1 || n > 65535 || fmt.Sprint(n) != port {
		return fmt.Errorf("network port is %q; must be 1 to 65535", port)
	}
	a.Host = strings.ToLower(u.Host)
	return nil
}

// String is the place without the settings, as people name it.
func (a Address) String() string {
	switch {
	case a.Scheme == "":
		return ""
	case a.Host != "":
		return a.Scheme + "://" + a.Host
	case a.Node != "":
		return "serial://" + a.Node
	}
	s := "serial://?vid=" + a.VID + "&pid=" + a.PID
	if a.Serial != "" {
		s += "&serial=" + url.QueryEscape(a.Serial)
	}
	return s
}

// Same says whether two addresses agree in the settings that belong to the physical line: those of the UART, and the
// echo. Two URLs with one Key that are not Same are a mistake in the configuration.
func (a Address) Same(b Address) bool {
	x, y := filled(a.Line), filled(b.Line)
	return a.Scheme == b.Scheme && x.Baud == y.Baud && x.Bits == y.Bits && x.Parity == y.Parity && x.Stop == y.Stop &&
		x.RTSCTS == y.RTSCTS && x.DTR == y.DTR && x.KeepDTR == y.KeepDTR && x.RS485 == y.RS485 && x.Echo == y.Echo && x.OneShot == y.OneShot
}
