package main

import (
	"fmt"
	"strconv"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers/line"
)

// reportFailure records that the device does not answer, with the exchange that failed.
func (i *instrument) reportFailure(err error, class string, failures int) {
	i.env.Log.Warn("a device failed", "device", i.name, "class", class, "failures", failures, "err", err)
	n := &note{}
	n.add("why", err.Error())
	n.add("count", strconv.Itoa(failures))
	exchangeNote(n, i.lastFailed())
	if failures == 1 {
		i.env.Count("phase_healthcheck_failures_total", buffer.MakeLabels("kind", "device", "phase", "edge"), 1)
	}
	i.env.Record(&buffer.Event{
		Kind: buffer.Failure, Severity: buffer.Error, Type: buffer.Gauge, Metric: "device_up", Value: 0,
		Device: i.name, Labels: labelsOf(i.name, ""), Status: class, Note: n.String(),
	})
	i.env.Changed()
}

// reportRecovery records that the device answers again.
func (i *instrument) reportRecovery(failures int) {
	i.env.Log.Info("a device recovered", "device", i.name, "failures", failures)
	i.env.Record(&buffer.Event{
		Kind: buffer.Recovery, Severity: buffer.Info, Type: buffer.Gauge, Metric: "device_up", Value: 1,
		Device: i.name, Labels: labelsOf(i.name, ""), Status: "success", Note: "count=" + strconv.Itoa(failures),
	})
	i.env.Changed()
}

// lastFailed is the device's last exchange that failed, nil if none is kept.
func (i *instrument) lastFailed() *line.Exchange {
	if i.line == nil {
		return nil
	}
	trace := i.line.Trace()
	for n := len(trace) - 1; n >= 0; n-- {
		if trace[n].Device == i.name && trace[n].Err != nil {
			return &trace[n]
		}
	}
	return nil
}

// exchangeNote adds the bytes of an exchange.
func exchangeNote(n *note, x *line.Exchange) {
	if x == nil {
		return
	}
	n.add("request", shown(x.Request))
	n.add("reply", shown(x.Reply))
	n.add("took", x.Took.Round(time.Microsecond).String())
}

// shown is bytes as a Go string would be written, at most 100 of them: "PR1\r\n", "\x05".
func shown(b []byte) string {
	const most = 100
	if len(b) == 0 {
		return "none"
	}
	tail := ""
	if len(b) > most {
		b, tail = b[:most], fmt.Sprintf(" and %d more", len(b)-most)
	}
	q := strconv.QuoteToASCII(string(b))
	return q[1:len(q)-1] + tail
}

// reportHalt records a halt: who asked, why, and what could not be sent.
func (i *instrument) reportHalt(by buffer.Principal, why string, err error, took time.Duration) {
	result, status, severity := "success", "success", buffer.Warning
	if err != nil {
		result, status, severity = "failed", err.Error(), buffer.Critical
	}
	n := who(by)
	n.add("why", why)
	n.took(took)
	if err != nil {
		n.add("error", err.Error())
	}
	i.env.Log.Warn("halt", "device", i.name, "who", by.Name, "why", why, "result", result, "err", err)
	i.env.Record(&buffer.Event{
		Kind: buffer.Command, Severity: severity, Type: buffer.Counter, Metric: "commands_total", Value: 1, Device: i.name,
		Labels: buffer.MakeLabels("control", "halt", "device", i.name, "result", result), Status: status, Note: n.String(),
	})
}
