package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"pychron-edge/agent/config"
)

func TestSimulationNeverReachesARealBroker(t *testing.T) {
	for broker, ok := range map[string]bool{
		"": true, "tcp://127.0.0.1:1883": true, "tcp://localhost:1883": true, "tcp://[::1]:1883": true,
		"tcp://lab:1883": false, "tcp://192.168.1.5:1883": false, "tcp://localhost.evil:1883": false, "tcp://127.0.0.1.evil:1883": false,
	} {
		c := &config.Config{}
		c.Agent.Name, c.MQTT.Broker, c.MQTT.Prefix, c.Agent.Journal.Path = "line1", config.Brokers(broker), "pychron", "/var/lib/x"
		if err := simulated(c); (err == nil) != ok {
			t.Errorf("simulated with broker %q = %v, want allowed: %t", broker, err, ok)
		} else if ok && (c.Agent.Name != "line1_sim" || c.MQTT.Prefix != "pychron_sim" || c.Agent.Journal.Path != "/var/lib/x_sim") {
			t.Errorf("a simulation runs as %s, %s, %s; want _sim on all", c.Agent.Name, c.MQTT.Prefix, c.Agent.Journal.Path)
		}
	}
}

func TestOncePrintsEveryChannelOfTheDemoLine(t *testing.T) {
	if _, err := os.Stat("../firmware-cfg/demo.yaml"); err != nil {
		t.Fatal(err)
	}
	var out, problems bytes.Buffer
	if code := dispatch(t.Context(), []string{"once", "-sim", "-config", "../firmware-cfg/demo.yaml"}, &out, &problems); code != exitFine {
		t.Fatalf("once exited with %d: %s", code, problems.String())
	}
	for _, want := range []string{"ion1", "torr", "V1", "laser", "at_most", "chamber"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table has no %q:\n%s", want, out.String())
		}
	}
}

func TestWordsThatAreNoVerbs(t *testing.T) {
	for _, args := range [][]string{nil, {"ran"}, {"run", "now"}, {"run", "-script"}, {"halt", "please"}} {
		var out, problems bytes.Buffer
		if code := dispatch(t.Context(), args, &out, &problems); code != exitUsage || !strings.Contains(problems.String(), "usage:") {
			t.Errorf("agent %q exited with %d: %s; want %d and the usage", args, code, problems.String(), exitUsage)
		}
	}
}
