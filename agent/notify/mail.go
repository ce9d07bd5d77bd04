package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"net/url"
	"os"
	"strings"
	"time"

	"pychron-edge/agent/config"
	"pychron-edge/buffer"
)

// mail sends a message by SMTP: with STARTTLS where the server offers it, and a password only then or on loopback.
func mail(ctx context.Context, to config.NotifyConfig, m Message) error {
	u, err := url.Parse(to.SMTP)
	if err != nil {
		return err
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return err
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		conn.SetDeadline(deadline)
	}
	c, err := smtp.NewClient(conn, u.Hostname())
	if err != nil {
		return err
	}
	if ok, _ := c.Extension("STARTTLS"); ok {
		if err := c.StartTLS(&tls.Config{ServerName: u.Hostname()}); err != nil {
			return err
		}
	}
	if to.PasswordFile != "" {
		password, err := os.ReadFile(to.PasswordFile)
		if err != nil {
			return err
		}
		if err := c.Auth(smtp.PlainAuth("", u.User.Username(), strings.TrimSpace(string(password)), u.Hostname())); err != nil {
			return err
		}
	}
	return deliver(c, to, m)
}

func deliver(c *smtp.Client, to config.NotifyConfig, m Message) error {
	if err := c.Mail(to.From); err != nil {
		return err
	}
	for _, address := range to.To {
		if err := c.Rcpt(address); err != nil {
			return err
		}
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "From: %s\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n", buffer.OneLine(to.From),
		buffer.OneLine(strings.Join(to.To, ", ")), buffer.OneLine(m.title()), m.Time.Format(time.RFC1123Z), strings.ReplaceAll(m.text(), "\n", "\r\n"))
	return errors.Join(w.Close(), c.Quit())
}
