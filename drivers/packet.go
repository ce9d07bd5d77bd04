package drivers

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// packets speak Gamma Vacuum's protocol (framing F5): spaced tokens and a checksum on a serial line, plain words on Ethernet.
//
//	serial:   "~ 05 0B 1 88" 0D -> "05 OK 00 4.1E-11 TORR AD" 0D
//	Ethernet: "cmd 0B 1" 0D     -> "OK 00 4.1E-11 TORR" 0D, then the prompt ">"
//
// The checksum is the sum of every byte after "~" up to the blank before it, modulo 256, as two hex digits. A sum that happens
// to be 00 is sent as it is.
type packets struct {
	port     Port
	address  byte
	ethernet bool

	request []byte
}

// ask sends a command with its data ("" for none) and returns the data of the reply. ErrRefused with the error code when it
// says ER.
func (p *packets) ask(ctx context.Context, command byte, data string) (string, error) {
	what := fmt.Sprintf("command %02X", command)
	p.request = p.frame(p.request[:0], command, data)
	reply, err := p.port.Transact(ctx, p.request, packetEnd)
	if err != nil {
		return "", fmt.Errorf("%s: %w", what, err)
	}
	text := string(reply)
	if !p.ethernet {
		if text, err = p.open(text); err != nil {
			return "", garbled(what, string(reply), err)
		}
	}
	state, rest, _ := strings.Cut(text, " ")
	code, value, _ := strings.Cut(rest, " ")
	switch {
	case !printable(text) || len(code) != 2:
		return "", garbled(what, string(reply), nil)
	case state == "ER":
		return "", refused(what, strings.TrimSpace(text))
	case state != "OK":
		return "", garbled(what, string(reply), nil)
	}
	return strings.TrimSpace(value), nil
}

func (p *packets) frame(dst []byte, command byte, data string) []byte {
	if data != "" {
		data = " " + data
	}
	if p.ethernet {
		return fmt.Appendf(dst, "cmd %02X%s\r", command, data)
	}
	dst = fmt.Appendf(dst, "~ %02X %02X%s ", p.address, command, data)
	return fmt.Appendf(dst, "%02X\r", sum8(dst[1:]))
}

// open checks the checksum and the address of a serial reply and returns what is between them.
func (p *packets) open(reply string) (string, error) {
	last := strings.LastIndexByte(reply, ' ')
	if last < 3 || len(reply)-last != 3 {
		return "", fmt.Errorf("no checksum")
	}
	sum, err := strconv.ParseUint(reply[last+1:], 16, 8)
	if want := sum8([]byte(reply[:last+1])); err != nil || byte(sum) != want {
		return "", fmt.Errorf("checksum %s, want %02X", reply[last+1:], want)
	}
	address, rest, _ := strings.Cut(reply[:last], " ")
	if n, err := strconv.ParseUint(address, 16, 8); err != nil || byte(n) != p.address {
		return "", fmt.Errorf("from address %s, want %02X", address, p.address)
	}
	return rest, nil
}

// packetEnd is one line; the prompt, blanks and line ends before it are skipped.
func packetEnd(data []byte, atEOF bool) (int, []byte, error) {
	skip := 0
	for skip < len(data) && strings.IndexByte("> \r\n", data[skip]) >= 0 {
		skip++
	}
	if skip > 0 {
		return skip, nil, nil
	}
	return readLine(data, atEOF)
}
