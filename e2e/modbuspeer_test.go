//go:build e2e

package e2e

import (
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"pychron-edge/uplink/brokertest"
)

// modbusPort starts a server and gives the URL of its port.
func modbusPort(t *testing.T, command []string, tcp bool) string {
	t.Helper()
	return modbusServer(t, command, map[bool]string{false: "rtu", true: "tcp"}[tcp])
}

// modbusServer starts one of rtu, tcp, or rtutcp: RTU frames over TCP.
func modbusServer(t *testing.T, command []string, how string) string {
	t.Helper()
	where, url := "", ""
	if how != "rtu" {
		url = "tcp://" + brokertest.FreeAddress(t)
		_, where, _ = net.SplitHostPort(strings.TrimPrefix(url, "tcp://"))
	} else {
		far, near := cable(t)
		where, url = far, "serial://"+near+"?baud=9600"
	}
	first := filepath.Join(t.TempDir(), "registers")
	if err := os.WriteFile(first, []byte(registers), 0o600); err != nil {
		t.Fatal(err)
	}
	launch(t, "/bin/sh", append([]string{"-c", `f=$1; shift; exec "$@" <"$f"`, "sh", first}, append(command, how, where)...)...)
	return url
}

// withoutTransactions is a gateway to a server of Modbus TCP that answers transaction 0 to everything.
func withoutTransactions(t *testing.T, url string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go forgetTransactions(c, strings.TrimPrefix(url, "tcp://"))
		}
	}()
	return "tcp://" + listener.Addr().String()
}

func forgetTransactions(client net.Conn, server string) {
	defer client.Close()
	c, err := net.Dial("tcp", server)
	if err != nil {
		return // it has not started yet
	}
	defer c.Close()
	go func() {
		io.Copy(c, client)
		c.Close()
	}()
	for head := make([]byte, 6); ; {
		if _, err := io.ReadFull(c, head); err != nil {
			return
		}
		body := make([]byte, int(head[4])<<8|int(head[5]))
		if _, err := io.ReadFull(c, body); err != nil {
			return
		}
		head[0], head[1] = 0, 0
		if _, err := client.Write(append(head[:6:6], body...)); err != nil {
			return
		}
	}
}

// compiled is the server that uses libmodbus.
func compiled(t *testing.T) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "libmodbus_server")
	out, err := exec.Command("gcc", "-O", "-I/usr/include/modbus", "-o", to, filepath.Join(root(t), "e2e/testdata/libmodbus_server.c"), "-lmodbus").CombinedOutput()
	if err != nil {
		t.Fatalf("compiling libmodbus_server.c: %v\n%s", err, out)
	}
	return to
}

// cable is a serial cable in memory: the two devices at its ends.
func cable(t *testing.T) (a, b string) {
	t.Helper()
	var masters [2]*os.File
	var names [2]string
	for i := range masters {
		master, slave, err := pty.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw(t, slave)
		masters[i], names[i] = master, slave.Name()
		t.Cleanup(func() { slave.Close(); master.Close() })
	}
	go io.Copy(masters[0], masters[1])
	go io.Copy(masters[1], masters[0])
	return names[0], names[1]
}

// raw makes a terminal pass bytes as they are.
func raw(t *testing.T, f *os.File) {
	t.Helper()
	s, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	s.Iflag, s.Oflag, s.Lflag = 0, 0, 0
	s.Cflag = s.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
	if err := unix.IoctlSetTermios(int(f.Fd()), unix.TCSETS, s); err != nil {
		t.Fatal(err)
	}
}
