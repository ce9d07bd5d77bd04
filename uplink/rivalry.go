package uplink

import (
	"fmt"
	"time"
)

const (
	shortLived = 3 * time.Second // a connection that ends sooner may have been thrown out
	rivals     = 5               // so many in a row are no accident
)

// rivalry notices that another client uses our id: the broker ends each connection when the other comes, for ever, and MQTT
// 3.1.1 has no words for why. It belongs to one goroutine.
type rivalry struct {
	id    string
	short int   // connections in a row that ended as soon as they stood
	doubt error // what is told while there are too many of them
}

// ended notes the end of a connection: whether it ever stood, how long it took with all, and why it ended. It gives the
// reason, with what may be behind it where connections keep ending.
func (r *rivalry) ended(stood bool, lasted time.Duration, err error) error {
	if !stood || err == nil || lasted >= shortLived {
		r.short, r.doubt = 0, nil
		return err
	}
	if r.short++; r.short < rivals {
		return err
	}
	r.doubt = fmt.Errorf("connections end as soon as they stand: does another program use the name %s at this broker? (%w)", r.id, err)
	return r.doubt
}

// tells says whether a connection that comes or goes is news: from the doubt on it is not, every second.
func (r *rivalry) tells() bool { return r.short <= rivals }
