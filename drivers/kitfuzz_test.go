package drivers

import (
	"bufio"
	"errors"
	"strings"
	"testing"
)

// splits are the split functions of the kit, each with a seed.
var splits = []struct {
	split bufio.SplitFunc
	seed  string
}{
	{readLine, "\r\n1.20E-03\r\n"}, {until("\r", ";FF"), "@253ACK1.10e-9;FF"}, {exactly(3), "\xAA\x01\x00"}, {segment, "OK"},
	{acknowledgement, "\r\n\x06\r\n"}, {telegramEnd, "0010030902=?107\r0011030906000825035\r"}, {packetEnd, ">05 OK 00 5600 A6\r"},
	{block("\x02", eot, ack, nak), "\x02SL1000.0\x03\x03"}, {rtuEnd, "\x01\x03\x02\x04\xD2\x3A\xD9"},
	{mbapEnd, "\x00\x01\x00\x00\x00\x05\x01\x03\x02\x04\xD2"}, {mstpEnd, "\x55\xFF\x05\x10\x00\x00\x06\xE8\x01\x03\x01\x04\x01\x01\xE3\x99"},
}

// A split function never goes beyond the data, never returns an error with a token, and its errors are ErrGarbled.
func FuzzSplit(f *testing.F) {
	for n, s := range splits {
		f.Add(uint8(n), s.seed)
	}
	f.Fuzz(func(t *testing.T, n uint8, data string) {
		split := splits[int(n)%len(splits)].split
		for end := range len(data) + 1 {
			advance, token, err := split([]byte(data[:end]), false)
			if advance < 0 || advance > end || len(token) > advance || err != nil && token != nil {
				t.Fatalf("split %d of %q = %d, %q, %v", n, data[:end], advance, token, err)
			}
			if err != nil && !errors.Is(err, ErrGarbled) {
				t.Fatalf("split %d of %q = %v, want ErrGarbled", n, data[:end], err)
			}
		}
		if _, err := frames(data, split); err != nil && !errors.Is(err, ErrGarbled) && !errors.Is(err, bufio.ErrTooLong) {
			t.Fatalf("split %d of %q byte by byte: %v", n, data, err)
		}
	})
}

// The decoders behind the split functions take whatever those let through.
func FuzzDecoders(f *testing.F) {
	for _, s := range []string{"0011030906000825035", "05 OK 00 5600 A6", "\x02SL1000.0\x03\x03", "\x01\x03\x02\x04\xD2\x3A\xD9", "-1.2E-3", "LO<E-11"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data string) {
		if v, err := number(data); err == nil && !finite(v) {
			t.Errorf("number(%q) = %g", data, v)
		}
		if r, err := mksWords.reading(Reading{}, data, pascalsPerTorr); err == nil && (!finite(r.Value) || r.Bound != Exact && r.Value == 0 && !strings.Contains(data, "0")) {
			t.Errorf("words of %q = %+v", data, r)
		}
		if tg, err := parseTelegram([]byte(data)); err == nil {
			if again := string(appendTelegram(nil, tg.address, tg.action, tg.parameter, tg.data)); again != data+"\r" {
				t.Errorf("parseTelegram(%q) = %+v, which makes %q", data, tg, again)
			}
		}
		for _, ethernet := range []bool{false, true} {
			p := &packets{port: &answering{reply: data + "\r"}, address: 5, ethernet: ethernet}
			_, _ = p.ask(t.Context(), 0x0B, "")
		}
		for _, tcp := range []bool{false, true} {
			m := &modbus{port: &answering{reply: data}, address: 1, tcp: tcp}
			if v, err := m.float(t.Context(), readHolding, 1); err == nil && !finite(v) {
				t.Errorf("modbus float of %q = %g", data, v)
			}
		}
		_, _ = openBlock([]byte(data), "\x02", 0x7F)
	})
}
