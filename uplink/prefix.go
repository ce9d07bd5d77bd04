package uplink

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxPrefix is the greatest length of a prefix, in bytes.
const maxPrefix = 100

// ErrPrefix is wrapped by the error of CheckPrefix.
var ErrPrefix = errors.New("prefix")

// CheckPrefix checks the first levels of the topics: "pychron", "lab/argon". With a wildcard, an empty level or a blank in it, nothing
// that is published would be received.
func CheckPrefix(p string) error {
	bad := func(r rune) bool { return strings.ContainsRune("+#$", r) || unicode.IsSpace(r) || unicode.IsControl(r) }
	if p == "" || len(p) > maxPrefix || !utf8.ValidString(p) || strings.ContainsFunc(p, bad) || strings.Contains("/"+p+"/", "//") {
		return fmt.Errorf("%w %.40q; it must be levels of a topic, 1 to %d bytes, without blanks, +, # and $, and without a slash at either end or two in a row", ErrPrefix, p, maxPrefix)
	}
	return nil
}
