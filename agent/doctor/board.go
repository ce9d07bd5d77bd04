package doctor

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// read is the text of a file below the root, "" where there is none.
func (p Patient) read(name string) string {
	data, err := os.ReadFile(p.path(name))
	if err != nil {
		return ""
	}
	return strings.Trim(string(data), "\x00\n ")
}

// board says which board and kernel it is, and whether it has power and cooling.
func board(p Patient) []Finding {
	model := p.read("proc/device-tree/model")
	if model == "" {
		model = "no Raspberry Pi"
	}
	all := well("board", "%s, kernel %s", model, p.read("proc/sys/kernel/osrelease"))
	return append(all, throttling(p)...)
}

// The bits of the firmware's word: now in the low half, since the start in the high one.
const (
	underVoltage = 1 << 0
	throttled    = 1<<1 | 1<<2 | 1<<3
	sinceStart   = 16
)

// throttling reads what the firmware says of power and temperature.
func throttling(p Patient) []Finding {
	text := p.read("sys/devices/platform/soc/soc:firmware/get_throttled")
	if text == "" {
		return nil // no Raspberry Pi, or an old kernel
	}
	word, err := strconv.ParseUint(strings.TrimPrefix(text, "0x"), 16, 32)
	switch {
	case err != nil:
		return ill(Warn, "power", "the firmware says "+text, "look at `vcgencmd get_throttled`")
	case word&underVoltage != 0:
		return ill(Bad, "power", "the supply is below 4.63 V now", "use the board's own power supply and a short cable")
	case word>>sinceStart&underVoltage != 0:
		return ill(Warn, "power", "the supply was below 4.63 V since the start", "use the board's own power supply and a short cable")
	case word&throttled != 0:
		return ill(Warn, "power", "the processor is held back, for it is too warm", "give the board air or a heat sink")
	}
	return well("power", "supply and temperature were good since the start")
}

// memory says whether the unit's memory limit has an effect.
func memory(p Patient) []Finding {
	controllers := p.read("sys/fs/cgroup/cgroup.controllers")
	if controllers == "" {
		return nil
	}
	for _, c := range strings.Fields(controllers) {
		if c == "memory" {
			return well("memory cgroup", "on: MemoryMax of the unit holds")
		}
	}
	return ill(Warn, "memory cgroup", "off, so MemoryMax of the unit has no effect (GOMEMLIMIT has)", "add cgroup_enable=memory to /boot/firmware/cmdline.txt and restart the board")
}

// clock says whether something sets the clock, and whether there is one that runs without power.
func clock(p Patient) []Finding {
	var all []Finding
	switch {
	case p.Root != "/":
	case !synchronised():
		all = ill(Warn, "clock", "the kernel says that nothing sets it", "let systemd-timesyncd or chrony reach a server; `timedatectl` shows it")
	default:
		all = well("clock", "it is set from outside")
	}
	if rtc, err := filepath.Glob(p.path("sys/class/rtc/rtc*")); err != nil || len(rtc) == 0 {
		return append(all, ill(Warn, "RTC", "there is none: after a power cut the clock is wrong until the network is there", "add a DS3231 or, on a Pi 5, its battery; the agent marks the times meanwhile")...)
	}
	return append(all, well("RTC", "there is one")...)
}

func synchronised() bool {
	var t unix.Timex
	state, err := unix.Adjtimex(&t)
	return err == nil && state != unix.TIME_ERROR
}

const (
	tooFull  = 0.95
	fullSoon = 0.85
)

// disk looks at the file system that holds the journal.
func disk(p Patient) []Finding {
	where := "/var/lib/pychron-edge"
	if p.Plan != nil && p.Plan.Config.Agent.Journal.Path != "" {
		where = p.Plan.Config.Agent.Journal.Path
	}
	for p.path(where) != p.path("") {
		if _, err := os.Stat(p.path(where)); err == nil {
			break
		}
		where = filepath.Dir(where)
	}
	var s unix.Statfs_t
	if err := unix.Statfs(p.path(where), &s); err != nil || s.Blocks == 0 {
		return ill(Warn, "disk", fmt.Sprintf("%s cannot be looked at: %v", where, err), "look at `df`")
	}
	used := 1 - float64(s.Bavail)/float64(s.Blocks)
	text := fmt.Sprintf("%s is %.0f %% full", where, used*100)
	switch {
	case s.Flags&unix.ST_RDONLY != 0:
		return ill(Bad, "disk", where+" is read-only: a card that fails is made so by the kernel", "look at `dmesg`; replace the card")
	case used > tooFull:
		return ill(Bad, "disk", text, "make room, or make agent.journal.size smaller")
	case used > fullSoon:
		return ill(Warn, "disk", text, "make room")
	}
	return well("disk", "%s", text)
}
