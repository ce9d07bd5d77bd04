package pychronimport

import (
	"path"
	"strconv"
	"strings"
	"time"

	"pychron-edge/lazyregexp"
)

// laser imports a plugin that is a laser: its logic board's file is in the folder of the plugin.
func (i *importer) laser(p *node) {
	folder := strings.ToLower(snake.ReplaceAllString(p.text, "${1}_${2}"))
	var file string
	for _, pattern := range []string{"devices/" + folder + "/*logic_board.*", "devices/" + strings.ToLower(p.text) + "/*logic_board.*", "devices/" + folder + "/*controller.*"} {
		for _, name := range i.match(pattern) {
			if ext := strings.ToLower(path.Ext(name)); file == "" && (ext == ".cfg" || ext == ".yaml" || ext == ".yml") && !stale(name) {
				file = strings.TrimSuffix(name, path.Ext(name))
			}
		}
	}
	d := &instrument{name: folder, klass: p.text, points: map[string]string{}}
	if file != "" {
		d.cfg = i.deviceFile(strings.TrimPrefix(file, "devices/"), place{on: true})
	}
	i.addDevice(d, p)
}

// readMonitors reads the files of monitors that are imported. Of one that is there twice the .yaml counts, as with devices.
func (i *importer) readMonitors() {
	for _, ext := range []string{".yaml", ".yml", ".cfg"} {
		for _, base := range []string{"system_monitor", "automated_run_monitor", "*laser_monitor"} {
			for _, name := range i.match("monitors/" + base + ext) {
				i.readMonitor(name, strings.ToLower(strings.TrimSuffix(path.Base(name), path.Ext(name))))
			}
		}
	}
}

func (i *importer) readMonitor(name, base string) {
	if stale(name) {
		return
	}
	if before := i.monitors[base]; before != nil {
		i.used[strings.ToLower(name)] = true
		i.overruled(before, name)
	} else if n := i.load(name); n != nil {
		i.monitors[base] = n
	}
}

var minutes = lazyregexp.New(`^[0-9]+(\.[0-9]+)?$`)

// maxOn is how long a laser may stay enabled, from the monitor whose name is most like the laser's.
func (i *importer) maxOn(laser string) (duration string, ok bool) {
	var found *node
	for _, name := range sorted(i.monitors) {
		if !strings.HasSuffix(name, "laser_monitor") {
			continue
		}
		root := i.monitors[name]
		for _, section := range root.parts {
			n := section.last("max_duration")
			own := strings.Contains(strings.ToLower(laser), strings.TrimSuffix(strings.TrimSuffix(name, "laser_monitor"), "_"))
			if n != nil && (found == nil || own) {
				found = n
			}
		}
	}
	if found == nil || !minutes.MatchString(found.text) {
		return "", false
	}
	f, err := strconv.ParseFloat(found.text, 64)
	if err != nil || f <= 0 || f > 24*60 {
		return "", false
	}
	duration = time.Duration(f * float64(time.Minute)).String()
	i.written(found, "max_duration "+found.text+" of "+laser, "max_on: "+duration, "")
	return duration, true
}
