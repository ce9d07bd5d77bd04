package drivers

import "context"

// ManualOptions are those of a valve that a person moves, and reports: there are none.
type ManualOptions struct{}

func init() {
	register("manual", "valve", About{
		Text: "Valve that a person moves and reports", Reads: "open, as reported", Sets: "open, by reporting it",
		Source: "pychron's manual_valve", Confidence: High, Manual: true, Points: []Point{{Name: "open"}},
		Example: `
  - name: hand1
    model: manual
    description: argon tank
    control: true
`,
	}, ManualOptions{}, func(Wires, ManualOptions) (Device, error) { return &manual{}, nil })
}

// Restorer is a Device that knows nothing but what was reported to it. After a start the agent restores the last report, where
// that was kept.
type Restorer interface {
	Restore(control string, value float64)
}

// manual is a valve without wires. Set reports where the person put it.
type manual struct{ reported acknowledged }

// Read returns what was reported.
func (m *manual) Read(ctx context.Context) ([]Reading, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !m.reported.known {
		return []Reading{{Name: "open", Missing: "not reported since the start"}}, nil
	}
	return []Reading{{Name: "open", Value: m.reported.value}}, nil
}

// Controls is open: 1 reports it open, 0 closed.
func (m *manual) Controls() []Control { return []Control{{Name: "open", Max: 1}} }

// Set reports where the valve is.
func (m *manual) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(m.Controls(), control, value); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	m.reported = acknowledged{value, true}
	return nil
}

// Halt does nothing: only a person moves the valve, and it stays where it was reported.
func (m *manual) Halt(context.Context) error { return nil }

// Restore is [Restorer.Restore].
func (m *manual) Restore(control string, value float64) {
	if _, err := pick(m.Controls(), control, value); err == nil {
		m.reported = acknowledged{value, true}
	}
}
