package rules

import "strings"

// Ref names one point, or one control, of one device.
type Ref struct{ Device, Point string }

// String is "<device>.<point>".
func (r Ref) String() string { return r.Device + "." + r.Point }

// RefOf reads "<device>.<point>", or a bare "<device>" whose point is then otherwise.
func RefOf(s, otherwise string) Ref {
	device, point, ok := strings.Cut(s, ".")
	if !ok {
		point = otherwise
	}
	return Ref{device, point}
}
