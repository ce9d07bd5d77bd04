package uplink

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// connection is one connection to the broker. It is used until it is lost and never again.
type connection struct {
	client         mqtt.Client
	writer         *writer
	ackTimeout     time.Duration
	sessionPresent bool // the broker kept the session: earlier subscriptions are in force
	acknowledges   bool // messages are acknowledged by acknowledge, not by the client as they come
}

// errLost is wrapped by every error about the loss of a connection.
var errLost = errors.New("connection lost")

// lost returns why the connection ended.
func (c *connection) lost() error {
	if cause := c.writer.cause(); cause != nil {
		return fmt.Errorf("%w: %w", errLost, cause)
	}
	return errLost
}

// publish hands a message to the client and does not wait for its acknowledgement.
func (c *connection) publish(m *outgoing) mqtt.Token {
	return c.client.Publish(m.topic, m.row.qos, m.row.retained, m.payload)
}

// acknowledge acknowledges messages, all in one write: one each would be a system call, and wake the broker, for four bytes.
func (c *connection) acknowledge(all []mqtt.Message) {
	if !c.acknowledges {
		return
	}
	last := len(all) - 1
	for last >= 0 && all[last].Qos() == 0 { // nothing is written for it
		last--
	}
	for i, m := range all {
		if m.Qos() > 0 && i < last {
			c.writer.holdNext()
		}
		m.Ack()
	}
}

// await waits for the acknowledgement of one token, at most ackTimeout.
func (c *connection) await(t mqtt.Token, doing string) error {
	timer := time.NewTimer(c.ackTimeout)
	defer timer.Stop()
	select {
	case <-t.Done():
		if err := t.Error(); err != nil {
			return fmt.Errorf("%s: %w", doing, err)
		}
		return nil
	case <-c.writer.closed:
		return fmt.Errorf("%s: %w", doing, c.lost())
	case <-timer.C:
		return fmt.Errorf("%s: no answer within %v", doing, c.ackTimeout)
	}
}

// subscribe requests the topics that match filters, each at its QoS.
func (c *connection) subscribe(filters map[string]byte) *mqtt.SubscribeToken {
	return c.client.SubscribeMultiple(filters, nil).(*mqtt.SubscribeToken)
}

// errRefused is wrapped by the error about filters that the broker does not accept.
var errRefused = errors.New("the broker refuses")

// granted returns nil if the broker accepted every filter of a finished subscribe request; an error that wraps errRefused names those
// it did not accept.
func granted(t *mqtt.SubscribeToken) error {
	if err := t.Error(); err != nil {
		return fmt.Errorf("subscribing: %w", err)
	}
	var refused []string
	for filter, code := range t.Result() {
		if code > 2 {
			refused = append(refused, filter)
		}
	}
	if len(refused) == 0 {
		return nil
	}
	slices.Sort(refused)
	return fmt.Errorf("subscribing: %w %s; the broker's rights (ACL) must permit this user to read it", errRefused, strings.Join(refused, ", "))
}

// drop closes the network connection without an MQTT DISCONNECT, so that the broker publishes the last will. Nothing can be written
// after Close, so the DISCONNECT that the client sends next does not reach the broker.
func (c *connection) drop() {
	_ = c.writer.Close()
	c.client.Disconnect(uint(defaultWriteTimeout.Milliseconds()))
}

// disconnect sends an MQTT DISCONNECT and closes: the broker does not publish the last will.
func (c *connection) disconnect() {
	c.client.Disconnect(500)
	_ = c.writer.Close()
}
