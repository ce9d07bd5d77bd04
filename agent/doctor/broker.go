package doctor

import (
	"errors"
	"net"
	"syscall"
	"time"

	"pychron-edge/uplink"
)

// dialTime is how long a broker may take to answer.
const dialTime = 3 * time.Second

// Dial opens a connection to host:port, and closes it.
func Dial(address string) error {
	c, err := net.DialTimeout("tcp", address, dialTime)
	if err != nil {
		return err
	}
	return c.Close()
}

// brokers says of each broker whether a connection to it can be opened. What it then answers to the name and password the agent's own state says.
func brokers(p Patient) []Finding {
	if p.Plan == nil || p.Dial == nil {
		return nil
	}
	found, err := uplink.ParseBrokers(string(p.Plan.Config.MQTT.Broker))
	if err != nil {
		return nil // there is none, or check names it
	}
	var all []Finding
	for _, u := range found {
		all = append(all, broker(u.Host, p.Dial(u.Host))...)
	}
	return all
}

func broker(address string, err error) []Finding {
	about := "broker " + address
	if err == nil {
		return well(about, "it takes connections")
	}
	text, do := err.Error(), "start it, or mend mqtt.broker; events wait on this machine meanwhile"
	switch unknown := (*net.DNSError)(nil); {
	case errors.As(err, &unknown):
		text, do = "nobody knows the name "+unknown.Name, "mend the name in mqtt.broker, or give its IP address"
	case errors.Is(err, syscall.ECONNREFUSED):
		text = "nothing listens there"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		text = "there is no way to it: is the network up?"
	case isTimeout(err):
		text = "it does not answer within " + dialTime.String() + ": is it switched on, or does a firewall drop it?"
	}
	return ill(Bad, about, text, do)
}

func isTimeout(err error) bool {
	e := net.Error(nil)
	return errors.As(err, &e) && e.Timeout()
}
