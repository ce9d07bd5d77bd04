package localname

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
)

// askAvahi asks avahi's simple protocol for the IPv4 address of a name.
//
//	"RESOLVE-HOSTNAME-IPV4 moxa.local" 0A -> "+ 2 0 moxa.local 192.168.1.7" 0A
//	"RESOLVE-HOSTNAME-IPV4 gone.local" 0A -> "-15 Timeout reached" 0A
func askAvahi(ctx context.Context, socket, name string) (string, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", socket)
	if err != nil {
		return "", fmt.Errorf("avahi: %w", err)
	}
	defer conn.Close()
	if until, bounded := ctx.Deadline(); bounded {
		_ = conn.SetDeadline(until)
	}
	if _, err := fmt.Fprintf(conn, "RESOLVE-HOSTNAME-IPV4 %s\n", name); err != nil {
		return "", fmt.Errorf("avahi: %w", err)
	}
	reply, err := bufio.NewReaderSize(conn, 512).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("avahi: %w", err)
	}
	fields := strings.Fields(reply)
	if len(fields) != 5 || fields[0] != "+" {
		return "", fmt.Errorf("avahi: %.100q", strings.TrimSpace(reply))
	}
	at, err := netip.ParseAddr(fields[4])
	if err != nil {
		return "", fmt.Errorf("avahi: %.100q: %w", strings.TrimSpace(reply), err)
	}
	return at.String(), nil
}
