package uplink

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// account is how one side presents itself to a broker.
type account struct {
	broker         *url.URL
	tls            *tls.Config
	id             string
	user, password string
	persistent     bool // the broker keeps subscriptions and messages while we are away
	will           string
	lastWord       []byte
	ack, write     time.Duration // ackBound and writeBound; a test shortens them
}

// line is one connection to the broker, used until it is lost and never again.
type line struct {
	client mqtt.Client
	wire   *wire
	ack    time.Duration
	kept   bool // the broker had kept our session: subscriptions stand
}

// open connects. It retries nothing and keeps nothing: paho is a plain pipe here. arrived is called for each message, one at a
// time; it may block until gone is closed, which holds up everything else on the connection.
func (a *account) open(ctx context.Context, arrived func(m mqtt.Message, gone <-chan struct{})) (*line, error) {
	l := &line{ack: a.ack}
	o := mqtt.NewClientOptions().
		AddBroker(a.broker.String()).
		SetClientID(a.id).SetUsername(a.user).SetPassword(a.password).
		SetProtocolVersion(4).
		SetCleanSession(!a.persistent).
		SetAutoReconnect(false).SetConnectRetry(false).
		SetAutoAckDisabled(a.persistent).
		SetOrderMatters(true).
		SetConnectTimeout(handshakeBound).
		SetWriteTimeout(a.write).
		SetKeepAlive(keepAlive).SetPingTimeout(pingBound).
		SetDefaultPublishHandler(func(_ mqtt.Client, m mqtt.Message) { arrived(m, l.wire.done) }).
		SetCustomOpenConnectionFn(func(*url.URL, mqtt.ClientOptions) (net.Conn, error) {
			w, err := dial(ctx, a.broker, a.tls, a.write)
			if err != nil {
				return nil, err
			}
			l.wire = w
			return w, nil
		})
	if a.will != "" {
		o.SetBinaryWill(a.will, a.lastWord, 1, true)
	}
	l.client = mqtt.NewClient(o)
	t := l.client.Connect()
	<-t.Done() // bounded: by dialBound, by handshakeBound, and by ctx, which closes the connection
	if err := t.Error(); err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", a.broker.Host, err)
	}
	l.kept = t.(*mqtt.ConnectToken).SessionPresent()
	return l, nil
}

// errLost is what a connection ends with.
var errLost = errors.New("connection lost")

// lost says why the connection is gone.
func (l *line) lost() error {
	if cause := l.wire.cause(); cause != nil {
		return fmt.Errorf("%w: %w", errLost, cause)
	}
	return errLost
}

// await waits for one token.
func (l *line) await(t mqtt.Token, doing string) error {
	timer := time.NewTimer(l.ack)
	defer timer.Stop()
	select {
	case <-t.Done():
		if err := t.Error(); err != nil {
			return fmt.Errorf("%s: %w", doing, err)
		}
		return nil
	case <-l.wire.done:
		return fmt.Errorf("%s: %w", doing, l.lost())
	case <-timer.C:
		return fmt.Errorf("%s: no answer within %v", doing, l.ack)
	}
}

// subscribe asks for the topics at QoS 1.
func (l *line) subscribe(filters ...string) *mqtt.SubscribeToken {
	all := make(map[string]byte, len(filters))
	for _, f := range filters {
		all[f] = 1
	}
	return l.client.SubscribeMultiple(all, nil).(*mqtt.SubscribeToken)
}

// granted is nil if a finished subscription stands.
func granted(t *mqtt.SubscribeToken) error {
	if err := t.Error(); err != nil {
		return fmt.Errorf("subscribing: %w", err)
	}
	for filter, code := range t.Result() {
		if code > 2 {
			return fmt.Errorf("subscribing to %s: the broker refuses", filter)
		}
	}
	return nil
}

// drop throws the connection away without a farewell, so that the broker speaks the last will. What is written after Close fails,
// also the client's own farewell; a connection that the client did not lose by itself it must be told to end.
func (l *line) drop() {
	_ = l.wire.Close()
	l.client.Disconnect(uint(writeBound.Milliseconds()))
}

// leave says farewell, which keeps the broker from speaking the will.
func (l *line) leave() {
	l.client.Disconnect(500)
	_ = l.wire.Close()
}
