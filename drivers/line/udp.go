package line

import (
	"context"
	"net"
)

// openUDP makes a socket that talks to host:port only. Nothing is sent; a peer that does not listen is silent.
func openUDP(ctx context.Context, host string) (Handle, error) {
	return dial(ctx, net.Dialer{Timeout: dialBound}, "udp", host)
}
