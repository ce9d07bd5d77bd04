package reference

import (
	"reflect"

	"pychron-edge/keys"

	"pychron-edge/agent/config"
)

// explainer knows the sentences, and how values are written that are written in a way of their own.
var explainer = keys.Explainer{Comments: comments, Forms: map[reflect.Type]keys.Form{
	reflect.TypeFor[config.Size]():         {Words: "size (512KiB, 4MiB)", Schema: keys.Schema{"anyOf": []any{keys.Schema{"type": "string", "pattern": `^[0-9]+([KMG]iB)?$`}, keys.Schema{"type": "integer"}}}},
	reflect.TypeFor[config.Capacity]():     {Words: "volume (250 cm3, 1.2 l)", Schema: keys.Schema{"type": "string", "pattern": `^[0-9.eE+-]+ ?(cm3|cc|ml|mL|dm3|m3|l|L)$`}},
	reflect.TypeFor[config.Strings]():      {Words: "text, or a list", Schema: keys.TextOrList},
	reflect.TypeFor[config.Brokers]():      {Words: "text, or a list", Schema: keys.TextOrList},
	reflect.TypeFor[config.PinConfig]():    {Words: "name, or keys", Short: true},
	reflect.TypeFor[config.NotifyConfig](): {Short: true},
}}
