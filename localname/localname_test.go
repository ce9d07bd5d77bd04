package localname

import (
	"bufio"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

func TestIs(t *testing.T) {
	for host, want := range map[string]bool{"moxa.local": true, "MOXA.Local": true, "moxa.local.": true, "a.b.local": true, "local": false, ".local": false,
		"moxa.lab": false, "192.168.1.7": false, "": false, "moxa.localhost": false} {
		if got := Is(host); got != want {
			t.Errorf("Is(%q) = %t, want %t", host, got, want)
		}
	}
}

// avahi answers each question with reply.
func avahi(t *testing.T, reply string) (socket string) {
	socket = filepath.Join(t.TempDir(), "socket")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() {
		l.Close()
		<-done
	})
	go func() {
		defer close(done)
		for c, err := l.Accept(); err == nil; c, err = l.Accept() {
			if line, _ := bufio.NewReader(c).ReadString('\n'); line == "RESOLVE-HOSTNAME-IPV4 moxa.local\n" {
				fmt.Fprint(c, reply)
			}
			c.Close()
		}
	}()
	return socket
}

// responder answers questions for moxa.local as multicast DNS does, from the second on; before its answer it sends others.
func responder(t *testing.T, address [4]byte) (group string) {
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() {
		c.Close()
		<-done
	})
	go func() {
		defer close(done)
		buffer := make([]byte, 512)
		for asked := 0; ; {
			n, from, err := c.ReadFromUDP(buffer)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buffer[:n]) != nil || len(m.Questions) != 1 || m.Questions[0].Name.String() != "moxa.local." {
				continue
			}
			if asked++; asked == 1 {
				continue // lost
			}
			c.WriteToUDP([]byte("no DNS"), from)
			c.WriteToUDP(answer(t, "other.local.", [4]byte{9, 9, 9, 9}), from)
			c.WriteToUDP(answer(t, "Moxa.local.", address), from)
		}
	}()
	return c.LocalAddr().String()
}

func answer(t *testing.T, name string, address [4]byte) []byte {
	h := dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName(name), Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET, TTL: 120}
	m := dnsmessage.Message{Header: dnsmessage.Header{Response: true}, Answers: []dnsmessage.Resource{{Header: h, Body: &dnsmessage.AResource{A: address}}}}
	packed, err := m.Pack()
	if err != nil {
		t.Error(err)
	}
	return packed
}

func TestAddress(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "nobody")
	const brief, long = Bound, time.Minute // where nobody answers, and where somebody does, however slow the machine is
	for what, c := range map[string]struct {
		r              resolver
		host, want, no string
	}{
		"by avahi":                         {resolver{avahi(t, "+ 2 0 moxa.local 192.168.1.7\n"), "127.0.0.1:9", long}, "moxa.local:4001", "192.168.1.7:4001", ""},
		"by the network":                   {resolver{nowhere, responder(t, [4]byte{10, 0, 0, 5}), long}, "moxa.local:4001", "10.0.0.5:4001", ""},
		"with a dot at its end":            {resolver{nowhere, responder(t, [4]byte{10, 0, 0, 5}), long}, "moxa.local.:4001", "10.0.0.5:4001", ""},
		"avahi does not know it":           {resolver{avahi(t, "-15 Timeout reached\n"), responder(t, [4]byte{10, 0, 0, 5}), long}, "moxa.local:4001", "10.0.0.5:4001", ""},
		"avahi answers nonsense":           {resolver{avahi(t, "+ 2 0 moxa.local nowhere\n"), responder(t, [4]byte{10, 0, 0, 6}), long}, "moxa.local:4001", "10.0.0.6:4001", ""},
		"nobody knows it":                  {resolver{avahi(t, "-15 Timeout reached\n"), "127.0.0.1:9", brief}, "moxa.local:4001", "", "Timeout reached"},
		"nobody has it":                    {resolver{nowhere, responder(t, [4]byte{10, 0, 0, 5}), brief}, "gone.local:4001", "", "nobody on this network"},
		"a name of another kind stays":     {resolver{nowhere, "127.0.0.1:9", long}, "moxa.lab:4001", "moxa.lab:4001", ""},
		"an address stays":                 {resolver{nowhere, "127.0.0.1:9", long}, "[::1]:4001", "[::1]:4001", ""},
		"what is no host and port, stays":  {resolver{nowhere, "127.0.0.1:9", long}, "moxa.local", "moxa.local", ""},
		"a name that no message can carry": {resolver{nowhere, "127.0.0.1:9", long}, strings.Repeat("a", 300) + ".local:1", "", "multicast DNS"},
	} {
		t.Run(what, func(t *testing.T) {
			got, err := c.r.address(t.Context(), c.host)
			if got != c.want || (err == nil) != (c.no == "") || err != nil && !strings.Contains(err.Error(), c.no) {
				t.Errorf("%q, %v; want %q, %q", got, err, c.want, c.no)
			}
		})
	}
}

func FuzzAnswerOf(f *testing.F) {
	f.Add([]byte("no DNS"))
	question, _ := query("moxa.local")
	f.Add(question)
	f.Fuzz(func(t *testing.T, packet []byte) {
		if found, is := answerOf(packet, "moxa.local"); is && net.ParseIP(found) == nil {
			t.Errorf("%q is no address", found)
		}
	})
}
