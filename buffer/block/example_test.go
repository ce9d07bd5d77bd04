package block_test

import (
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
)

// exampleEvents are those of the example in docs/blocks.md.
func exampleEvents() []buffer.Event {
	e := buffer.Event{Source: "line1", Boot: "9f2c61aa", Lane: buffer.Readings, Kind: buffer.Reading, Severity: buffer.Info, Type: buffer.Gauge,
		Device: "ion1", Point: "ig", Unit: buffer.Pascals, Metric: "pressure_pascals", Labels: buffer.MakeLabels("channel", "ig", "device", "ion1"), Status: "success"}
	events := make([]buffer.Event, 4)
	for i, mbar := range []float64{1.2e-9, 1.22e-9, 1.19e-9, 0} {
		e.Seq, e.Value, e.Missing = uint64(1841+9*i), mbar*100, ""
		e.Up = 100*time.Second + time.Duration(i)*2*time.Second + 30*time.Microsecond
		e.Time = time.Date(2026, 11, 22, 18, 19, 0, 0, time.UTC).Add(time.Duration(i)*2*time.Second + time.Duration(i%2)*time.Millisecond)
		if mbar == 0 {
			e.Missing = "sensor off"
		}
		events[i] = e
	}
	return events
}

// The example of docs/blocks.md is what the code writes, byte for byte.
func TestExampleOfThePage(t *testing.T) {
	packed := pack(exampleEvents())
	page, err := os.ReadFile("../../docs/blocks.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(page), "```hex\n")
	text, _, _ = strings.Cut(text, "```")
	var said strings.Builder
	for line := range strings.Lines(text) {
		bytes, _, _ := strings.Cut(line, "#")
		said.WriteString(strings.Join(strings.Fields(bytes), ""))
	}
	if got := hex.EncodeToString(packed); got != said.String() {
		t.Errorf("the example packs as\n%s\nand the page says\n%s", got, said.String())
	}
	same(t, packed, exampleEvents())
}

func Example() {
	var a block.Appender
	for _, e := range exampleEvents() {
		a.Append(&e)
	}
	packed := a.AppendBlock(nil)
	key, summary, _ := block.Look(packed)
	fmt.Printf("%s.%s: %d readings up to %.3g\n", key.Device, key.Point, summary.Count, summary.Max)
	var it block.Iterator
	if err := it.Open(packed); err != nil {
		fmt.Println(err)
	}
	for it.Next() {
		fmt.Printf("%d %.3g %q\n", it.Event.Seq, it.Event.Value, it.Event.Missing)
	}
	// Output:
	// ion1.ig: 4 readings up to 1.22e-07
	// 1841 1.2e-07 ""
	// 1850 1.22e-07 ""
	// 1859 1.19e-07 ""
	// 1868 0 "sensor off"
}
