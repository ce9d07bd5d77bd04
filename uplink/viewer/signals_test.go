package main

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The test binary is the viewer itself where it is told so.
func init() {
	if os.Getenv("TEST_AS_VIEWER") == "1" {
		main()
	}
}

// A viewer whose log nobody reads any more goes on.
func TestViewerWithoutAReaderOfItsLog(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	v := exec.Command(os.Args[0], "run", "-broker", "tcp://127.0.0.1:1", "-listen", "127.0.0.1:0", "-store", filepath.Join(t.TempDir(), "viewer.db"))
	v.Env = append(os.Environ(), "TEST_AS_VIEWER=1")
	v.Stderr = w
	if err := v.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Process.Kill() })
	w.Close()
	address, text := "", ""
	for lines := bufio.NewScanner(r); address == "" && lines.Scan(); {
		text += lines.Text() + "\n"
		if m := regexp.MustCompile(`\baddress=(\S+)`).FindStringSubmatch(lines.Text()); m != nil {
			address = m[1]
		}
	}
	if address == "" {
		t.Fatalf("the viewer does not say where it listens:\n%s", text)
	}
	r.Close()
	for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) { // that there is no broker is the next line of the log
		answer, err := http.Get("http://" + address + "/status")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err == nil && strings.Contains(string(body), "connection refused") {
			break
		}
		if time.Since(begun) > time.Minute {
			t.Fatalf("the viewer does not say that there is no broker: %s", body)
		}
	}
	ended := make(chan error, 1)
	go func() { ended <- v.Wait() }()
	v.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("the viewer ended with %v, want 0", err)
		}
	case <-time.After(time.Minute):
		t.Error("the viewer has not ended within a minute")
	}
}
