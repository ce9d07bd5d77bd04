package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"syscall"
	"time"

	"pychron-edge/agent/config"
	"pychron-edge/uplink"
)

// dialTime is how long a broker may take to take a connection.
const dialTime = 3 * time.Second

// errUnread is wrapped by the error about a password or a certificate that cannot be read here, where the broker itself takes connections.
var errUnread = errors.New("whether it lets the agent in is not known")

// AskBroker connects to a broker with what the agent has, as another client, and leaves it. Where that cannot be read it opens a connection alone.
func AskBroker(broker *url.URL, c config.MQTTConfig) error {
	password, secure, unread := c.Credentials()
	if unread == nil {
		login := uplink.Login{ID: "edge-doctor-" + strconv.Itoa(os.Getpid()), User: c.User, Password: password, TLS: secure}
		return uplink.Ask(context.Background(), broker, login)
	}
	conn, err := net.DialTimeout("tcp", broker.Host, dialTime)
	if err != nil {
		return err
	}
	conn.Close()
	return fmt.Errorf("%w: %w", errUnread, unread)
}

// brokers says of each broker whether it lets the agent in.
func brokers(p Patient) []Finding {
	if p.Plan == nil || p.AskBroker == nil {
		return nil
	}
	found, err := uplink.ParseBrokers(string(p.Plan.Config.MQTT.Broker))
	if err != nil {
		return nil // there is none, or check names it
	}
	var all []Finding
	for _, u := range found {
		all = append(all, broker(u.Host, p.AskBroker(u, p.Plan.Config.MQTT))...)
	}
	return all
}

func broker(address string, err error) []Finding {
	about := "broker " + address
	if err == nil {
		return well(about, "it lets the agent in")
	}
	if errors.Is(err, errUnread) {
		return ill(Warn, about, "it takes connections; "+err.Error(), "mend the file, or run `agent doctor` as somebody who may read it")
	}
	text, do := err.Error(), "start it, or mend mqtt.broker; events wait on this machine meanwhile"
	unknown, wrong, stranger, other := (*net.DNSError)(nil), (*tls.CertificateVerificationError)(nil), x509.UnknownAuthorityError{}, x509.HostnameError{}
	switch {
	case errors.As(err, &unknown):
		text, do = "nobody knows the name "+unknown.Name, "mend the name in mqtt.broker, or give its IP address"
	case errors.Is(err, syscall.ECONNREFUSED):
		text = "nothing listens there"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		text = "there is no way to it: is the network up?"
	case errors.Is(err, uplink.ErrLogin):
		do = "write mqtt.user and its password file as the broker knows them; the file is read again at the next attempt"
	case errors.As(err, &stranger):
		text, do = "its certificate is signed by somebody this machine does not know", "give in mqtt.tls.ca the certificate of who signed it"
	case errors.As(err, &other):
		text, do = other.Error(), "name it in mqtt.broker as its certificate does, or give that name in mqtt.tls.server_name"
	case errors.As(err, &wrong):
		text, do = wrong.Err.Error(), "renew the broker's certificate, or set the clock of this machine"
	case errors.Is(err, uplink.ErrSilent):
		do = "is it an MQTT broker, and is it ssl:// where it speaks TLS and tcp:// where it does not?"
	case isTimeout(err):
		text = "it does not answer in time: is it switched on, or does a firewall drop it?"
	}
	return ill(Bad, about, text, do)
}

func isTimeout(err error) bool {
	e := net.Error(nil)
	return errors.As(err, &e) && e.Timeout()
}
