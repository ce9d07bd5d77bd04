// Package portlist lists the serial ports of the machine and the configured devices on them, for `agent ports`.
//
// It reads sysfs and a configuration, and opens no port.
package portlist

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
	"pychron-edge/yamlfile"

	"pychron-edge/agent/config"
)

// Users are the devices on each serial line, by the line's key. A file with mistakes tells what it can.
func Users(path string) (map[string][]string, error) {
	data, err := yamlfile.Bytes(path)
	if err != nil {
		return nil, err
	}
	c, wrong := config.Load(path, data)
	plan, _ := config.Check(c)
	if len(plan.Devices) == 0 && len(wrong) > 0 {
		return nil, errors.New(wrong[0].String())
	}
	users := map[string][]string{}
	for _, d := range plan.Devices {
		if strings.HasPrefix(d.Port, "serial:") {
			users[d.Line.Key()] = append(users[d.Line.Key()], d.Name)
		}
	}
	return users, nil
}

// Write prints a table of ports, and after it the adapters that are alike and the devices whose port is not there.
func Write(out io.Writer, ports []line.PortInfo, users map[string][]string) error {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "PORT\tVID:PID\tSERIAL\tPRODUCT\tNAME THAT STAYS\tDEVICES")
	for _, p := range ports {
		key := portKey(p)
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", p.Node, cmp.Or(strings.Trim(p.VID+":"+p.PID, ":"), "-"), cmp.Or(p.Serial, "-"),
			cmp.Or(p.Product, "-"), cmp.Or(p.Stable(), "-"), cmp.Or(strings.Join(users[key], ", "), "-"))
		delete(users, key)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, p := range ports {
		if p.Alike > p.Node {
			fmt.Fprintf(out, "alike: %s and %s; nothing but the place they are plugged in tells them apart\n", p.Node, p.Alike)
		}
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
