package main

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
)

// Why a line never opened is one line of text that says "port lost" once.
func TestLineThatNeverOpened(t *testing.T) {
	for why, err := range map[string]error{
		"open ion1: port lost":                            nil,
		"open ion1: port lost: " + fs.ErrNotExist.Error(): fs.ErrNotExist,
		"open ion1: tcp://moxa:4001: port lost: refused":  fmt.Errorf("tcp://moxa:4001: %w: refused", drivers.ErrPortLost),
	} {
		synctest.Test(t, func(t *testing.T) {
			l := newFakeLine()
			l.state = line.State{Err: err}
			h, end := onLine(t, gaugePlan("ion1", &fake{}), l)
			defer end()
			time.Sleep(3 * time.Second)
			failures := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Kind == buffer.Failure && e.Device == "ion1" })
			if len(failures) == 0 || !strings.Contains(failures[0].Note, why) || strings.Contains(failures[0].Note, `\n`) || failures[0].Status != "port lost" {
				t.Errorf("failures = %+v, want %q", failures, why)
			}
		})
	}
}
