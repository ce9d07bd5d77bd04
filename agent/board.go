package main

import (
	"pychron-edge/telemetry"

	"pychron-edge/agent/config"
	"pychron-edge/agent/thrift"
)

// useBoard takes no more of the board than the plan needs. Simulated instruments are no part of the count, and are left alone.
func useBoard(p *config.Plan) *thrift.Board {
	c := &p.Config.Agent
	return thrift.Use(c.Processors, c.TimerSlack, len(p.Devices), p.PollsPerSecond())
}

// boardStatus is what the program takes of the board.
func (a *agent) boardStatus() telemetry.BoardStatus {
	used, limit, slack, refused := a.board.Status()
	s := telemetry.BoardStatus{Processors: used, ProcessorsMax: limit, TimerSlack: slack.Seconds()}
	if refused != nil {
		s.Refused = refused.Error()
	}
	return s
}
