package device

import (
	"math"
	"slices"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
)

// samplesOf turns what a driver read into what is kept. A value that is no number is missing.
func (i *Device) samplesOf(readings []drivers.Reading, now time.Time, up time.Duration) []buffer.Sample {
	samples := make([]buffer.Sample, len(readings))
	for n, r := range readings {
		if r.Missing == "" && (math.IsNaN(r.Value) || math.IsInf(r.Value, 0)) {
			r.Missing = "not a number"
		}
		if r.Missing != "" {
			r.Value = 0
		}
		samples[n] = buffer.Sample{
			Device: i.Name, Channel: r.Channel, Name: r.Name, Unit: r.Unit, Value: r.Value, Bound: r.Bound,
			Missing: r.Missing, Time: now, Up: up, StaleAfter: i.StaleAfter,
		}
	}
	return samples
}

// Accept takes what was read: it is present, the rules see it, and what is news is told. The rules come first.
func (i *Device) Accept(readings []drivers.Reading) {
	now, up := i.env.Clock.Both()
	i.accept(readings, now, up)
}

// accept is Accept of what was read then.
func (i *Device) accept(readings []drivers.Reading, now time.Time, up time.Duration) {
	samples := i.samplesOf(readings, now, up)
	i.count(samples)
	i.env.Take(i.Name, i.withUnasked(samples))
	i.Reporter.report(samples, rawOf(i.lent, len(samples)))
}

// rawOf tells for each reading whether it was made of an exchange of a client that the line is lent to. A driver asks in the order of
// its readings: with one request for each they belong together; else the exchange may be in any of them, and all are.
func rawOf(lent []bool, readings int) []bool {
	if !slices.Contains(lent, true) {
		return nil
	}
	if len(lent) == readings {
		return lent
	}
	return slices.Repeat([]bool{true}, readings)
}

// withUnasked adds to what was read the points that come unasked and are in no Read: they stay as they are, with their own
// time, and grow stale by themselves.
func (i *Device) withUnasked(samples []buffer.Sample) []buffer.Sample {
	if _, ok := i.driver.(drivers.Listener); !ok || i.unasked == nil {
		return samples
	}
	all := slices.Clip(samples)
	present := i.env.Present.Device(i.Name)
	for n := range present {
		if s := &present[n]; !contains(samples, s) {
			all = append(all, *s)
		}
	}
	return all
}

// contains says whether samples have one of the same point as s.
func contains(samples []buffer.Sample, s *buffer.Sample) bool {
	for n := range samples {
		if samples[n].Channel == s.Channel && samples[n].Name == s.Name {
			return true
		}
	}
	return false
}

// merge takes readings that came unasked: those named are replaced, the others stay as they are.
func (i *Device) merge(readings []drivers.Reading) {
	fresh := i.samplesOf(readings, i.env.Clock.Now(), i.env.Clock.Up())
	i.count(fresh)
	samples := append([]buffer.Sample(nil), i.env.Present.Device(i.Name)...)
	for _, s := range fresh {
		samples = replaced(samples, s)
	}
	i.env.Take(i.Name, samples)
	i.Reporter.Report(fresh)
}

func replaced(samples []buffer.Sample, s buffer.Sample) []buffer.Sample {
	for n := range samples {
		if samples[n].Channel == s.Channel && samples[n].Name == s.Name {
			samples[n] = s
			return samples
		}
	}
	return append(samples, s)
}

// count moves the odometers, and notes whether a laser is on.
func (i *Device) count(samples []buffer.Sample) {
	i.noteLaser(samples)
	for n := range samples {
		i.Odometers.observe(i.Model.Family, &samples[n])
	}
}

// lose marks the present samples as unanswered: no number is better than an old one. The last values and their times stay,
// to be shown as old.
func (i *Device) lose(why string) {
	lost := append([]buffer.Sample(nil), i.env.Present.Device(i.Name)...)
	for n := range lost {
		lost[n].Missing = why
	}
	if len(lost) > 0 {
		i.env.Take(i.Name, lost)
		i.Reporter.Lost()
	}
}
