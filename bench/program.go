package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// program is one that reads instruments and publishes what it read.
type program struct {
	name  string
	agent bool
	slack time.Duration // timer slack it is started with, as a unit gives it; 0 = the system's 50 µs
	start func(b *bench, s scene, listen string) (path string, args []string, err error)
}

// byUnit is an agent as its unit starts it: its own user, no capability, and TimerSlackNSec=.
func byUnit(name, path string) program {
	return program{name: name, agent: true, slack: time.Millisecond, start: func(b *bench, s scene, listen string) (string, []string, error) {
		config, err := b.config(s, listen)
		return path, []string{"run", "-config", config, "-runtime", filepath.Join(b.dir, "run")}, err
	}}
}

var naive = program{name: "naive loop", start: func(b *bench, s scene, listen string) (string, []string, error) {
	args := []string{b.broker, listen, s.every.String(), s.framing}
	for _, g := range b.gauges {
		args = append(args, g.link)
	}
	return filepath.Join(b.dir, "naive"), args, nil
}}

// collectd reads by its modbus plugin and publishes by its mqtt plugin, both in C; it has no page, events or interlocks.
var collectd = program{name: "collectd", start: func(b *bench, s scene, _ string) (string, []string, error) {
	host, port, _ := strings.Cut(strings.TrimPrefix(b.broker, "tcp://"), ":")
	var c strings.Builder
	fmt.Fprintf(&c, "FQDNLookup false\nInterval %g\nBaseDir %q\nPIDFile %q\nTypesDB \"/usr/share/collectd/types.db\"\nReadThreads 5\n", s.every.Seconds(), b.dir, filepath.Join(b.dir, "collectd.pid"))
	c.WriteString("LoadPlugin modbus\nLoadPlugin mqtt\n<Plugin modbus>\n<Data \"p\">\nRegisterBase 1\nRegisterType Float\nType gauge\nInstance \"p\"\n</Data>\n")
	for n, g := range b.gauges {
		fmt.Fprintf(&c, "<Host \"g%d\">\nDevice %q\nBaudrate 9600\nInterval %g\n<Slave 1>\nInstance \"p\"\nCollect \"p\"\n</Slave>\n</Host>\n", n, g.link, s.every.Seconds())
	}
	fmt.Fprintf(&c, "</Plugin>\n<Plugin mqtt>\n<Publish \"bench\">\nHost %q\nPort %q\nQoS 1\nPrefix \"pychron/line1/readings\"\n</Publish>\n</Plugin>\n", host, port)
	path := filepath.Join(b.dir, "collectd.conf")
	return "/usr/sbin/collectd", []string{"-f", "-C", path}, os.WriteFile(path, []byte(c.String()), 0o644)
}}

// telegraf reads and publishes by its plugins of the same names, in Go; it, too, has no page, events or interlocks, and in this build no other plugin.
// It hands over what it read when there are ten readings, and as often as it reads.
var telegraf = program{name: "Telegraf", start: func(b *bench, s scene, _ string) (string, []string, error) {
	var c strings.Builder
	fmt.Fprintf(&c, "[agent]\ninterval = %[1]q\nround_interval = false\nmetric_batch_size = 10\nflush_interval = %[1]q\nprecision = \"1ms\"\nomit_hostname = true\nquiet = true\n", s.every)
	fmt.Fprintf(&c, "[[outputs.mqtt]]\nservers = [%q]\ntopic = 'pychron/line1/readings/{{ .Tag \"name\" }}/p'\nqos = 1\nlayout = \"non-batch\"\ndata_format = \"json\"\n", b.broker)
	for n, g := range b.gauges {
		fmt.Fprintf(&c, "[[inputs.modbus]]\nname = \"g%d\"\ncontroller = %q\nbaud_rate = 9600\ndata_bits = 8\nparity = \"N\"\nstop_bits = 1\ntransmission_mode = \"RTU\"\ntimeout = \"1s\"\n", n, "file://"+g.link)
		c.WriteString("configuration_type = \"request\"\n[[inputs.modbus.request]]\nslave_id = 1\nregister = \"holding\"\nfields = [{address = 1, name = \"p\", type = \"FLOAT32\"}]\n")
	}
	const built = ".tmp/telegraf"
	if _, err := os.Stat(built); err != nil {
		return "", nil, fmt.Errorf("%w; make %s builds it", err, built)
	}
	path := filepath.Join(b.dir, "telegraf.conf")
	return built, []string{"--config", path}, os.WriteFile(path, []byte(c.String()), 0o644)
}}

// config writes an agent's configuration for a scene.
func (b *bench) config(s scene, listen string) (string, error) {
	models := map[string]string{
		"mks":    "model: mks-937b, options: {channels: {1: p}}",
		"ascii":  `model: ascii, options: {end: "\r", reads: [{channel: p, name: pressure, unit: pascals, send: "P?"}], vectors: [{send: "P?\r", reply: "1.23E-5\r", reads: {p: "1.23E-5"}}]}`,
		"modbus": "model: modbus, options: {address: 1, reads: [{channel: p, name: pressure, unit: pascals, register: 1, type: float32}]}",
	}
	tokens := "[]"
	if b.laser != nil {
		tokens = fmt.Sprintf("[{name: bench, sha256: %x, rights: [command]}]", sha256.Sum256([]byte(haltToken)))
	}
	var c strings.Builder
	fmt.Fprintf(&c, "agent: {name: line1, listen: %q, clock: trusted, tokens: %s}\nmqtt: {broker: %q}\ndevices:\n", listen, tokens, b.broker)
	for i, g := range b.gauges {
		fmt.Fprintf(&c, "  - {name: g%d, port: %q, every: %v, deadband: 0, %s}\n", i, "serial://"+g.link+"?baud=9600", s.every, models[s.framing])
	}
	if b.laser != nil {
		fmt.Fprintf(&c, "  - {name: laser, model: fusions-co2, port: \"tcp://%s\", every: 1m, control: true, options: {max_on: 1m}}\nrules:\n  - {name: pressure, when: g0.p > pa(1), halt: [laser]}\n", b.laser.listener.Addr())
	}
	path := filepath.Join(b.dir, "agent.yaml")
	return path, os.WriteFile(path, []byte(c.String()), 0o644)
}
