// Command agent runs on the board beside an extraction line: it reads the instruments, keeps and publishes what happens,
// and moves things for people and programs, all through one commander.
//
// It is not a safety system. It stores nothing for long and draws nothing: that is the viewer's.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := dispatch(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
