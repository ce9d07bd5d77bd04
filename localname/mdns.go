package localname

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// again is after how long a query that nobody has answered is sent once more: the first may be lost.
const again = 300 * time.Millisecond

var errNobody = errors.New("nobody on this network answers to it by multicast DNS")

// askNetwork asks all networks of this machine at once for the IPv4 address of a name. The first answer counts. The question comes from
// a port other than 5353, so that whoever has the name answers to that port alone.
func askNetwork(ctx context.Context, group, name string) (string, error) {
	to, err := net.ResolveUDPAddr("udp4", group)
	if err != nil {
		return "", fmt.Errorf("multicast DNS: %w", err)
	}
	question, err := query(name)
	if err != nil {
		return "", fmt.Errorf("multicast DNS: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	answers, all := make(chan string, 1), sync.WaitGroup{}
	defer all.Wait()
	defer cancel()
	for _, from := range append(addresses(), nil) {
		conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: from}) // what is sent to a group leaves by the network of its source
		if err != nil {
			continue
		}
		all.Go(func() { listen(ctx, conn, name, answers) })
		all.Go(func() { ask(ctx, conn, to, question) })
	}
	select {
	case found := <-answers:
		return found, nil
	case <-ctx.Done():
		return "", errNobody
	}
}

// addresses are this machine's own on networks that know multicast.
func addresses() (own []net.IP) {
	networks, _ := net.Interfaces()
	for _, n := range networks {
		if n.Flags&net.FlagUp == 0 || n.Flags&net.FlagMulticast == 0 {
			continue
		}
		list, _ := n.Addrs()
		for _, a := range list {
			if ip, is := a.(*net.IPNet); is && ip.IP.To4() != nil {
				own = append(own, ip.IP)
			}
		}
	}
	return own
}

// ask sends a question until ctx is done.
func ask(ctx context.Context, conn *net.UDPConn, to *net.UDPAddr, question []byte) {
	defer conn.Close()
	for {
		_, _ = conn.WriteToUDP(question, to) // a network that is down answers nothing
		select {
		case <-ctx.Done():
			return
		case <-time.After(again):
		}
	}
}

// listen waits for an answer until the connection is closed.
func listen(ctx context.Context, conn *net.UDPConn, name string, answers chan<- string) {
	buffer := make([]byte, 9000)
	for ctx.Err() == nil {
		n, _, err := conn.ReadFromUDPAddrPort(buffer)
		if err != nil {
			return
		}
		if found, is := answerOf(buffer[:n], name); is {
			select {
			case answers <- found:
			default:
			}
			return
		}
	}
}

// query is the question for the IPv4 address of a name.
func query(name string) ([]byte, error) {
	full, err := dnsmessage.NewName(name + ".")
	if err != nil {
		return nil, err
	}
	m := dnsmessage.Message{Questions: []dnsmessage.Question{{Name: full, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}}}
	return m.Pack()
}

// answerOf is the IPv4 address that an answer has for a name; false if it has none.
func answerOf(packet []byte, name string) (string, bool) {
	var p dnsmessage.Parser
	header, err := p.Start(packet)
	if err != nil || !header.Response || p.SkipAllQuestions() != nil {
		return "", false
	}
	for {
		h, err := p.AnswerHeader()
		if err != nil {
			return "", false
		}
		if h.Type != dnsmessage.TypeA || !strings.EqualFold(h.Name.String(), name+".") {
			if p.SkipAnswer() != nil {
				return "", false
			}
			continue
		}
		a, err := p.AResource()
		if err != nil {
			return "", false
		}
		return netip.AddrFrom4(a.A).String(), true
	}
}
