package uplink

import (
	"errors"
	"fmt"
	"time"
)

const (
	shortLived   = 3 * time.Second // a connection that ends sooner may have been ended for another client with the same id
	maxShortRuns = 5               // so many short connections in a row are a conflict
)

// ErrNotStored is wrapped by the error of a link whose connection was ended because the handler failed: the broker is not the cause.
var ErrNotStored = errors.New("the messages could not be stored")

// idConflict detects that another client uses the same client id: the broker then ends each connection when the other client
// connects, and MQTT 3.1.1 gives no reason. It is used by one goroutine.
type idConflict struct {
	id        string
	shortRuns int   // short connections in a row
	suspected error // reported while shortRuns is at least maxShortRuns; else nil
}

// ended counts the end of a connection: whether it was established, how long it lasted from the attempt on, and why it ended. It
// returns err, which names the conflict once too many connections in a row were short.
func (c *idConflict) ended(established bool, lasted time.Duration, err error) error {
	if !established || err == nil || lasted >= shortLived || errors.Is(err, ErrNotStored) {
		c.shortRuns, c.suspected = 0, nil
		return err
	}
	if c.shortRuns++; c.shortRuns < maxShortRuns {
		return err
	}
	c.suspected = fmt.Errorf("connections end within %v: does another program use the client id %s at this broker? (%w)", shortLived, c.id, err)
	return c.suspected
}

// worthLogging reports whether the end of a connection should be logged: after the conflict was logged once, further ends are not.
func (c *idConflict) worthLogging() bool { return c.shortRuns <= maxShortRuns }
