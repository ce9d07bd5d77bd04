package brokertest

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"testing"
)

// lowest is from where on a test takes ports.
const lowest = 15000

// FreeAddress gives an address on loopback on which nobody listens. Its port is below those that the kernel gives to connections, and to listeners
// that do not care: such a one may be given to somebody else between here and the listener of the test.
func FreeAddress(t testing.TB) string {
	t.Helper()
	given := 0 // the first that the kernel gives
	if text, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range"); err == nil {
		fmt.Sscan(string(text), &given)
	}
	for range 1000 {
		port := 0
		if given > lowest {
			port = lowest + rand.IntN(given-lowest)
		}
		if l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			defer l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("no port of 1000 is free")
	return ""
}
