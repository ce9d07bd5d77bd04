package main

import (
	"fmt"
	"time"
)

// scene is one hour of a board.
type scene struct {
	name    string
	answer  bool // the instruments answer, simulated ones; otherwise nothing listens and the broker is away
	moves   bool // a person opens or closes a valve each minute
	journal bool // the audit lane is kept on the card, which costs what it costs
	bad     bool // the file is refused, and read again each minute
	kept    bool // a file that was good has run before
	idle    bool // no agent at all: what the file system writes by itself
	free    bool // no budget
}

var scenes = []scene{
	{name: "normal running, nobody there", answer: true},
	{name: "normal running, a valve moved each minute", answer: true, moves: true},
	{name: "every device failing, no broker"},
	{name: "refused file, the last good one runs", answer: true, bad: true, kept: true},
	{name: "refused file, no good one was there", answer: true, bad: true},
	{name: "a valve each minute, journal on the card", answer: true, moves: true, journal: true, free: true},
	{name: "no agent", idle: true, free: true},
}

func (s scene) budget() string {
	if s.free {
		return "-"
	}
	return fmt.Sprintf("%d, with what is printed", budget)
}

// secret is the token with which valves are moved.
const secret = "card"

// restart is how long systemd waits before it starts the program again: RestartSec= of the unit.
const restart = time.Second
