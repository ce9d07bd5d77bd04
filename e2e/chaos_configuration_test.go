//go:build e2e

package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"go.yaml.in/yaml/v3"
)

// chaosAgent is the agent's name.
const chaosAgent = "line1"

func (l *lab) write(name, text string) {
	l.Helper()
	if err := os.WriteFile(filepath.Join(l.dir, name), []byte(text), 0o644); err != nil {
		l.Fatal(err)
	}
}

func (l *lab) writeYAML(name string, config map[string]any) {
	l.Helper()
	text, err := yaml.Marshal(config)
	if err != nil {
		l.Fatal(err)
	}
	l.write(name, string(text))
}

// certify makes the broker's certificate, which signs itself.
func (l *lab) certify() {
	l.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		l.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "chaos"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	signed, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		l.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		l.Fatal(err)
	}
	l.write("broker.crt", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed})))
	l.write("broker.key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
}

// uplink is the broker's address as a client has it, and how it is believed.
func (l *lab) uplink(address string) map[string]any {
	if l.tls {
		return map[string]any{"broker": "ssl://" + address, "tls": map[string]any{"ca": filepath.Join(l.dir, "broker.crt")}}
	}
	return map[string]any{"broker": "tcp://" + address}
}

// configureAgent has two counters, which answer within 20 s or are in trouble: a stopped program misses no value by its clock.
func (l *lab) configureAgent(listen, broker string) {
	var devices []any
	for _, c := range l.counters {
		devices = append(devices, map[string]any{"name": c.name, "model": "ascii", "port": "serial://" + c.link + "?deadline=20s", "every": "100ms", "stale_after": "60s",
			"control": true, "options": map[string]any{
				"reads": []any{map[string]any{"name": "count", "unit": "number", "send": "VAL"}},
				"sets":  []any{map[string]any{"control": "level", "unit": "number", "min": 0, "max": 1000000, "idle": 0, "send": "SET {value}", "answer": "OK"}},
				"vectors": []any{
					map[string]any{"source": "chaos_counter_test.go", "send": "VAL\r", "reply": "17\r", "reads": map[string]any{"count": "17"}},
					map[string]any{"source": "chaos_counter_test.go", "set": "level", "value": 17, "send": "SET 17\r", "reply": "OK\r"},
				},
			}})
	}
	journal := filepath.Join(l.card.dir, "journal")
	if err := os.Mkdir(journal, 0o700); err != nil {
		l.Fatal(err)
	}
	l.writeYAML("agent.yaml", map[string]any{
		"agent":   map[string]any{"name": chaosAgent, "listen": listen, "clock": "trusted", "tokens": tokens(), "journal": map[string]any{"path": journal, "size": 1 << 20}},
		"mqtt":    l.uplink(broker),
		"devices": devices,
	})
}

func (l *lab) configureViewer(broker string) {
	mqtt := l.uplink(broker)
	if l.embedded {
		embedded := map[string]any{"listen": l.brokerAt, "dir": filepath.Join(l.spool.dir, "broker"), "size": 1 << 24}
		if l.tls {
			embedded["tls"] = map[string]any{"cert": filepath.Join(l.dir, "broker.crt"), "key": filepath.Join(l.dir, "broker.key")}
		}
		mqtt = map[string]any{"broker": "embedded", "embedded": embedded}
	}
	store := filepath.Join(l.store.dir, "viewer.db")
	if l.sql {
		store = l.postgresURL()
	}
	l.writeYAML("viewer.yaml", map[string]any{"mqtt": mqtt, "store": store})
}

// rights are what mosquitto lets anybody do, but for what is denied.
func (l *lab) rights(denied ...string) {
	text := "topic readwrite #\n"
	for _, topic := range denied {
		text += "topic deny " + topic + "\n"
	}
	l.write("acl", text)
}

func (l *lab) configureMosquitto() {
	host, port, _ := net.SplitHostPort(l.brokerAt)
	text := fmt.Sprintf("user root\nlistener %s %s\nallow_anonymous true\nmax_queued_messages 0\nacl_file %s\n", port, host, filepath.Join(l.dir, "acl"))
	if l.tls {
		text += fmt.Sprintf("certfile %s\nkeyfile %s\n", filepath.Join(l.dir, "broker.crt"), filepath.Join(l.dir, "broker.key"))
	}
	if !l.forgetful {
		text += fmt.Sprintf("persistence true\npersistence_location %s/\nautosave_on_changes true\nautosave_interval 50\n", l.spool.dir)
	}
	l.rights()
	l.write("mosquitto.conf", text)
}

// bootOf asks an agent which start it is; "" where it does not answer.
func bootOf(url string) string {
	body, err := fetch(url + "/status")
	if err != nil {
		return ""
	}
	var s struct{ Boot string }
	if json.Unmarshal([]byte(body), &s) != nil {
		return ""
	}
	return s.Boot
}
