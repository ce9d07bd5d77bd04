package line

import (
	"bytes"
	"strings"
)

// shownSecret stands where a secret stood.
const shownSecret = "***"

// without is text without a secret; "" takes nothing out.
func without(text []byte, secret string) []byte {
	if secret == "" {
		return text
	}
	return bytes.ReplaceAll(text, []byte(secret), []byte(shownSecret))
}

// hiddenError is an error whose text had a secret in it.
type hiddenError struct {
	error
	text string
}

func (e *hiddenError) Error() string { return e.text }
func (e *hiddenError) Unwrap() error { return e.error }

// errorWithout is err with the secret taken out of its text.
func errorWithout(err error, secret string) error {
	if err == nil || secret == "" || !strings.Contains(err.Error(), secret) {
		return err
	}
	return &hiddenError{err, strings.ReplaceAll(err.Error(), secret, shownSecret)}
}
