package main

import (
	"encoding/json"
	"net"
	"strings"

	"pychron-edge/agent/ask"
)

// answerTable answers with what was read last of every device.
func (a *agent) answerTable(conn net.Conn) {
	text, answer := &strings.Builder{}, ask.TableAnswer{}
	if err := a.table(text); err != nil {
		answer.Silent = err.Error()
	}
	if err := a.silent(); err != nil {
		answer.Silent = err.Error()
	}
	answer.Table = text.String()
	json.NewEncoder(conn).Encode(answer)
}
