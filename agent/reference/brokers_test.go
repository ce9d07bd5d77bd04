package reference

import (
	"testing"

	"pychron-edge/keys"
)

// An editor accepts what the program does: one broker, or a list.
func TestSchemaOfBrokersAllowsAList(t *testing.T) {
	mqtt := theSchema(t)["properties"].(keys.Schema)["mqtt"].(keys.Schema)
	broker := mqtt["properties"].(keys.Schema)["broker"].(keys.Schema)
	if _, ok := broker["anyOf"]; !ok {
		t.Errorf("schema %v, want a text or a list", broker)
	}
}
