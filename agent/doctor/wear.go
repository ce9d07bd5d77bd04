package doctor

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
)

// Wear of a card: what a board with this program alone writes is far less.
const (
	muchWritten = 100 << 20 // bytes an hour
	sectorBytes = 512       // of /sys/block/*/stat, whatever the disk's own are
)

// wear says how much was written to each card and disk since the start.
func wear(p Patient) []Finding {
	up, _, _ := strings.Cut(p.read("proc/uptime"), " ")
	seconds, err := strconv.ParseFloat(up, 64)
	if err != nil || seconds < 60 {
		return nil
	}
	var all []Finding
	for _, pattern := range []string{"mmcblk[0-9]", "sd[a-z]", "nvme[0-9]n[0-9]"} {
		disks, err := filepath.Glob(p.path("sys/block/" + pattern))
		if err != nil {
			continue
		}
		for _, disk := range disks {
			all = append(all, p.written(filepath.Base(disk), seconds)...)
		}
	}
	return all
}

// written says how much was written to one.
func (p Patient) written(disk string, seconds float64) []Finding {
	field := strings.Fields(p.read("sys/block/" + disk + "/stat"))
	if len(field) < 7 {
		return nil
	}
	sectors, err := strconv.ParseFloat(field[6], 64)
	if err != nil {
		return nil
	}
	hourly := sectors * sectorBytes / seconds * 3600
	text := fmt.Sprintf("%s was written %.1f MB an hour since the start", disk, hourly/1e6)
	if hourly > muchWritten {
		return ill(Warn, "wear", text, "look at `iotop -oPa` for who writes; Storage=volatile in journald.conf keeps the journal off the card")
	}
	return well("wear", "%s", text)
}
