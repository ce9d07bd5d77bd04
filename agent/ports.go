package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"pychron-edge/drivers/line"

	"pychron-edge/agent/portlist"
	"pychron-edge/agent/verbs"
)

// portsVerb lists the serial ports of the machine and which configured devices use them. It reads sysfs and opens no port.
func portsVerb(_ context.Context, args []string, out, problems io.Writer) int {
	given, code := parsed("ports", args, out, problems)
	if given == nil {
		return code
	}
	path := given.Config()
	users, unread := portlist.Users(path)
	if errors.Is(unread, fs.ErrNotExist) && path == verbs.DefaultConfig {
		unread = nil
	}
	ports, err := line.ListPorts("", "")
	if err != nil {
		fmt.Fprintf(problems, "agent ports: %v\n", err)
		return exitMistake
	}
	if err := portlist.Write(out, ports, users); err != nil {
		return exitMistake
	}
	if unread != nil {
		fmt.Fprintf(problems, "agent ports: the devices are not shown, for the configuration cannot be read: %v\n", unread)
	}
	return exitFine
}
