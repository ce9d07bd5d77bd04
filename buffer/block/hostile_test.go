package block_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"pychron-edge/buffer/block"
)

// head is the format and the key of a block, and the summary of so many readings without a value.
func head(count uint64) []byte {
	b := append([]byte{block.Format, 2, 1, 2, 2}, make([]byte, 7)...) // seven empty texts
	b = binary.AppendUvarint(b, count)
	return append(b, make([]byte, 7)...)
}

// whole is a body of so many readings that are all the same.
func whole() []byte {
	return []byte{0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0}
}

// Lengths that say more than is there, or more than a block may hold, are refused for what they are.
func TestHostileLengths(t *testing.T) {
	huge := binary.AppendUvarint(nil, 1<<40)
	bits := func(length ...byte) []byte { // seq as differences of order 0 in one group
		return append([]byte{1, 0, 5}, length...)
	}
	for name, c := range map[string]struct {
		block []byte
		want  string
	}{
		"good":                {append(append(head(3), 0), whole()...), ""},
		"full":                {append(append(head(block.MaxReadings), 0), whole()...), ""},
		"too many readings":   {append(append(head(block.MaxReadings+1), 0), whole()...), "8193 readings; must be 1 to 8192"},
		"no reading":          {append(append(head(0), 0), whole()...), "0 readings"},
		"long body":           {append(append(append(head(3), 1), binary.AppendUvarint(nil, block.MaxBody+1)...), make([]byte, 2000)...), "must be at most 1048576"},
		"body that is not":    {append(append(head(3), 1), 0x80, 0x80, 4, 1, 2, 3), "not longer than what is there can hold"},
		"unknown packing":     {append(append(head(3), 7), whole()...), "packed in the way 7"},
		"long bits":           {append(append(head(3), 0), bits(huge...)...), "must be at least 1099511627776"},
		"bits that end early": {append(append(append(head(3), 0), bits(1, 0)...), whole()[2:]...), "end early"},
		"grid of numbers":     {append(append(head(3), 0), 4), "column of form 4"},
		"unknown unit":        {append(append(head(3), 0), 0, 0, 3), "unit 3"},
		"unknown values":      {append(append(head(3), 0), 0, 0, 0, 0, 0, 0, 0, 2), "values of form 2"},
		"exponent":            {append(append(append(head(3), 0), 0, 0, 0, 0, 0, 0, 0, 0, 46), make([]byte, 8)...), "exponent 23"},
		"long text":           {append([]byte{block.Format, 2, 1, 2, 2}, huge...), "a text has 1099511627776 bytes; must be at most 128"},
		"many words":          {append(append(append(head(3), 0), whole()[:11]...), 0, 4), "4 words for 3 readings"},
	} {
		t.Run(name, func(t *testing.T) {
			var it block.Iterator
			err := it.Open(bytes.Clone(c.block))
			switch {
			case c.want == "" && err != nil:
				t.Errorf("Open: %v", err)
			case c.want != "" && (!errors.Is(err, block.ErrFormat) || !strings.Contains(err.Error(), c.want)):
				t.Errorf("Open: %v, want %q", err, c.want)
			}
		})
	}
}
