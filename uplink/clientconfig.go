package uplink

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// clientConfig is how a publisher or a subscriber presents itself to a broker.
type clientConfig struct {
	brokers        brokers
	dial           Dial // nil: TCP
	tls            *tls.Config
	id             string
	user, password string
	credentials    func() (password string, secure *tls.Config, err error) // asked before each connection; nil: password and tls stay
	persistent     bool                                                    // the broker keeps subscriptions and messages while the client is away
	willTopic      string
	will           []byte
	ackTimeout     time.Duration // default AckTimeout; a test shortens it
	writeTimeout   time.Duration // default defaultWriteTimeout; a test shortens it
}

// connect makes one connection. It retries nothing and stores nothing: paho is used as a plain pipe. receive is called for each
// message, one at a time; while it blocks, the connection reads nothing else. It must return when closed is closed.
func (c *clientConfig) connect(ctx context.Context, receive func(m mqtt.Message, closed <-chan struct{})) (*connection, error) {
	conn := &connection{ackTimeout: c.ackTimeout, acknowledges: c.persistent}
	broker, password, secured := c.brokers.present(), c.password, c.tls
	if c.credentials != nil {
		var err error
		if password, secured, err = c.credentials(); err != nil {
			return nil, err
		}
	}
	o := c.clientOptions(broker).SetPassword(password).
		SetDefaultPublishHandler(func(_ mqtt.Client, m mqtt.Message) { receive(m, conn.writer.closed) }).
		SetCustomOpenConnectionFn(func(*url.URL, mqtt.ClientOptions) (net.Conn, error) {
			w, err := dial(ctx, c.dial, broker, secured, c.writeTimeout)
			if err != nil {
				return nil, err
			}
			conn.writer = w
			return w, nil
		})
	conn.client = mqtt.NewClient(o)
	t := conn.client.Connect()
	<-t.Done() // ends by dialTimeout, by handshakeTimeout, or by ctx, which closes the connection
	if err := t.Error(); err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", broker.Host, c.explained(err, conn.writer != nil))
	}
	conn.sessionPresent = t.(*mqtt.ConnectToken).SessionPresent()
	return conn, nil
}

func (c *clientConfig) clientOptions(broker *url.URL) *mqtt.ClientOptions {
	o := mqtt.NewClientOptions().
		AddBroker(broker.String()).
		SetClientID(c.id).SetUsername(c.user).
		SetProtocolVersion(4).
		SetCleanSession(!c.persistent).
		SetAutoReconnect(false).SetConnectRetry(false).
		SetAutoAckDisabled(c.persistent).
		SetOrderMatters(true).
		SetStore(noStore{}).
		SetConnectTimeout(handshakeTimeout).
		SetWriteTimeout(c.writeTimeout).
		SetKeepAlive(keepAlive).SetPingTimeout(pingTimeout)
	if c.willTopic != "" {
		o.SetBinaryWill(c.willTopic, c.will, statusTopic.qos, statusTopic.retained)
	}
	return o
}
