package buffer

import (
	"strings"
	"testing"
)

func TestExactKeys(t *testing.T) {
	type command struct {
		Device string         `json:"device"`
		Value  *float64       `json:"value,omitempty"`
		Labels map[string]any `json:"labels"`
	}
	for text, says := range map[string]string{
		`{"device":"V1","value":1}`:           "",
		`{"labels":{"Value":1,"anything":2}}`: "",
		`{"value":0,"VALUE":1}`:               `key "VALUE" is unknown; must be one of: device, value, labels`,
		`{"Device":"V1"}`:                     `key "Device" is unknown`,
		`{"force":true}`:                      `key "force" is unknown`,
		`["device"]`:                          "",
		`no JSON`:                             "",
	} {
		err := ExactKeys([]byte(text), new(command))
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("ExactKeys(%s) = %v, want %q", text, err, says)
		}
	}
}
