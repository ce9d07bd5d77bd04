package telemetry

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// A halt is answered although the body that was announced with it never comes.
func TestHaltWithABodyThatNeverComes(t *testing.T) {
	for name, opening := range map[string]string{
		"length that lies":    "Content-Length: 1000\r\n\r\nabc",
		"chunks without end":  "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
		"waits to be told so": "Expect: 100-continue\r\nContent-Length: 10\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := run(t)
			line, err := net.Dial("tcp", s.Addr())
			if err != nil {
				t.Fatal(err)
			}
			defer line.Close()
			_ = line.SetDeadline(time.Now().Add(10 * time.Second)) // before the deadline of the body would end it
			if _, err := io.WriteString(line, "POST /halt HTTP/1.1\r\nHost: localhost\r\n"+opening); err != nil {
				t.Fatal(err)
			}
			response, err := http.ReadResponse(bufio.NewReader(line), nil)
			if err != nil {
				t.Fatalf("the halt was not answered: %v", err)
			}
			defer response.Body.Close()
			if response.StatusCode != http.StatusOK {
				t.Errorf("POST /halt = %d, want 200", response.StatusCode)
			}
		})
	}
}
