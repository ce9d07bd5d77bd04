package uplink

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// Why a broker that was reached is not used.
var (
	// ErrLogin is wrapped by the error about a user, a password or a client id that the broker does not accept.
	ErrLogin = errors.New("the broker refuses")
	// ErrSilent is wrapped by the error about one that takes connections and does not answer.
	ErrSilent = errors.New("it takes connections, and does not answer")

	errSilent = fmt.Errorf("%w within %v", ErrSilent, handshakeTimeout)
)

// explained is why a connection could not be made, in words of whoever has to mend it. reached says that the broker took the connection.
func (c *clientConfig) explained(err error, reached bool) error {
	switch {
	case errors.Is(err, packets.ErrorRefusedNotAuthorised), errors.Is(err, packets.ErrorRefusedBadUsernameOrPassword):
		if c.user == "" {
			return fmt.Errorf("%w a client without a user: %w", ErrLogin, err)
		}
		return fmt.Errorf("%w user %q with this password: %w", ErrLogin, c.user, err)
	case errors.Is(err, packets.ErrorRefusedIDRejected):
		return fmt.Errorf("%w the client id %s: %w", ErrLogin, c.id, err)
	case reached && errors.Is(err, os.ErrDeadlineExceeded):
		return errSilent
	}
	return err
}

// kindOf tells apart what attempts to connect fail by. The text of an error does not: it may have the port of that one attempt.
func kindOf(err error) string {
	wrong, file := (*tls.CertificateVerificationError)(nil), (*fs.PathError)(nil)
	failed, timeout := (*net.OpError)(nil), net.Error(nil)
	switch {
	case errors.Is(err, ErrLogin):
		return "login"
	case errors.Is(err, errRefused):
		return "rights"
	case errors.Is(err, ErrSilent):
		return "silent"
	case errors.As(err, &wrong):
		return "certificate"
	case errors.As(err, &file):
		return "file"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.As(err, &failed) && failed.Op == "dial":
		return "unreachable"
	}
	return "other"
}
