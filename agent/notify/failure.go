package notify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"net/url"
	"time"
)

// failure is why an attempt failed, and what follows from it. Its text has no address of a receiver: that may be a secret.
type failure struct {
	err       error
	after     time.Duration // the receiver asks to be left alone for so long; 0 = it does not say
	refused   bool          // the receiver works, and refuses this very message
	uncertain bool          // the message may have arrived
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// broken is a failure on the way: unless the connection was never made, the message may have arrived.
func broken(err error) *failure {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	var op *net.OpError
	var name *net.DNSError
	never := errors.As(err, &op) && op.Op == "dial" || errors.As(err, &name)
	if !never && errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("no whole answer within %v; whether the message arrived is unknown (%w)", sendTimeout, err)
	}
	return &failure{err: err, uncertain: !never}
}

// answered is the failure of a mail server's answer: nothing was taken. 5xx refuses the message for good.
func answered(err error) *failure {
	var reply *textproto.Error
	if !errors.As(err, &reply) {
		return broken(err)
	}
	return &failure{err: err, refused: reply.Code >= 500}
}
