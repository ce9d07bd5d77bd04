package doctor

import (
	"bufio"
	"cmp"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"pychron-edge/drivers/line"

	"pychron-edge/agent/config"
)

// groupsOf are the groups of a user, by /etc/group, with the number of each.
func (p Patient) groupsOf(user string) (member []string, numbers map[string]string) {
	numbers = map[string]string{}
	lines := bufio.NewScanner(strings.NewReader(p.read("etc/group")))
	for lines.Scan() {
		field := strings.Split(lines.Text(), ":")
		if len(field) < 4 {
			continue
		}
		numbers[field[2]] = field[0]
		if field[0] == user || slices.Contains(strings.Split(field[3], ","), user) {
			member = append(member, field[0])
		}
	}
	return member, numbers
}

// groups says whether the service's user may use serial lines and pins.
func groups(p Patient) []Finding {
	member, _ := p.groupsOf(p.User)
	if len(member) == 0 {
		return ill(Warn, "groups", "there is no user "+p.User, "install the package, or run systemd-sysusers with systemd/sysusers.conf")
	}
	for _, group := range []string{"dialout", "gpio"} {
		if !slices.Contains(member, group) {
			return ill(Warn, "groups", p.User+" is not in group "+group, "sudo usermod -aG "+group+" "+p.User+" (the unit's SupplementaryGroups= does the same for the service)")
		}
	}
	return well("groups", "%s is in %s", p.User, strings.Join(member, ", "))
}

// ports looks at the serial line of each device.
func ports(p Patient) []Finding {
	if p.Plan == nil {
		return nil
	}
	var all []Finding
	for _, d := range p.Plan.Devices {
		if !d.Off && d.Port != "" && d.Line.Scheme == "serial" {
			all = append(all, p.port(d)...)
		}
	}
	return all
}

// port looks at one: is it there, may the service use it, does another program, and is the adapter set to answer at once.
func (p Patient) port(d *config.DevicePlan) []Finding {
	about := "port of " + d.Name
	node := d.Line.Node
	if node == "" {
		return p.byIdentity(d, about)
	}
	info, err := os.Stat(p.path(node))
	if err != nil {
		return ill(Bad, about, node+" is not there", "plug it in; `agent ports` lists what is")
	}
	var all []Finding
	if real, err := filepath.EvalSymlinks(p.path(node)); err == nil {
		all = append(all, p.latency(about, filepath.Base(real))...)
		if holder := p.holder(real); holder != "" {
			all = append(all, ill(Bad, about, node+" is also open in "+holder, "end that program: two masters on a line take each other's replies")...)
		}
	}
	if strings.HasPrefix(node, "/dev/ttyUSB") || strings.HasPrefix(node, "/dev/ttyACM") {
		all = append(all, ill(Warn, about, node+" may be another adapter after the next start", "write its /dev/serial/by-id/... name; `agent ports` shows it")...)
	}
	if why := p.refused(info); why != "" {
		return append(all, ill(Bad, about, node+": "+why, "install the udev rules of the package, or chgrp dialout and chmod 660")...)
	}
	if len(all) == 0 {
		return well(about, "%s is there and may be used", node)
	}
	return all
}

// byIdentity looks for a port that is named by the adapter's USB identity.
func (p Patient) byIdentity(d *config.DevicePlan, about string) []Finding {
	found, err := line.ListPorts(p.path("sys"), p.path("dev"))
	if err != nil {
		return ill(Warn, about, err.Error(), "look at `agent ports`")
	}
	n := 0
	for _, f := range found {
		if strings.EqualFold(f.VID, d.Line.VID) && strings.EqualFold(f.PID, d.Line.PID) && (d.Line.Serial == "" || f.Serial == d.Line.Serial) {
			n++
		}
	}
	switch n {
	case 0:
		return ill(Bad, about, "no adapter calls itself "+d.Line.VID+":"+d.Line.PID+" "+d.Line.Serial, "plug it in; `agent ports` lists what is there")
	case 1:
		return well(about, "its adapter is there")
	}
	return ill(Bad, about, fmt.Sprintf("%d adapters call themselves %s:%s %s", n, d.Line.VID, d.Line.PID, d.Line.Serial), "add serial= to the port, or use /dev/serial/by-path/...")
}

// latency looks at an FTDI adapter's timer, which holds back replies.
func (p Patient) latency(about, name string) []Finding {
	timer := p.read("sys/class/tty/" + name + "/device/latency_timer")
	if timer == "" || timer == "1" {
		return nil
	}
	return ill(Warn, about, "the FTDI adapter holds back replies for "+timer+" ms", "install the udev rules of the package, or write 1 to /sys/class/tty/"+name+"/device/latency_timer")
}

// holder is another program that has a node open, "" if none has. Only root sees all programs.
func (p Patient) holder(node string) string {
	fds, err := filepath.Glob(p.path("proc/[0-9]*/fd/*"))
	if err != nil {
		return ""
	}
	for _, fd := range fds {
		if to, err := os.Readlink(fd); err != nil || to != node {
			continue
		}
		process := filepath.Dir(filepath.Dir(fd))
		name, err := os.ReadFile(filepath.Join(process, "comm"))
		if text := strings.TrimSpace(string(name)); err == nil && !strings.HasPrefix(text, "pychron-edge") && text != "agent" {
			return text + " (process " + filepath.Base(process) + ")"
		}
	}
	return ""
}

// refused says why the service's user may not use a node, "" if it may.
func (p Patient) refused(info os.FileInfo) string {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	member, numbers := p.groupsOf(p.User)
	group := numbers[fmt.Sprint(s.Gid)]
	switch {
	case info.Mode().Perm()&0o006 == 0o006:
		return ""
	case info.Mode().Perm()&0o060 != 0o060:
		return fmt.Sprintf("its group may not use it (mode %04o)", info.Mode().Perm())
	case !slices.Contains(member, group) && group != "dialout": // which the unit adds
		return "it belongs to group " + cmp.Or(group, fmt.Sprintf("number %d, which has no name", s.Gid)) + ", and " + p.User + " is not in it"
	}
	return ""
}

// pins says whether the board has GPIO chips, where a device needs one.
func pins(p Patient) []Finding {
	if p.Plan == nil || !slices.ContainsFunc(p.Plan.Devices, func(d *config.DevicePlan) bool { return !d.Off && len(d.Pins) > 0 }) {
		return nil
	}
	chips, err := filepath.Glob(p.path("dev/gpiochip*"))
	if err != nil || len(chips) == 0 {
		return ill(Bad, "pins", "there is no GPIO chip, and devices hang on pins", "run it on the board, or look at `gpiodetect`")
	}
	info, err := os.Stat(chips[0])
	if err == nil && info.Mode().Perm()&0o060 != 0o060 {
		return ill(Bad, "pins", fmt.Sprintf("%s is closed to its group (mode %04o)", filepath.Base(chips[0]), info.Mode().Perm()), "install the udev rules of the package")
	}
	return well("pins", "%d GPIO chips", len(chips))
}

// listening says who can reach the page.
func listening(p Patient) []Finding {
	if p.Plan == nil {
		return nil
	}
	a := p.Plan.Config.Agent
	host, _, err := net.SplitHostPort(a.Listen)
	ip := net.ParseIP(host)
	switch {
	case err == nil && (host == "localhost" || ip != nil && ip.IsLoopback()):
		return well("page", "%s: this machine alone", a.Listen)
	case a.WebConfig != "":
		return p.webConfig(a.Listen, a.WebConfig)
	case len(a.Tokens) == 0:
		return ill(Warn, "page", a.Listen+": other machines reach it and are refused", "set listen to 127.0.0.1:9119, or give it a web_config or tokens")
	}
	return ill(Warn, "page", a.Listen+": tokens go over the network in plain text", "give it a web_config with TLS")
}
