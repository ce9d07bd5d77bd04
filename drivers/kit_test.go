package drivers

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"math"
	"strings"
	"testing"
	"testing/iotest"
)

func TestChecksums(t *testing.T) {
	check := []byte("123456789")
	for name, c := range map[string]struct{ got, want uint16 }{
		"CRC-16/MODBUS of 123456789":      {crc16Modbus(check), 0x4B37},
		"CRC-16/CCITT-FALSE":              {straight16(check, 0xFFFF), 0x29B1},
		"CRC-16/XMODEM":                   {straight16(check, 0), 0x31C3},
		"16-bit sum":                      {sum16(check), 0x01DD},
		"CRC-16/X-25 of 123456789":        {crc16X25(check), 0x906E},
		"MS/TP header CRC, watlow.md":     {uint16(crc8MSTP([]byte{0x05, 0x10, 0, 0, 6})), 0xE8},
		"MS/TP header CRC, address 2":     {uint16(crc8MSTP([]byte{0x05, 0x11, 0, 0, 6})), 0x61},
		"XOR, eurotherm.md PV 16.4":       {uint16(xor([]byte("PV16.4\x03"))), 0x18},
		"XOR and 7F, atl-excimer.md":      {uint16(xor([]byte("000B0001\x03")) & 0x7F), 0x70},
		"8-bit sum, ncd-proxr.md 4":       {uint16(sum8([]byte{0xAA, 0x03, 0xFE, 0x74, 0x01})), 0x20},
		"8-bit sum, pfeiffer-vacuum 1":    {uint16(sum8([]byte("1230030902=?"))), 112},
		"one's complement, uc2000.md 50%": {uint16(onesComplement([]byte{0x7F, 0x64})), 0x1C},
		"two's complement, mdrive.md":     {uint16(twosComplement7([]byte("MR 1"))), 0x90},
	} {
		if c.got != c.want {
			t.Errorf("%s = %04X, want %04X", name, c.got, c.want)
		}
	}
}

func TestNumber(t *testing.T) {
	for text, want := range map[string]float64{
		"7.602E+2": 760.2, "1.10e-9": 1.1e-9, "1.20E-03": 1.2e-3, "1.234E0": 1.234, "500": 500, " 8.3E-3": 8.3e-3,
		"+1.2300E-03": 1.23e-3, "5,0231": 5.0231, "-9.80E-02": -0.098, ".5": 0.5, "9.99E+9": 9.99e9,
	} {
		if got, err := number(text); err != nil || math.Abs(got-want) > 1e-12*math.Abs(want) {
			t.Errorf("number(%q) = %g, %v, want %g", text, got, err, want)
		}
	}
	for _, text := range []string{"", " ", "NaN", "Inf", "-inf", "1E999", "1E-999", "0.01E-400", "0x10", "1_000", "1,000.5", "1,2,3", "4500,", "OFF", "1.2 TORR", "E-11", "--1", "1e", "+", "\xff1"} {
		if got, err := number(text); err == nil {
			t.Errorf("number(%q) = %g, want an error", text, got)
		}
	}
}

// frames is everything split finds in what is sent, byte by byte.
func frames(sent string, split bufio.SplitFunc) ([]string, error) {
	s := bufio.NewScanner(iotest.OneByteReader(strings.NewReader(sent)))
	s.Split(func(data []byte, atEOF bool) (int, []byte, error) {
		if atEOF && len(data) == 0 {
			return 0, nil, nil
		}
		return split(data, false)
	})
	var got []string
	for s.Scan() {
		got = append(got, s.Text())
	}
	return got, s.Err()
}

func TestSplit(t *testing.T) {
	for name, c := range map[string]struct {
		split bufio.SplitFunc
		sent  string
		want  []string
	}{
		"several ends":             {until("\r", ";FF"), "@253ACK1.0;FFa\r", []string{"@253ACK1.0", "a"}},
		"an end half there":        {until(";FF"), "a;F;FF", []string{"a;F"}},
		"line ends of all kinds":   {readLine, "\r\na\r\nb\rc\nd\n\r\n", []string{"a", "b", "c", "d"}},
		"a line without an end":    {readLine, "abc", nil},
		"fixed length":             {exactly(3), "abcdefg", []string{"abc", "def"}},
		"ACK after an old end":     {acknowledgement, "\r\n\x06", []string{"\x06"}},
		"BCC is CR":                {block("\x02", eot), "\x020002000800040\x03\x0D\x04", []string{"\x020002000800040\x03\x0D", "\x04"}},
		"BCC is ETX":               {block("\x02"), "\x02SL1000.0\x03\x03\x02A\x03\x42", []string{"\x02SL1000.0\x03\x03", "\x02A\x03\x42"}},
		"telegram after noise":     {telegramEnd, "\xff\x000011030906000825035\r", []string{"0011030906000825035"}},
		"telegram after its query": {telegramEnd, "0010030902=?107\r0011030906000825035\r", []string{"0011030906000825035"}},
		"padded with 7F":           {telegramEnd, "0011134928ElecName      41      \x7f\x7f\x7f\x7f\x7f\x7f214\r", []string{"0011134928ElecName      41      \x7f\x7f\x7f\x7f\x7f\x7f214"}},
		"packet after a prompt":    {packetEnd, ">\r\nOK 00 1.0E-11 TORR\r>", []string{"OK 00 1.0E-11 TORR"}},
		"Modbus replies":           {rtuEnd, unhex("0103 0204D2 3AD9 0183 02 C0F1"), []string{unhex("01030204D23AD9"), unhex("018302C0F1")}},
	} {
		got, err := frames(c.sent, c.split)
		if err != nil || strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%s: %q gives %q, %v, want %q", name, c.sent, got, err, c.want)
		}
	}
}

func TestSplitOfNoise(t *testing.T) {
	for name, c := range map[string]struct {
		split bufio.SplitFunc
		sent  string
	}{
		"no end within reason": {readLine, strings.Repeat("a", 5000)},
		"not ACK":              {acknowledgement, "0,+1.0E-3"},
		"not STX":              {block("\x02"), "abc"},
		"not Modbus":           {rtuEnd, "\x01\x55\x00\x00\x00\x00"},
		"not Modbus TCP":       {mbapEnd, "\x00\x01\x07\x00\x00\x05"},
		"not MS/TP":            {mstpEnd, "\x55\xFF\x06\x00\x10\x00\x0B\x00"},
	} {
		if got, err := frames(c.sent, c.split); !errors.Is(err, ErrGarbled) {
			t.Errorf("%s: %q gives %q, %v, want ErrGarbled", name, c.sent, got, err)
		}
	}
}

func unhex(s string) string {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return string(b)
}

// answering is a Port that answers every request with reply and keeps the requests.
type answering struct {
	reply string
	sent  bytes.Buffer
}

func (a *answering) Transact(_ context.Context, request []byte, split bufio.SplitFunc) ([]byte, error) {
	a.sent.Write(request)
	if split == nil {
		return nil, nil
	}
	got, err := frames(a.reply, split)
	if err != nil {
		return nil, err
	}
	if len(got) == 0 {
		return nil, ErrTimeout
	}
	return []byte(got[0]), nil
}

func (a *answering) Hold(_ context.Context, f func(Port) error) error { return f(a) }

// The vectors of eurotherm.md and watlow-ezzone.md for the framing; those of what the registers mean are in the drivers' tests.
func TestModbus(t *testing.T) {
	for name, c := range map[string]struct {
		ask         func(*modbus) (float64, error)
		lowFirst    bool
		sent, reply string
		want        float64
		err         error
	}{
		"PV 123.4": {func(m *modbus) (float64, error) {
			w, err := m.registers(t.Context(), readHolding, 1, 1)
			if err != nil {
				return 0, err
			}
			return float64(w[0]) / 10, nil
		}, false, "01 03 00 01 00 01 D5 CA", "01 03 02 04 D2 3A D9", 123.4, nil},
		"float, high word first": {func(m *modbus) (float64, error) { return m.float(t.Context(), readHolding, 0x8002) },
			false, "01 03 80 02 00 02 4C 0B", "01 03 04 42 F6 00 00 0E 79", 123, nil},
		"float, low word first": {func(m *modbus) (float64, error) { return m.float(t.Context(), readHolding, 360) },
			true, "01 03 01 68 00 02 44 2B", "01 03 04 97 7D 42 9C 76 96", 78.296, nil},
		"write one": {func(m *modbus) (float64, error) { return 0, m.write(t.Context(), 2, 500) },
			false, "01 06 00 02 01 F4 28 1D", "01 06 00 02 01 F4 28 1D", 0, nil},
		"write a float": {func(m *modbus) (float64, error) { return 0, m.writeFloat(t.Context(), 2160, 75) },
			true, "01 10 08 70 00 02 04 00 00 42 96 23 85", "01 10 08 70 00 02 42 73", 0, nil},
		"exception": {func(m *modbus) (float64, error) { return m.float(t.Context(), readHolding, 4000) },
			false, "", "01 83 02 C0 F1", 0, ErrRefused},
		"another unit answers": {func(m *modbus) (float64, error) { return m.float(t.Context(), readHolding, 360) },
			false, "", hexRTU("02 03 04 97 7D 42 9C"), 0, ErrGarbled},
		"wrong CRC": {func(m *modbus) (float64, error) { return m.float(t.Context(), readHolding, 360) },
			false, "", "01 03 04 97 7D 42 9C 76 97", 0, ErrGarbled},
		"NaN": {func(m *modbus) (float64, error) { return m.float(t.Context(), readHolding, 360) },
			false, "", hexRTU("01 03 04 7F C0 00 00"), 0, ErrGarbled},
	} {
		p := &answering{reply: unhex(c.reply)}
		got, err := c.ask(&modbus{port: p, address: 1, lowFirst: c.lowFirst})
		if math.Abs(got-c.want) > 1e-3 || !errors.Is(err, c.err) {
			t.Errorf("%s = %g, %v, want %g, %v", name, got, err, c.want, c.err)
		}
		if c.sent != "" && p.sent.String() != unhex(c.sent) {
			t.Errorf("%s sent % X, want %s", name, p.sent.Bytes(), c.sent)
		}
	}
}

func hexRTU(s string) string {
	b := []byte(unhex(s))
	crc := crc16Modbus(b)
	return hex.EncodeToString(append(b, byte(crc), byte(crc>>8)))
}

func TestModbusTCP(t *testing.T) {
	p := &answering{reply: unhex("0001 0000 0007 05 03 04 42F6 0000")}
	m := &modbus{port: p, address: 5, tcp: true}
	got, err := m.float(t.Context(), readInput, 360)
	if !errors.Is(err, ErrGarbled) {
		t.Errorf("function 3 in answer to 4 = %g, %v, want ErrGarbled", got, err)
	}
	p.reply = unhex("0002 0000 0007 05 03 04 42F6 0000")
	if got, err = m.float(t.Context(), readHolding, 360); err != nil || got != 123 {
		t.Errorf("float = %g, %v, want 123", got, err)
	}
	if got, err = m.float(t.Context(), readHolding, 360); !errors.Is(err, ErrGarbled) {
		t.Errorf("late reply of the last transaction = %g, %v, want ErrGarbled", got, err)
	}
}
