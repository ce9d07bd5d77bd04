package uplink

import (
	"context"
	"crypto/tls"
	"net/url"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// Login is what a client presents itself to a broker with.
type Login struct {
	ID             string // of the client; not that of a publisher or a subscriber that runs, whose connection the broker would end
	User, Password string // "" = none
	TLS            *tls.Config
	Dial           Dial // default: TCP
}

// Ask connects to a broker, as ParseBroker has it, and leaves it again. It publishes nothing and subscribes to nothing. The error says why it
// could not: it wraps ErrLogin, ErrSilent, or what the network or TLS says.
func Ask(ctx context.Context, broker *url.URL, l Login) error {
	c := clientConfig{dial: l.Dial, tls: l.TLS, id: l.ID, user: l.User, password: l.Password, ackTimeout: AckTimeout, writeTimeout: defaultWriteTimeout}
	c.brokers.all = []*url.URL{broker}
	alive, end := context.WithCancel(ctx)
	defer end()
	conn, err := c.connect(alive, func(mqtt.Message, <-chan struct{}) {})
	if err != nil {
		return err
	}
	conn.disconnect()
	return nil
}
