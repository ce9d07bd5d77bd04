package reference

import (
	"reflect"
	"testing"

	"pychron-edge/agent/config"
)

// An editor accepts what the program does: one broker, or a list.
func TestSchemaOfBrokersAllowsAList(t *testing.T) {
	if _, ok := ofType(reflect.TypeFor[config.Brokers]())["anyOf"]; !ok {
		t.Errorf("schema %v, want a text or a list", ofType(reflect.TypeFor[config.Brokers]()))
	}
}
