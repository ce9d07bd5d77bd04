package broker

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// apiTimeout is for one answer of the server in this process.
const apiTimeout = 10 * time.Second

// inbox is the subject on which answers come.
const inbox = "_INBOX.viewer"

// api asks the server for what MQTT has no words for, in NATS' own protocol on a connection inside this process: "PUB subject inbox size",
// and the answer comes as "MSG inbox sid size".
type api struct {
	conn net.Conn
	in   *bufio.Reader
}

// dialAPI connects to s, which must run.
func dialAPI(s *server.Server, password string) (*api, error) {
	conn, err := s.InProcessConn()
	if err != nil {
		return nil, err
	}
	a := &api{conn, bufio.NewReader(conn)}
	who, err := json.Marshal(map[string]any{"user": ownUser, "pass": password, "verbose": false, "lang": "go", "version": "1", "protocol": 1})
	if err == nil {
		err = a.begin(who)
	}
	if err != nil {
		a.close()
		return nil, fmt.Errorf("asking the server: %w", err)
	}
	return a, nil
}

// begin reads the greeting, "INFO {...}", and answers it.
func (a *api) begin(who []byte) error {
	a.deadline()
	if _, err := a.in.ReadString('\n'); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.conn, "CONNECT %s\r\nSUB %s 1\r\n", who, inbox)
	return err
}

func (a *api) close() { _ = a.conn.Close() }

func (a *api) deadline() { _ = a.conn.SetDeadline(time.Now().Add(apiTimeout)) }

// apiError is an answer that is an error.
type apiError struct {
	Code        int    `json:"code"`
	Number      int    `json:"err_code"`
	Description string `json:"description"`
}

func (e *apiError) Error() string { return e.Description }

// The numbers of errors that are handled.
const (
	streamNotFound = 10059
	noMessageFound = 10037
)

// isError reports whether err is the server's error of that number.
func isError(err error, number int) bool {
	var e *apiError
	return errors.As(err, &e) && e.Number == number
}

// ask sends a request and decodes the answer into out.
func (a *api) ask(subject string, request, out any) error {
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	a.deadline()
	if _, err := fmt.Fprintf(a.conn, "PUB %s %s %d\r\n%s\r\n", subject, inbox, len(body), body); err != nil {
		return fmt.Errorf("%s: %w", subject, err)
	}
	answer, err := a.answer()
	if err != nil {
		return fmt.Errorf("%s: %w", subject, err)
	}
	var failed struct {
		Error *apiError `json:"error"`
	}
	if err := json.Unmarshal(answer, &failed); err != nil {
		return fmt.Errorf("%s: %w", subject, err)
	}
	if failed.Error != nil {
		return fmt.Errorf("%s: %w", subject, failed.Error)
	}
	return json.Unmarshal(answer, out)
}

// answer returns the next message.
func (a *api) answer() ([]byte, error) {
	for {
		text, err := a.in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		switch verb, rest, _ := strings.Cut(strings.TrimSpace(text), " "); verb {
		case "PING":
			if _, err := io.WriteString(a.conn, "PONG\r\n"); err != nil {
				return nil, err
			}
		case "-ERR":
			return nil, errors.New(rest)
		case "MSG":
			return a.payload(rest)
		}
	}
}

func (a *api) payload(head string) ([]byte, error) {
	size, err := strconv.Atoi(head[strings.LastIndexByte(head, ' ')+1:])
	if err != nil {
		return nil, err
	}
	body := make([]byte, size+2) // and the end of the line
	if _, err := io.ReadFull(a.in, body); err != nil {
		return nil, err
	}
	return body[:size], nil
}
