package config

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkPlanOf is a configuration of so many gauges of one description, made into a plan, as at each start.
func BenchmarkPlanOf(b *testing.B) {
	for _, n := range []int{10, 200} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var text strings.Builder
			text.WriteString("agent: {name: line1}\ndevices:\n")
			for i := range n {
				fmt.Fprintf(&text, "  - {name: g%d, port: serial:///dev/ttyS%d, model: ascii, options: {end: \"\\r\", reads: [{channel: p, name: pressure, unit: pascals, send: \"P?\"}], vectors: [{send: \"P?\\r\", reply: \"1.23E-5\\r\", reads: {p: \"1.23E-5\"}}]}}\n", i, i)
			}
			data := []byte(text.String())
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := PlanOf("agent.yaml", data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
