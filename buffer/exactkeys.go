package buffer

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// ExactKeys says which key of data, if that is an object, is none of those of the struct that into points to, by its json tags and with
// capitals as they stand there. encoding/json takes VALUE for value, too: {"value":0,"VALUE":1} would be a 1 to us and a 0 to others. A
// type that reads itself is left to itself.
func ExactKeys(data []byte, into any) error {
	var given map[string]json.RawMessage
	if _, itself := into.(json.Unmarshaler); itself || json.Unmarshal(data, &given) != nil {
		return nil
	}
	names := jsonNames(reflect.TypeOf(into).Elem())
	for _, key := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(names, key) {
			return fmt.Errorf("key %q is unknown; must be one of: %s", clip(key, 40), strings.Join(names, ", "))
		}
	}
	return nil
}

func jsonNames(t reflect.Type) (names []string) {
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}
