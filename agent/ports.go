package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"

	"pychron-edge/drivers"
	"pychron-edge/drivers/line"

	"pychron-edge/agent/config"
	"pychron-edge/agent/verbs"
)

// portsVerb lists the serial ports of the machine and which configured devices use them. It reads sysfs and opens no port.
func portsVerb(_ context.Context, args []string, out, problems io.Writer) int {
	given, code := parsed("ports", args, out, problems)
	if given == nil {
		return code
	}
	path := given.Config()
	users, unread := portUsers(path)
	if errors.Is(unread, fs.ErrNotExist) && path == verbs.DefaultConfig {
		unread = nil
	}
	ports, err := line.ListPorts("", "")
	if err != nil {
		fmt.Fprintf(problems, "agent ports: %v\n", err)
		return exitMistake
	}
	if err := printPorts(out, ports, users); err != nil {
		return exitMistake
	}
	if unread != nil {
		fmt.Fprintf(problems, "agent ports: the devices are not shown, for the configuration cannot be read: %v\n", unread)
	}
	return exitFine
}

// portUsers are the devices on each serial line, by the line's key. A file with mistakes tells what it can.
func portUsers(path string) (map[string][]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	c, _ := config.Load(path, data)
	plan, _ := config.Check(c)
	users := map[string][]string{}
	for _, d := range plan.Devices {
		if strings.HasPrefix(d.Port, "serial:") {
			users[d.Line.Key()] = append(users[d.Line.Key()], d.Name)
		}
	}
	return users, nil
}

// printPorts prints a table of ports, and after it the devices whose port is not there.
func printPorts(out io.Writer, ports []line.PortInfo, users map[string][]string) error {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "PORT\tVID:PID\tSERIAL\tPRODUCT\tBY-ID\tDEVICES")
	for _, p := range ports {
		key := portKey(p)
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", p.Node, cmp.Or(strings.Trim(p.VID+":"+p.PID, ":"), "-"), cmp.Or(p.Serial, "-"),
			cmp.Or(p.Product, "-"), cmp.Or(p.ByID, "-"), cmp.Or(strings.Join(users[key], ", "), "-"))
		delete(users, key)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, key := range config.SortedKeys(users) {
		fmt.Fprintf(out, "not there: %s, for %s\n", key, strings.Join(users[key], ", "))
	}
	return nil
}

// portKey is the key a line has that leads to the port.
func portKey(p line.PortInfo) string {
	a, err := line.ParseAddress("serial://"+p.Node, drivers.LineSettings{})
	if err != nil {
		return p.Node
	}
	return a.Key()
}
