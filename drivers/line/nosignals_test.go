package line

import (
	"strings"
	"testing"

	"github.com/creack/pty"

	"pychron-edge/drivers"
)

// A line without modem signals, such as a pseudo-terminal, is refused by name: it must not look as if the setting were in force.
func TestSerialWithoutSignals(t *testing.T) {
	for query, want := range map[string]string{
		"dtr=off": "dtr=off: the line has no modem signals", "rs485=rts": "rs485=rts: the line has no modem signals",
		"rs485=kernel": "no RS-485",
	} {
		master, slave, err := pty.Open()
		if err != nil {
			t.Fatal(err)
		}
		a, err := ParseAddress("serial://"+slave.Name()+"?"+query, drivers.LineSettings{})
		if err != nil {
			t.Fatal(err)
		}
		h, err := openSerial(a)
		if err == nil {
			h.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), slave.Name()) {
			t.Errorf("%s: openSerial() = %v, want %q and the line", query, err, want)
		}
		slave.Close()
		master.Close()
	}
}
