package buffer

import (
	"encoding/json"
	"strings"
)

// JSONValue is what a decoder found in place of what it should, in the words of JSON: "a number", or the number itself where it fits nowhere.
func JSONValue(e *json.UnmarshalTypeError) string {
	if number, is := strings.CutPrefix(e.Value, "number "); is {
		return clip(number, 60)
	}
	switch e.Value {
	case "bool":
		return "true or false"
	case "array", "object":
		return "an " + e.Value
	}
	return "a " + e.Value
}
