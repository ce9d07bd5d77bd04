//go:build e2e

package e2e

import (
	"fmt"
	"testing"
)

// metrics is feature 3: the metrics as Prometheus sees them.
func (s *stage) metrics(t *testing.T) {
	t.Run("families", s.families)
	t.Run("values", s.values)
	t.Run("histogram", s.histogram)
	t.Run("plot", s.plotMetric)
}

func (s *stage) families(t *testing.T) {
	one := map[string]string{"agent": "valve_is_open", "viewer": "uplink_connected"}
	s.both(t, "metrics", nil, func(t *testing.T, p *page) {
		name := one[eval[string](p, `document.body.dataset.role`)]
		p.sees("families", `document.querySelectorAll('[data-family]').length > 3`)
		if eval[bool](p, `[...document.querySelectorAll('[data-family]')].some(f => f.dataset.family.startsWith('go_'))`) {
			t.Error("Go's own metrics stand among ours unasked")
		}
		p.typed("#metric-q", name)
		p.sees("only what was searched", fmt.Sprintf(`(f => f.length === 1 && f[0].dataset.family.endsWith(%q))([...document.querySelectorAll('[data-family]')])`, name))
		p.sees("the search in the address bar", fmt.Sprintf(`location.hash.includes(%q)`, name))
		p.sees("a present value", `/\d/.test(document.querySelector('[data-series] .value').textContent)`)
		p.typed("#metric-q", "")
		p.click("#metric-go")
		p.sees("Go's own metrics when asked", `[...document.querySelectorAll('[data-family]')].some(f => f.dataset.family.startsWith('go_'))`)
	})
}

func (s *stage) values(t *testing.T) {
	p := s.browse(t, s.agent.url+"/#/metrics", 1500, 1000).live()
	of := func(family, series, part string) string {
		return fmt.Sprintf(`[...document.querySelectorAll('[data-family$=%q] [data-series*=%q] .%s')].map(x => x.textContent)`, family, series, part)
	}
	p.sees("a counter's rate", of("device_io_operations_total", "ion1", "rate")+`.some(x => /^[\d.e-]+ \/s$/.test(x) && parseFloat(x) > 0.5)`)
	p.sees("that it moves", of("device_io_operations_total", "ion1", "moved")+`.some(x => x.startsWith('mov'))`)
	p.sees("that others stand still", `[...document.querySelectorAll('.moved')].some(x => x.textContent.startsWith('still for'))`)
	p.sees("a pressure in the person's unit", of("pressure_pascals", "ion1", "value")+`.some(x => x.endsWith('Torr'))`)
	p.sees("a valve's state", of("valve_is_open", "V1", "value")+`.join() === '0'`)
}

func (s *stage) histogram(t *testing.T) {
	p := s.browse(t, s.agent.url+"/#/metrics?q=device_io_duration", 1500, 1000).live()
	series := `document.querySelector('[data-family$=device_io_duration_seconds] [data-series*=ion1]')`
	p.sees("count, mean and quantiles", `/^\d+ observed · mean [\d.e-]+ s · p50 (≤ )?[\d.e-]+ s · p90 (≤ )?[\d.e-]+ s · p99 (≤ )?[\d.e-]+ s$/.test(`+series+`.querySelector('.value').textContent)`)
	p.sees("buckets up to infinity", series+`.querySelectorAll('.bucket').length > 5 && `+series+`.querySelector('.bucket:last-child').textContent === '∞'`)
	p.sees("how many are in a bucket", `[...`+series+`.querySelectorAll('.bucket')].some(b => /^[1-9]\d* of \d+$/.test(b.title))`)
	p.sees("a rate", `/^[\d.e-]+ \/s$/.test(`+series+`.querySelector('.rate').textContent)`)
	p.screenshot("metrics.png")
}

func (s *stage) plotMetric(t *testing.T) {
	s.both(t, "metrics", nil, func(t *testing.T, p *page) {
		p.click("[data-series] [data-act=plot]")
		p.sees("its plot", `document.body.dataset.view === 'plots' && location.hash.includes('m=') && document.querySelector('#plot-chart canvas')`)
		p.sees("its name in the legend", `document.querySelector('#plot-legend [data-series^="metric:"]')`)
	})
}
