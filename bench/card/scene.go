package main

import "time"

// scene is one hour of a board.
type scene struct {
	name    string
	answer  bool  // the instruments answer, simulated ones; otherwise nothing listens and the broker is away
	moves   bool  // a person opens or closes a valve each minute
	journal bool  // the audit lane is kept on the card, which costs what it costs
	bad     bool  // the file is refused, and read again each minute
	kept    bool  // the board is not new: it has run for a while and stopped in order before
	idle    bool  // no agent at all: what the file system writes by itself
	budget  int64 // bytes that the device may write in the hour; 0 = as many as it takes
}

// hour is how much may be written in one, in bytes.
const hour = 100_000

var scenes = []scene{
	{name: "normal running, nobody there", answer: true, kept: true, budget: hour},
	{name: "normal running, a board that never ran", answer: true, budget: hour},
	{name: "normal running, a valve moved each minute", answer: true, moves: true, kept: true},
	{name: "every device failing, no broker", kept: true, budget: hour},
	{name: "refused file, the last good one runs", answer: true, bad: true, kept: true, budget: hour},
	{name: "refused file, no good one was there", answer: true, bad: true, budget: hour},
	{name: "a valve each minute, journal on the card", answer: true, moves: true, journal: true, kept: true},
	{name: "no agent", idle: true},
}

// secret is the token with which valves are moved.
const secret = "card"

// restart is how long systemd waits before it starts the program again: RestartSec= of the unit.
const restart = time.Second
