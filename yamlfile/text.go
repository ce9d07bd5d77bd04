package yamlfile

import "bytes"

// looked is how much of a file is looked at for what no text has, in bytes.
const looked = 1024

// few is how many characters that no text has make no binary file: each of them is told on its line.
const few = 4

// noText says why a file is no text that could be YAML; "" where it may be. One of two bytes for each letter begins with a mark where it can be
// read.
func noText(data []byte) string {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return ""
	}
	head := data[:min(len(data), looked)]
	even, odd, control := 0, 0, 0
	for i, b := range head {
		switch {
		case b == 0 && i%2 == 0:
			even++
		case b == 0:
			odd++
		case b < ' ' && b != '\t' && b != '\n' && b != '\r', b == 0x7f:
			control++
		}
	}
	switch {
	case min(even, odd) == 0 && max(even, odd) > len(head)/3:
		return "the file has two bytes for each letter; must be saved as UTF-8"
	case even+odd+control > max(few, len(head)/20):
		return "the file is no text; must be YAML, in UTF-8"
	}
	return ""
}
