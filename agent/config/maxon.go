package config

import (
	"reflect"
	"time"
)

// MaxOnOf is how long a laser may be on at most, by the MaxOn of its options; 0 for what has none. Every laser model has
// one, and refuses options without it.
func MaxOnOf(options any) time.Duration {
	v := reflect.Indirect(reflect.ValueOf(options))
	if v.Kind() != reflect.Struct {
		return 0
	}
	f := v.FieldByName("MaxOn")
	if !f.IsValid() || f.Type() != reflect.TypeFor[time.Duration]() {
		return 0
	}
	return time.Duration(f.Int())
}
