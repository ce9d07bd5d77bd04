package buffer

import (
	"strings"
	"testing"
)

func TestUniqueKeys(t *testing.T) {
	for text, wrong := range map[string]bool{
		`{"value":1,"value":0}`: true, `{"a":{"b":1,"b":2}}`: true, `[{"a":1,"a":2}]`: true, "{\"a\":1}\n{\"b\":1,\"b\":1}": true,
		`{"a":1,"b":{"a":1}}`: false, `[{"a":1},{"a":1}]`: false, `{"a":"a","b":["a","a"]}`: false, `3`: false, `{"a"`: false, ``: false,
		strings.Repeat("[", maxDepth+1): true, strings.Repeat("[", maxDepth): false, `{"A":1,"a":2}`: false,
		"{\"a\":\"\xb0C\"}": true, `{"a":"°C \u0000 \ufffd"}`: false, "{\"a\":\"\ufffd\"}": false,
	} {
		if err := UniqueKeys([]byte(text)); (err != nil) != wrong {
			t.Errorf("UniqueKeys(%s) = %v, want an error %t", text, err, wrong)
		}
	}
}

func FuzzUniqueKeys(f *testing.F) {
	f.Add([]byte(`{"a":1,"a":[{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) { _ = UniqueKeys(data) })
}
