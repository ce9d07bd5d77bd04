package notify

import (
	"context"
	"crypto/tls"
	"fmt"
	"mime"
	"net"
	"net/mail"
	"net/smtp"
	"net/url"
	"strings"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
)

// mail sends a message by SMTP. smtps speaks TLS from the first byte; smtp changes to it where the server offers STARTTLS.
// A password is sent over TLS or on loopback only.
func (s *sender) mail(ctx context.Context, to config.NotifyConfig, m Message) error {
	u, err := url.Parse(to.SMTP)
	if err != nil {
		return broken(err)
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", mailAddress(u))
	if err != nil {
		return err
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		conn.SetDeadline(deadline)
	}
	defer context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })()
	c, err := s.greet(conn, u)
	if err != nil {
		return err
	}
	if to.PasswordFile != "" {
		password, err := config.FirstLine(to.PasswordFile)
		if err != nil {
			return err
		}
		if err := c.Auth(smtp.PlainAuth("", u.User.Username(), password, u.Hostname())); err != nil {
			return fmt.Errorf("log in: %w", err)
		}
	}
	return deliver(c, to, m)
}

// greet speaks to a mail server as far as TLS.
func (s *sender) greet(conn net.Conn, u *url.URL) (*smtp.Client, error) {
	if u.Scheme == "smtps" {
		conn = tls.Client(conn, s.tlsFor(u))
	}
	c, err := smtp.NewClient(conn, u.Hostname())
	if err != nil {
		return nil, fmt.Errorf("greeting: %w", err)
	}
	if ok, _ := c.Extension("STARTTLS"); ok && u.Scheme == "smtp" {
		if err := c.StartTLS(s.tlsFor(u)); err != nil {
			return nil, fmt.Errorf("STARTTLS: %w", err)
		}
	}
	return c, nil
}

// mailAddress is host and port: 25 for smtp and 465 for smtps where the address names none.
func mailAddress(u *url.URL) string {
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "smtps":
		port = "465"
	default:
		port = "25"
	}
	return net.JoinHostPort(u.Hostname(), port)
}

func (s *sender) tlsFor(u *url.URL) *tls.Config {
	c := s.tls.Clone()
	if c == nil {
		c = &tls.Config{}
	}
	c.ServerName = u.Hostname()
	return c
}

// deliver hands a message over. It has arrived once the server has answered the end of the text.
func deliver(c *smtp.Client, to config.NotifyConfig, m Message) error {
	if err := c.Mail(bare(to.From)); err != nil {
		return fmt.Errorf("sender: %w", err)
	}
	for _, address := range to.To {
		if err := c.Rcpt(bare(address)); err != nil {
			return fmt.Errorf("recipient: %w", err)
		}
	}
	w, err := c.Data()
	if err != nil {
		return fmt.Errorf("text: %w", err)
	}
	fmt.Fprintf(w, "From: %s\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n", buffer.OneLine(to.From),
		buffer.OneLine(strings.Join(to.To, ", ")), mime.QEncoding.Encode("utf-8", buffer.OneLine(m.title())), m.Time.Format(time.RFC1123Z), strings.ReplaceAll(m.text(), "\n", "\r\n"))
	if err := w.Close(); err != nil {
		return answered(err)
	}
	_ = c.Quit() // the server has the message already
	return nil
}

// bare is the address in "Name <address>".
func bare(address string) string {
	if a, err := mail.ParseAddress(address); err == nil {
		return a.Address
	}
	return address
}
