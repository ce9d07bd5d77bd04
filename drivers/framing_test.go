package drivers

import (
	"errors"
	"strings"
	"testing"
)

// The vectors of pfeiffer-vacuum-protocol.md, checksums and all. What their parameters mean is in the pump driver's test.
func TestTelegramVectors(t *testing.T) {
	for _, c := range []struct {
		frame  string
		want   telegram
		source string
	}{
		{"1230030902=?112", telegram{123, "00", 309, "=?"}, "1"},
		{"1231030906000633037", telegram{123, "10", 309, "000633"}, "1"},
		{"0421001006111111020", telegram{42, "10", 10, "111111"}, "2"},
		{"0421001006000000014", telegram{42, "10", 10, "000000"}, "3"},
		{"0010030902=?107", telegram{1, "00", 309, "=?"}, "4"},
		{"0011030906000825035", telegram{1, "10", 309, "000825"}, "4"},
		{"0010031002=?099", telegram{1, "00", 310, "=?"}, "5"},
		{"0011031006000150018", telegram{1, "10", 310, "000150"}, "5"},
		{"0011002306111111019", telegram{1, "10", 23, "111111"}, "6"},
		{"0010030302=?101", telegram{1, "00", 303, "=?"}, "7"},
		{"0011030306000000014", telegram{1, "10", 303, "000000"}, "7, 14"},
		{"0011030306Err001168", telegram{1, "10", 303, "Err001"}, "7"},
		{"0011099906NO_DEF206", telegram{1, "10", 999, "NO_DEF"}, "8"},
		{"0011001006_RANGE181", telegram{1, "10", 10, "_RANGE"}, "9"},
		{"0011002306_LOGIC186", telegram{1, "10", 23, "_LOGIC"}, "10"},
		{"0010034902=?111", telegram{1, "00", 349, "=?"}, "11"},
		{"0011034906TC 110065", telegram{1, "10", 349, "TC 110"}, "11"},
		{"0010074002=?106", telegram{1, "00", 740, "=?"}, "12"},
		{"0011074006100023025", telegram{1, "10", 740, "100023"}, "12"},
		{"0020034902=?112", telegram{2, "00", 349, "=?"}, "13"},
		{"0021034906MVP015130", telegram{2, "10", 349, "MVP015"}, "13"},
		{"0011030906000000020", telegram{1, "10", 309, "000000"}, "15"},
		{"0010030002=?098", telegram{1, "00", 300, "=?"}, "16"},
		{"0011030006000000011", telegram{1, "10", 300, "000000"}, "16"},
		{"0010000102=?096", telegram{1, "00", 1, "=?"}, "17"},
		{"0011000106000000009", telegram{1, "10", 1, "000000"}, "17"},
		{"0010100002=?096", telegram{1, "01", 0, "=?"}, "18"},
		{"0011100006NO_DEF180", telegram{1, "11", 0, "NO_DEF"}, "18"},
		{"0011100128Heating       03000000111111055", telegram{1, "11", 1, "Heating       03000000111111"}, "19"},
		{"0011100928ErrorAckn     02111111111111203", telegram{1, "11", 9, "ErrorAckn     02111111111111"}, "20"},
		{"0011101028PumpgStatn    03000000111111042", telegram{1, "11", 10, "PumpgStatn    03000000111111"}, "21"},
		{"0021139828ActualSpd rpm 11000000999999234", telegram{2, "11", 398, "ActualSpd rpm 11000000999999"}, "22"},
		{"0011134928ElecName      41      \x7f\x7f\x7f\x7f\x7f\x7f214", telegram{1, "11", 349, "ElecName      41      \x7f\x7f\x7f\x7f\x7f\x7f"}, "23"},
		{"0011001006111111015", telegram{1, "10", 10, "111111"}, "24"},
		{"0011002306000000013", telegram{1, "10", 23, "000000"}, "24"},
		{"0011001006000000009", telegram{1, "10", 10, "000000"}, "24"},
		{"0011006003002125", telegram{1, "10", 60, "002"}, "25"},
		{"0011006003255135", telegram{1, "10", 60, "255"}, "25"},
		{"0010006002=?101", telegram{1, "00", 60, "=?"}, "26"},
		{"0110074000237", telegram{11, "00", 740, ""}, "27"},
	} {
		got, err := parseTelegram([]byte(c.frame))
		if err != nil || got != c.want {
			t.Errorf("vector %s: parseTelegram(%q) = %+v, %v, want %+v", c.source, c.frame, got, err, c.want)
		}
		if made := string(appendTelegram(nil, c.want.address, c.want.action, c.want.parameter, c.want.data)); made != c.frame+"\r" {
			t.Errorf("vector %s: appendTelegram(%+v) = %q, want %q", c.source, c.want, made, c.frame+"\r")
		}
	}
}

func TestTelegramExchanges(t *testing.T) {
	for name, c := range map[string]struct {
		reply string
		data  string
		err   error
	}{
		"answer":             {"0011030906000825035\r", "000825", nil},
		"noise before it":    {"\xff\xfe0011030906000825035\r", "000825", nil},
		"its own echo first": {"0010030902=?107\r0011030906000825035\r", "000825", nil},
		"no such parameter":  {"0011030906NO_DEF191\r", "", ErrRefused},
		"wrong checksum":     {"0011030906000825036\r", "", ErrGarbled},
		"wrong length":       {string(appendTelegram(nil, 1, "10", 309, "00082"))[:10] + "0\r", "", ErrGarbled},
		"another address":    {string(appendTelegram(nil, 2, "10", 309, "000825")), "", ErrGarbled},
		"another parameter":  {"0011034906TC 110065\r", "", ErrGarbled},
		"a description":      {"0011100128Heating       03000000111111055\r", "", ErrGarbled},
		"nothing":            {"", "", ErrTimeout},
	} {
		tg := &telegrams{port: &answering{reply: c.reply}, address: 1}
		got, err := tg.query(t.Context(), 309)
		if got != c.data || !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
			t.Errorf("%s: query = %q, %v, want %q, %v", name, got, err, c.data, c.err)
		}
	}
	port := &answering{reply: "0011002306111111019\r"}
	if err := (&telegrams{port: port, address: 1}).control(t.Context(), 23, "111111"); err != nil || port.sent.String() != "0011002306111111019\r" {
		t.Errorf("control = %v, sent %q", err, port.sent.String())
	}
	if err := (&telegrams{port: port, address: 1}).control(t.Context(), 23, "000000"); !errors.Is(err, ErrGarbled) {
		t.Errorf("control answered by another value = %v, want ErrGarbled", err)
	}
}

// What follows ACK as data is text: an ACK in it is that of another mnemonic.
func TestENQDataWithControlCharacters(t *testing.T) {
	e := &enqAck{port: &answering{reply: "\x06\r\n"}, end: "\r"}
	if data, err := e.ask(t.Context(), "PNR"); !errors.Is(err, ErrGarbled) {
		t.Errorf("ask(PNR) answered twice by ACK = %q, %v, want ErrGarbled", data, err)
	}
}

func TestTelegramTypes(t *testing.T) {
	if v, err := telegramInt("000633"); err != nil || v != 633 {
		t.Errorf("telegramInt(000633) = %d, %v, want 633", v, err)
	}
	for _, s := range []string{"111111", "1"} {
		if v, err := telegramBool(s); err != nil || !v {
			t.Errorf("telegramBool(%s) = %v, %v, want true", s, v, err)
		}
	}
	for _, s := range []string{"", "1111", "000 33", "+00001", "Err001"} {
		if _, err := telegramInt(s); !errors.Is(err, ErrGarbled) {
			t.Errorf("telegramInt(%q) = %v, want ErrGarbled", s, err)
		}
		if _, err := telegramBool(s); !errors.Is(err, ErrGarbled) {
			t.Errorf("telegramBool(%q) = %v, want ErrGarbled", s, err)
		}
	}
}

// The vectors of gamma-ion-pump.md, requests and replies; 13 has no exact bytes.
func TestPackets(t *testing.T) {
	for _, c := range []struct {
		source   string
		address  byte
		ethernet bool
		command  byte
		data     string
		request  string
		reply    string
		want     string
		err      error
	}{
		{"1", 1, false, 0x01, "", "~ 01 01 22\r", "01 OK 00 DIGITEL MPCQ 2E\r", "DIGITEL MPCQ", nil},
		{"2", 1, false, 0x0A, "01", "~ 01 0A 01 B3\r", "01 OK 00 1.33E-11 AMPS C5\r", "1.33E-11 AMPS", nil},
		{"3", 1, false, 0x0B, "01", "~ 01 0B 01 B4\r", "01 OK 00 1.0E-11 TORR A5\r", "1.0E-11 TORR", nil},
		{"4", 5, false, 0x0B, "1", "~ 05 0B 1 88\r", "05 OK 00 4.1E-11 TORR AD\r", "4.1E-11 TORR", nil},
		{"6", 5, false, 0x37, "1", "~ 05 37 1 80\r", "05 OK 00 BF\r", "", nil},
		{"6", 5, false, 0x38, "1", "~ 05 38 1 81\r", "05 OK 00 BF\r", "", nil},
		{"7", 5, false, 0x0D, "1", "~ 05 0D 1 8A\r", "05 OK 00 02 41\r", "02", nil},
		{"8", 1, true, 0x01, "", "cmd 01\r", "OK 00 DIGITEL MPCQ\r>", "DIGITEL MPCQ", nil},
		{"9", 1, true, 0x0B, "01", "cmd 0B 01\r", ">OK 00 1.0E-11 TORR\r>", "1.0E-11 TORR", nil},
		{"10", 1, false, 0x0A, "", "~ 01 0A 32\r", "01 OK 00 1.33E-11 AMPS C5\r", "1.33E-11 AMPS", nil},
		{"10", 1, false, 0x0C, "", "~ 01 0C 34\r", "01 OK 00 5600 A6\r", "5600", nil},
		{"11", 5, false, 0x0B, "", "~ 05 0B 37\r", "05 OK 00 1.0E-11 MBAR 84\r", "1.0E-11 MBAR", nil},
		{"11, a computed checksum of 00", 5, false, 0x0D, "", "~ 05 0D 39\r", "05 OK 00 RUNNING 00\r", "RUNNING", nil},
		{"12", 5, false, 0x61, "", "~ 05 61 2C\r", "05 OK 00 YES D0\r", "YES", nil},
		{"12", 5, false, 0x37, "", "~ 05 37 2F\r", "05 OK 00 BF\r", "", nil},
		{"12", 5, false, 0x38, "", "~ 05 38 30\r", "05 OK 00 BF\r", "", nil},
		{"12", 5, false, 0x0E, "T", "~ 05 0E T AE\r", "05 OK 00 BF\r", "", nil},
		{"wrong checksum", 5, false, 0x0B, "", "~ 05 0B 37\r", "05 OK 00 1.0E-11 MBAR 85\r", "", ErrGarbled},
		{"another address", 5, false, 0x0B, "", "~ 05 0B 37\r", "01 OK 00 5600 A6\r", "", ErrGarbled},
		{"no checksum", 5, false, 0x0B, "", "~ 05 0B 37\r", "05 OK\r", "", ErrGarbled},
		{"error on Ethernet", 5, true, 0x0B, "", "cmd 0B\r", "ER 08 *ERROR\r", "", ErrRefused},
	} {
		port := &answering{reply: c.reply}
		got, err := (&packets{port: port, address: c.address, ethernet: c.ethernet}).ask(t.Context(), c.command, c.data)
		if got != c.want || !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
			t.Errorf("vector %s: %q = %q, %v, want %q, %v", c.source, c.reply, got, err, c.want, c.err)
		}
		if port.sent.String() != c.request {
			t.Errorf("vector %s: sent %q, want %q", c.source, port.sent.String(), c.request)
		}
	}
}

// The block vectors of eurotherm.md and atl-excimer.md, those whose check character is a control character first.
func TestBlocks(t *testing.T) {
	for _, c := range []struct {
		frame, data string
		mask        byte
	}{
		{"02 53 4C 31 30 30 30 2E 30 03 03", "SL1000.0", 0xFF},
		{"02 53 4C 32 35 2E 30 03 05", "SL25.0", 0xFF},
		{"02 53 4C 35 30 30 2E 30 03 37", "SL500.0", 0xFF},
		{"02 50 56 31 36 2E 34 03 18", "PV16.4", 0xFF},
		{"02 50 56 31 32 35 30 2E 30 03 1D", "PV1250.0", 0xFF},
		{"02 4F 50 20 31 32 2E 35 03 24", "OP 12.5", 0xFF},
		{"02 45 45 3E 30 30 30 30 03 3D", "EE>0000", 0xFF},
		{"02 30 30 30 42 30 30 30 31 03 70", "000B0001", 0x7F},
		{"02 30 30 30 32 30 30 30 38 30 30 30 34 03 0D", "000200080004", 0x7F},
		{"02 30 30 31 36 30 30 36 34 30 30 30 30 03 06", "001600640000", 0x7F},
		{"02 30 33 45 39 30 30 30 41 30 30 30 30 03 0D", "03E9000A0000", 0x7F},
		{"02 30 30 30 32 30 33 45 38 30 30 30 31 03 7E", "000203E80001", 0x7F},
	} {
		frame := unhex(c.frame)
		if got := string(appendBlock(nil, c.data, c.mask)); got != frame {
			t.Errorf("appendBlock(%q) = % X, want %s", c.data, got, c.frame)
		}
		if got, err := openBlock([]byte(frame), "\x02", c.mask); err != nil || got != c.data {
			t.Errorf("openBlock(%s) = %q, %v, want %q", c.frame, got, err, c.data)
		}
		if _, err := openBlock([]byte(strings.Replace(frame, "0", "1", 1)), "\x02", c.mask); strings.Contains(frame, "0") && !errors.Is(err, ErrGarbled) {
			t.Errorf("openBlock(%s) with a byte changed = %v, want ErrGarbled", c.frame, err)
		}
	}
	poll := unhex("61 10 30 02 30 30 30 39 31 37 37 30 03 0B")
	got, err := openBlock([]byte(poll), "a\x100\x02", 0x7F)
	if err != nil || got != "00091770" {
		t.Errorf("openBlock of the poll reply of atl-excimer.md = %q, %v, want 00091770", got, err)
	}
}

// The frames of watlow-ezzone.md.
func TestMSTP(t *testing.T) {
	for _, c := range []struct {
		frame                     string
		kind, destination, source byte
		data                      string
	}{
		{"55 FF 05 10 00 00 06 E8 01 03 01 04 01 01 E3 99", mstpRequest, 0x10, 0, "01 03 01 04 01 01"},
		{"55 FF 06 00 10 00 0B 88 02 03 01 04 01 01 08 45 1E 3C D4 A7 28", mstpReply, 0, 0x10, "02 03 01 04 01 01 08 45 1E 3C D4"},
		{"55 FF 05 10 00 00 06 E8 01 03 01 07 01 01 87 76", mstpRequest, 0x10, 0, "01 03 01 07 01 01"},
		{"55 FF 06 00 10 00 0B 88 02 03 01 07 01 01 08 43 C4 00 00 33 9A", mstpReply, 0, 0x10, "02 03 01 07 01 01 08 43 C4 00 00"},
		{"55 FF 06 00 10 00 0A 76 02 03 01 08 03 01 0F 01 00 47 C5 6B", mstpReply, 0, 0x10, "02 03 01 08 03 01 0F 01 00 47"},
		{"55 FF 05 10 00 00 0A EC 01 04 07 01 01 08 42 AC 00 00 DF A8", mstpRequest, 0x10, 0, "01 04 07 01 01 08 42 AC 00 00"},
		{"55 FF 06 00 10 00 0A 76 02 04 07 01 01 08 42 AC 00 00 B6 DC", mstpReply, 0, 0x10, "02 04 07 01 01 08 42 AC 00 00"},
	} {
		frame, data := unhex(c.frame), unhex(c.data)
		if got := string(appendMSTP(nil, c.kind, c.destination, c.source, []byte(data))); got != frame {
			t.Errorf("appendMSTP(% X) = % X, want %s", data, got, c.frame)
		}
		found, err := frames(frame+frame, mstpEnd)
		if err != nil || len(found) != 2 || found[0] != frame {
			t.Errorf("mstpEnd of two times %s = % X, %v", c.frame, found, err)
		}
		if got, err := openMSTP([]byte(frame), c.kind, c.destination, c.source); err != nil || string(got) != data {
			t.Errorf("openMSTP(%s) = % X, %v, want % X", c.frame, got, err, data)
		}
		if _, err := openMSTP([]byte(frame), c.kind, c.destination, c.source+1); !errors.Is(err, ErrGarbled) {
			t.Errorf("openMSTP(%s) from another source = %v, want ErrGarbled", c.frame, err)
		}
	}
}
