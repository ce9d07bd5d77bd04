package config

import (
	"fmt"
	"strconv"
	"strings"

	"pychron-edge/yamlfile"
)

// Size is a number of bytes. A file writes it with its unit: 512KiB, 4MiB; a bare number is bytes.
type Size int

// sizeUnits are the units of a size, in bytes.
var sizeUnits = []struct {
	name  string
	bytes int
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"", 1}}

// UnmarshalText reads a size.
func (s *Size) UnmarshalText(text []byte) error {
	for _, u := range sizeUnits {
		digits, ok := strings.CutSuffix(string(text), u.name)
		n, err := strconv.ParseUint(digits, 10, 31)
		if !ok || err != nil || n > 1<<30/uint64(u.bytes) {
			continue
		}
		*s = Size(int(n) * u.bytes)
		return nil
	}
	return fmt.Errorf("%q is no size; must be a whole number with its unit, such as 512KiB or 4MiB, at most 1GiB", yamlfile.Short(string(text)))
}

// String is the size in the largest unit of which it is a whole number.
func (s Size) String() string {
	for i := len(sizeUnits) - 2; i >= 0; i-- {
		if u := sizeUnits[i]; s != 0 && int(s)%u.bytes == 0 {
			return strconv.Itoa(int(s)/u.bytes) + u.name
		}
	}
	return strconv.Itoa(int(s))
}
