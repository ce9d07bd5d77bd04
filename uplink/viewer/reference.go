package main

import (
	"encoding/json"
	"reflect"
	"strings"

	"pychron-edge/keys"
)

//go:generate go test -run ^TestViewerComments$ -update .
//go:generate go test -run ^TestViewerReferencePage$ -update .

// explainer knows what each key of the viewer's configuration means.
var explainer = keys.Explainer{Comments: comments, Forms: map[reflect.Type]keys.Form{
	reflect.TypeFor[brokers](): {Words: "text, or a list", Schema: keys.TextOrList},
}}

// reference are the keys of the configuration.
func reference() []keys.Key { return explainer.Of(reflect.ValueOf(Config{}), false) }

// schema is the JSON schema of a configuration, for editors.
func schema() ([]byte, error) {
	root := explainer.Schema(reflect.ValueOf(Config{}), false)
	root["$schema"], root["title"] = keys.Draft, "pychron-edge viewer"
	return json.MarshalIndent(root, "", " ")
}

// manFile is the manual page of the configuration, section 5.
func manFile() string {
	var b strings.Builder
	b.WriteString(".TH PYCHRON\\-EDGE\\-VIEWER.YAML 5 \"\" \"pychron-edge\" \"File formats\"\n.SH NAME\npychron\\-edge\\-viewer.yaml \\- configuration of the pychron\\-edge viewer\n" +
		".SH DESCRIPTION\nYAML. Times carry their unit (500ms, 2s, 15m). An unknown key is a mistake;\n.B pychron\\-edge\\-viewer check\nnames every one.\n.SH KEYS\n")
	keys.Man(&b, reference())
	b.WriteString(".SH SEE ALSO\n.BR pychron\\-edge\\-viewer (8)\n")
	return b.String()
}
