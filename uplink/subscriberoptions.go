package uplink

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// SubscriberOptions is what a subscriber needs. Broker, ClientID and Handle are mandatory.
type SubscriberOptions struct {
	Broker         string   // as Options.Broker
	Prefixes       []string // first levels of the topics; default DefaultPrefix alone
	ClientID       string   // the same at every start and used by no other client: the broker keeps messages for it while it is away
	User, Password string
	TLS            *tls.Config

	Credentials func() (password string, secure *tls.Config, err error) // as Options.Credentials

	// Handle stores a batch, in the order of arrival. It is called from one goroutine. The messages are acknowledged after it returned
	// nil; an error ends the connection, and the broker sends them again. While it runs, nothing is read and the broker waits.
	Handle func(ctx context.Context, batch []Message) error
	// Ready returns why nothing can be handled now: no connection is made, and the broker keeps the messages. nil = always ready. It must
	// not block.
	Ready func() error
	// Transient makes the broker keep nothing while the subscriber is away, and not wait for Handle.
	Transient bool
	// Verbatim sets Topic and Payload of every message as they came, to be passed on.
	Verbatim bool
	// Batch is the maximum number of messages given to Handle at once; default 512.
	Batch int

	// Refused is called for each message that is left out because it is not one of an agent; agent is the level of its topic. It must
	// not block. nil = the message is logged.
	Refused func(agent string, err error)

	Dial Dial             // default: TCP
	Now  func() time.Time // default time.Now
	Log  *slog.Logger     // default: silent
}

func (o *SubscriberOptions) setDefaults() {
	if len(o.Prefixes) == 0 {
		o.Prefixes = []string{DefaultPrefix}
	}
	if o.Batch <= 0 {
		o.Batch = 512
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Refused == nil {
		o.Refused = func(_ string, err error) { o.Log.Warn("a message is left out", "error", err) }
	}
}

func (o *SubscriberOptions) check() error {
	if o.ClientID == "" || o.Handle == nil {
		return errors.New("uplink: client id and handler are both needed")
	}
	for _, p := range o.Prefixes {
		if err := CheckPrefix(p); err != nil {
			return fmt.Errorf("uplink: %w", err)
		}
	}
	return nil
}
