package main

import (
	"os"
	"os/signal"
	"syscall"
)

// outlive has this process outlive what ends others without a word, for it may be the one that has to put a laser out: a terminal that is closed
// (SIGHUP) and a pipe that nobody reads any more (SIGPIPE, of a line of the log). From now on a hangup is one message of the channel; who wants
// none may leave it.
func outlive() (hangups <-chan os.Signal) {
	signal.Ignore(syscall.SIGPIPE)
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	return c
}
