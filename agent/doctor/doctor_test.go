package doctor

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pychron-edge/agent/config"
)

var now = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// onBoard is a board with these files, and a configuration.
func onBoard(t *testing.T, files map[string]string, text string) Patient {
	t.Helper()
	root := t.TempDir()
	for name, data := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	plan, _, err := config.PlanOf("agent.yaml", []byte(text))
	return Patient{Root: root, User: "pychron-edge", File: "agent.yaml", Plan: plan, Err: err, Now: now}
}

// ending is a certificate that ends then.
func ending(t *testing.T, end time.Time) string {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: end}
	der, err := x509.CreateCertificate(nil, c, c, public, private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

const sick = `agent: {name: a, listen: "0.0.0.0:9119", hosts: [line1.lab]}
mqtt: {broker: "ssl://broker.lab:8883", tls: {ca: /etc/ca.pem, cert: /etc/old.pem, key: /etc/old.key}}
devices:
  - {name: gone, model: mks-9xx, port: "serial:///dev/ttyAMA0?baud=9600"}
  - {name: moves, model: mks-9xx, port: "serial:///dev/ttyUSB0?baud=9600"}
  - {name: nobody, model: mks-9xx, port: "serial://?vid=0403&pid=6001&serial=A1&baud=9600"}
  - {name: V1, model: valve, pins: {solenoid: GPIO22}}
  - {name: off, model: mks-9xx, enabled: false, port: "serial:///dev/ttyS7?baud=9600"}
`

// Each fault of a bad board is named, with what to do.
func TestABadBoard(t *testing.T) {
	p := onBoard(t, map[string]string{
		"proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.4\x00", "proc/sys/kernel/osrelease": "6.12.0",
		"sys/devices/platform/soc/soc:firmware/get_throttled": "50005", "sys/fs/cgroup/cgroup.controllers": "cpu io pids",
		"etc/group": "dialout:x:20:pychron-edge\ngpio:x:990:pi\npychron-edge:x:991:\n", "dev/ttyUSB0": "",
		"sys/class/tty/ttyUSB0/device/latency_timer": "16", "sys/class/tty/ttyUSB0/x": "",
		"proc/uptime": "7200.5 100.0", "sys/block/mmcblk0/stat": "1 2 3 4 5 6 1000000 8", "sys/block/sda/stat": "1 2 3 4 5 6 2000 8",
		"proc/sys/kernel/hostname": "raspberrypi", "etc/hostname": "bench7",
		"etc/ca.pem": ending(t, now.Add(10*24*time.Hour)), "etc/old.pem": ending(t, now.Add(-time.Hour)),
	}, sick)
	all := Examine(p)
	var b strings.Builder
	if err := Write(&b, all); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(strings.Fields(b.String()), " ")
	for _, want := range []string{
		"ok board Raspberry Pi 4 Model B Rev 1.4, kernel 6.12.0", "BAD power the supply is below 4.63 V now", "warn memory cgroup off",
		"warn RTC there is none", "warn groups pychron-edge is not in group gpio", "BAD port of gone /dev/ttyAMA0 is not there",
		"warn port of moves the FTDI adapter holds back replies for 16 ms", "warn port of moves /dev/ttyUSB0 may be another adapter",
		"BAD port of moves /dev/ttyUSB0: its group may not use it (mode 0600)", "BAD port of nobody no adapter calls itself 0403:6001 A1",
		"BAD pins there is no GPIO chip", "warn page 0.0.0.0:9119: other machines reach it and are refused",
		"warn wear mmcblk0 was written 256.0 MB an hour", "ok wear sda was written 0.5 MB an hour",
		"warn names the machine is called raspberrypi, and bench7 from its next start on; answered are bench7, bench7.local, line1.lab, localhost, raspberrypi, raspberrypi.local, and every IP",
		"warn certificate /etc/ca.pem it ends on 2026-06-11", "BAD certificate /etc/old.pem it ended on 2026-05-31, and nobody accepts it", "BAD mqtt.tls.key /etc/old.key is not there",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the findings lack %q", want)
		}
	}
	if strings.Contains(got, "ttyS7") {
		t.Error("a device that is off was looked at")
	}
	if Worst(all) != Bad {
		t.Errorf("Worst = %v, want BAD", Worst(all))
	}
	for _, f := range all {
		if f.Level != OK && f.Do == "" {
			t.Errorf("%s: %s does not say what to do", f.About, f.Text)
		}
	}
	if t.Failed() {
		t.Log(b.String())
	}
}

// The certificate that the web configuration names is looked at, too.
func TestThePagesCertificate(t *testing.T) {
	p := onBoard(t, map[string]string{"etc/edge/web.yml": "tls_server_config: {cert_file: web.crt, key_file: web.key}\n", "etc/edge/web.crt": ending(t, now.Add(-time.Hour))},
		"agent: {name: a, listen: \"0.0.0.0:9119\", web_config: /etc/edge/web.yml}\ndevices:\n  - {name: hand, model: manual}\n")
	for _, f := range Examine(p) {
		if f.Level == Bad && f.About == "certificate /etc/edge/web.crt" && strings.Contains(f.Text, "2026-05-31") {
			return
		}
	}
	t.Error("the certificate that has ended is not told")
}

// A port that another program has open is named with it.
func TestAPortThatIsTaken(t *testing.T) {
	p := onBoard(t, map[string]string{"dev/ttyAMA0": "", "proc/77/comm": "minicom\n", "proc/77/fd/x": ""}, sick)
	if err := os.Symlink(filepath.Join(p.Root, "dev/ttyAMA0"), filepath.Join(p.Root, "proc/77/fd/5")); err != nil {
		t.Fatal(err)
	}
	for _, f := range ports(p) {
		if f.About == "port of gone" && strings.Contains(f.Text, "also open in minicom (process 77)") {
			return
		}
	}
	t.Errorf("findings %v, want minicom on the port of gone", ports(p))
}

func TestAGoodBoard(t *testing.T) {
	p := onBoard(t, map[string]string{
		"proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0", "sys/devices/platform/soc/soc:firmware/get_throttled": "0",
		"sys/fs/cgroup/cgroup.controllers": "cpu memory", "sys/class/rtc/rtc0/name": "rtc", "dev/ttyAMA0": "", "dev/gpiochip0": "",
		"etc/group": "dialout:x:20:pychron-edge\ngpio:x:990:pychron-edge\n",
	}, "agent: {name: a}\ndevices:\n  - {name: g, model: mks-9xx, port: \"serial:///dev/ttyAMA0?baud=9600\"}\n  - {name: V1, model: valve, pins: {solenoid: GPIO22}}\n")
	for _, name := range []string{"dev/ttyAMA0", "dev/gpiochip0"} {
		if err := os.Chmod(filepath.Join(p.Root, name), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range Examine(p) {
		if f.Level != OK && f.About != "disk" { // how full this machine is
			t.Errorf("%v %s: %s", f.Level, f.About, f.Text)
		}
	}
}

func TestAConfigurationWithMistakes(t *testing.T) {
	p := onBoard(t, nil, "agent: {name: a}\ndevices: []\n")
	if all := Examine(p); all[0].Level != Bad || !strings.Contains(all[0].Text, "no devices") {
		t.Errorf("first finding %+v, want the mistake", all[0])
	}
}
