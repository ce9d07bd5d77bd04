package simulate

import (
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
