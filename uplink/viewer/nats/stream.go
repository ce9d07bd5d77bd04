package nats

import (
	"context"
	"fmt"
)

// Numbers of the server's errors.
const (
	noMessageFound = 10037
	streamNotFound = 10059
)

// PutStream gives a stream its present form, and makes it where it is missing. config is what the server takes.
func (c *Conn) PutStream(ctx context.Context, name string, config any) error {
	var answer struct{}
	err := c.Ask(ctx, "$JS.API.STREAM.UPDATE."+name, config, &answer)
	if isError(err, streamNotFound) {
		err = c.Ask(ctx, "$JS.API.STREAM.CREATE."+name, config, &answer)
	}
	if err != nil {
		return fmt.Errorf("making the store: %w", err)
	}
	return nil
}

// Kept calls each for the messages that a stream keeps of some subjects, the oldest first. An error of each ends it.
func (c *Conn) Kept(ctx context.Context, stream, subjects string, each func(Message) error) error {
	for next := uint64(1); ; {
		var answer struct {
			Message struct {
				Subject string `json:"subject"`
				Seq     uint64 `json:"seq"`
				Header  []byte `json:"hdrs"`
				Data    []byte `json:"data"`
			} `json:"message"`
		}
		err := c.Ask(ctx, "$JS.API.STREAM.MSG.GET."+stream, map[string]any{"seq": next, "next_by_subj": subjects}, &answer)
		if isError(err, noMessageFound) {
			return nil
		}
		if err != nil {
			return err
		}
		m := &answer.Message
		header, _ := keptHeader(m.Header) // of one that cannot be read there is none: it must not hide the others
		if err := each(Message{Subject: m.Subject, Header: header, Body: m.Data}); err != nil {
			return err
		}
		next = m.Seq + 1
	}
}
