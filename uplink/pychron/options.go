package pychron

import (
	"log/slog"
	"net/netip"
)

// Options are those of a server.
type Options struct {
	Listen          string         // host:port, of TCP and UDP
	Networks        []netip.Prefix // whose clients are answered; everybody else gets no byte
	UDPCommands     bool           // commands by UDP are carried out; without it only queries are answered there
	Owner           string         // stands in the owners word for an owner that is no client of this protocol
	CloseAfterReply bool           // as Pychron's own server: the reply has no end, and the connection is closed behind it
	Frame           bool           // replies come in the frame L4,-,C4, and the connection is closed behind them
	Flags           []Flag
	Laser           string // device whose port this is; "" = the valves'
	Furnace         string // device that is the furnace whose dialect this port speaks; "" = none
	DeviceCommands  bool   // the laser, or the furnace and its valves, may be commanded
	Coolant         string // device whose temperature and faults are the coolant's; "" = none
	Agent           Agent
	Log             *slog.Logger
}

// allows says whether an address is in one of the networks.
func (o *Options) allows(a netip.Addr) bool {
	for _, n := range o.Networks {
		if n.Contains(a) {
			return true
		}
	}
	return false
}

// commands says whether clients may command at all.
func (o *Options) commands() bool { return o.Laser == "" && o.Furnace == "" || o.DeviceCommands }

// closes says whether a connection is closed after one reply.
func (o *Options) closes() bool { return o.CloseAfterReply || o.Frame }

// encoded is a reply as it is written.
func (o *Options) encoded(reply string) []byte {
	switch {
	case o.Frame:
		return []byte(framed(reply))
	case o.CloseAfterReply:
		return []byte(reply)
	}
	return []byte(reply + "\r\n")
}
