package uplink

import (
	"context"
	"crypto/tls"
	"log/slog"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
)

// Options is what a publisher needs. Broker, Agent, Boot, Lanes and Status are mandatory.
type Options struct {
	Broker         string      // tcp://host:1883, ssl://host:8883; several are separated by blanks and tried in turn; see ParseBrokers
	Prefix         string      // first level of the topics; default DefaultPrefix
	Agent          string      // name of the agent, second level
	Boot           string      // id of this start
	User, Password string      // "" = none
	TLS            *tls.Config // for ssl:// and mqtts://; nil = the system's authorities
	Lanes          buffer.Lanes

	// Credentials returns what Password and TLS are now: it is asked before each connection, so that a file that is mended holds from the next
	// attempt on. Its error is why there is none. nil = they stay.
	Credentials func() (password string, secure *tls.Config, err error)

	// Status returns the payload of the retained status: online now, or offline as the last will and at the end. It must not block.
	Status func(online bool) []byte
	// Heartbeat is how often the status is published again; default 10 s.
	Heartbeat time.Duration

	// Commands executes a command and returns its result; nil = no commands are accepted. Who asks is not in it. It is called from
	// several goroutines at once. Its context ends with Run's.
	Commands func(ctx context.Context, c buffer.CommandRequest) (buffer.CommandResult, error)
	// CommandNotTaken is called for each command that is refused before it is executed, with one word and a sentence why; nil = it is
	// only answered. What the command says may be wrong in any way.
	CommandNotTaken func(c buffer.CommandRequest, reason, why string)
	// Ingest takes events of other programs, as a body of POST /events, or refuses them all; nil = none are accepted. It is called by
	// one goroutine at a time.
	Ingest func(body []byte) error
	// Refused is called for each message of such events that is not taken, with why; nil = it is only logged.
	Refused func(error)
	// Synchronised reports whether the clock is right; while it is not, commands are refused. nil = never.
	Synchronised func() bool

	// Acknowledged is the event of the audit lane up to which an earlier start's publisher had all acknowledged, see Publisher.Acknowledged:
	// what the ring holds up to it, because it was read back from a journal, is not sent again. Zero = none is known.
	Acknowledged EventID

	// Find passes the stored events from .. to of a boot of the audit lane to each, in order, until each returns false. It reads the
	// journal, for resends of what is no longer in the ring. nil = there is no journal.
	Find func(ctx context.Context, boot string, from, to uint64, each func(*buffer.Event) bool) error

	// Long holds readings that the ring of readings has overwritten. They are sent when nothing newer waits: as blocks where every viewer that
	// says what it has reads them, else as single events. nil = there is none: what is overwritten before it is sent is lost.
	Long *block.Ring

	Dial Dial             // default: TCP
	Now  func() time.Time // default time.Now
	Log  *slog.Logger     // default: silent
}

func (o *Options) setDefaults() {
	if o.Prefix == "" {
		o.Prefix = DefaultPrefix
	}
	if o.Heartbeat <= 0 {
		o.Heartbeat = 10 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}
