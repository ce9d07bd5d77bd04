package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync"

	"pychron-edge/drivers"
	"pychron-edge/drivers/sim"
)

// stations are the instruments of the line: two gauges, a box with ten valves, a laser, a turbo pump, a temperature controller.
var stations = []struct {
	name, model, options, rest string // as they stand in the file
	decoded                    any
}{
	{"ion1", "pfeiffer-tpg", "channels: {1: ig, 2: cg}", "every: 500ms", &drivers.TPGOptions{Channels: map[int]string{1: "ig", 2: "cg"}}},
	{"ion2", "pfeiffer-tpg", "channels: {1: ig}", "every: 1s, deadband: 0", &drivers.TPGOptions{Channels: map[int]string{1: "ig"}}},
	{"box", "arduino-valvebox", "channels: {0: A, 1: B, 2: C}", "every: 1s, control: true", &drivers.ValveboxOptions{Channels: map[int]string{0: "A", 1: "B", 2: "C"}}},
	{"laser", "fusions-co2", "prefix: \";LB.\", max_on: 15m", "every: 500ms, control: true", &drivers.FusionsCO2Options{Prefix: ";LB."}},
	{"turbo", "pfeiffer-pump", "", "every: 2s", &drivers.PfeifferPumpOptions{}},
	{"oven", "eurotherm-modbus", "", "every: 1s", &drivers.EurothermModbusOptions{}},
}

// instruments are where each station is found: simulated ones until unplug is called, or a port on which nothing listens.
func instruments(answer bool) (urls map[string]string, unplug func(), err error) {
	urls = map[string]string{}
	bench := sim.New(sim.Options{})
	for n, s := range stations {
		urls[s.name] = fmt.Sprintf("tcp://127.0.0.%d:1", n+1)
		if err := bench.Attach(sim.Device{Name: s.name, Model: s.model, URL: "tcp://" + s.name + ":1", Options: s.decoded}); err != nil {
			return nil, nil, err
		}
	}
	if !answer {
		return urls, func() {}, nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	if urls, err = bench.Start(ctx); err != nil {
		cancel()
		return nil, nil, err
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := bench.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
			fmt.Println("simulated instruments:", err)
		}
	})
	return urls, func() { cancel(); wg.Wait() }, nil
}

// configuration is the file of a board with these instruments, its page there, and its journal on the card, if it has one.
func (s scene) configuration(urls map[string]string, page, card string) string {
	var c strings.Builder
	fmt.Fprintf(&c, "agent:\n  name: card\n  listen: %s\n  clock: trusted\n  tokens: [{name: card, sha256: %x, rights: [command]}]\n", page, sha256.Sum256([]byte(secret)))
	if s.journal {
		fmt.Fprintf(&c, "  journal: {path: %s/journal}\n", card)
	}
	if !s.answer {
		c.WriteString("mqtt: {broker: \"tcp://127.0.0.1:1\"}\n")
	}
	c.WriteString("devices:\n")
	for _, d := range stations {
		fmt.Fprintf(&c, "  - {name: %s, model: %s, port: %q, %s, options: {%s}}\n", d.name, d.model, urls[d.name], d.rest, d.options)
	}
	c.WriteString("rules:\n  - {name: pressure, when: ion1.ig > torr(1e-2), halt: [laser]}\n")
	c.WriteString("alarms:\n  - {name: bone, when: ion1.ig > torr(1e-5), for: 10s, cause: a leak, consequence: a high blank, action: close the valves}\n")
	return c.String()
}
