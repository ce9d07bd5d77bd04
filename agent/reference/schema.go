package reference

import (
	"encoding/json"
	"reflect"

	"pychron-edge/drivers"
	"pychron-edge/keys"

	"pychron-edge/agent/config"
)

// Schema is the JSON schema of a configuration, for editors that complete and check YAML by one.
func Schema() ([]byte, error) {
	root := explainer.Schema(reflect.ValueOf(config.Config{}), false)
	root["$schema"], root["title"] = keys.Draft, "pychron-edge agent"
	device := root["properties"].(keys.Schema)["devices"].(keys.Schema)["items"].(keys.Schema)
	var names []string
	var cases []any
	for _, m := range drivers.Models() {
		names = append(names, m.Name)
		cases = append(cases, keys.Schema{
			"if":   keys.Schema{"properties": keys.Schema{"model": keys.Schema{"const": m.Name}}, "required": []string{"model"}},
			"then": keys.Schema{"properties": keys.Schema{"options": explainer.Schema(reflect.ValueOf(m.Defaults()).Elem(), true)}},
		})
	}
	device["properties"].(keys.Schema)["model"].(keys.Schema)["enum"] = names
	device["allOf"], device["required"] = cases, []string{"name", "model"}
	return json.MarshalIndent(root, "", " ")
}
