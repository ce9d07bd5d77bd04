package device

import (
	"fmt"
	"strconv"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers/line"
)

// reportFailure records that the device does not answer, with the exchange that failed.
func (i *Device) reportFailure(err error, class string, failures int) {
	n := &buffer.Note{}
	n.Add("why", err.Error())
	n.Add("count", strconv.Itoa(failures))
	ExchangeNote(n, i.LastFailed())
	if failures == 1 {
		i.env.Count("phase_healthcheck_failures_total", buffer.MakeLabels("kind", "device", "phase", "edge"), 1)
	}
	i.env.Record(&buffer.Event{
		Kind: buffer.Failure, Severity: buffer.Error, Type: buffer.Gauge, Metric: "device_up", Value: 0,
		Device: i.Name, Labels: LabelsOf(i.Name, ""), Status: class, Note: n.String(),
	})
	i.env.Changed()
}

// reportRecovery records that the device answers again.
func (i *Device) reportRecovery(failures int) {
	i.env.Log.Info("a device recovered", "device", i.Name, "failures", failures)
	i.env.Record(&buffer.Event{
		Kind: buffer.Recovery, Severity: buffer.Info, Type: buffer.Gauge, Metric: "device_up", Value: 1,
		Device: i.Name, Labels: LabelsOf(i.Name, ""), Status: "success", Note: "count=" + strconv.Itoa(failures),
	})
	i.env.Changed()
}

// LastFailed is the device's last exchange that failed, nil if none is kept.
func (i *Device) LastFailed() *line.Exchange {
	if i.Line == nil {
		return nil
	}
	trace := i.Line.Trace()
	for n := len(trace) - 1; n >= 0; n-- {
		if trace[n].Device == i.Name && trace[n].Err != nil {
			return &trace[n]
		}
	}
	return nil
}

// ExchangeNote adds the bytes of an exchange.
func ExchangeNote(n *buffer.Note, x *line.Exchange) {
	if x == nil {
		return
	}
	n.Add("request", shown(x.Request))
	n.Add("reply", shown(x.Reply))
	n.Add("took", x.Took.Round(time.Microsecond).String())
}

// shown is bytes as a Go string would be written, at most 100 of them: "PR1\r\n", "\x05".
func shown(b []byte) string {
	const maxShown = 100
	if len(b) == 0 {
		return "none"
	}
	tail := ""
	if len(b) > maxShown {
		b, tail = b[:maxShown], fmt.Sprintf(" and %d more", len(b)-maxShown)
	}
	q := strconv.QuoteToASCII(string(b))
	return q[1:len(q)-1] + tail
}

// reportHalt records a halt: who asked, why, and what could not be sent.
func (i *Device) reportHalt(by buffer.Principal, why string, err error, took time.Duration) {
	result, status, severity := "success", "success", buffer.Warning
	if err != nil {
		result, status, severity = "failed", err.Error(), buffer.Critical
	}
	n := buffer.NoteOf(by)
	n.Add("why", why)
	n.Took(took)
	if err != nil {
		n.Add("error", err.Error())
	}
	log := i.env.Log.With("device", i.Name, "who", by.Name, "why", why, "result", result)
	if err != nil {
		log = log.With("err", err)
	}
	log.Warn("halt")
	i.env.Record(&buffer.Event{
		Kind: buffer.Command, Severity: severity, Type: buffer.Counter, Metric: "commands_total", Value: 1, Device: i.Name,
		Labels: buffer.MakeLabels("control", "halt", "device", i.Name, "result", result), Status: status, Note: n.String(),
	})
}
