package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// board is an agent with a card, and what was seen of both.
type board struct {
	scene scene
	agent string // the program
	dir   string // what is not on the card: the file, the runtime directory, the output
	card  *device
	page  string // its address

	first, wrote, stop int64 // bytes the device wrote in the first minute, after it, and at a stop in order
	last               int64 // the device's count before that stop
	printed            int64 // bytes the program printed
	lines              int
	err                error
}

func newBoard(dir, agent string, s scene) (*board, error) {
	b := &board{scene: s, agent: agent, dir: dir}
	if err := errors.Join(os.MkdirAll(filepath.Join(dir, "run"), 0o755), os.Chmod(filepath.Join(dir, "run"), 0o777)); err != nil {
		return nil, err
	}
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b.page = listen.Addr().String()
	listen.Close() // the agent has it next
	b.card, err = insert(filepath.Join(dir, "card"))
	return b, err
}

// run lets the agent run for that long, as its unit does, and looks at what was written.
func (b *board) run(watch time.Duration) error {
	urls, unplug, err := instruments(b.scene.answer)
	if err != nil {
		return err
	}
	defer unplug()
	if err := b.configure(urls); err != nil {
		return err
	}
	if b.scene.kept {
		if err := b.runOnce(10 * time.Second); err != nil {
			return err
		}
		b.last = 0
	}
	if b.scene.bad {
		if err := b.spoil(); err != nil {
			return err
		}
	}
	before, err := b.card.written()
	if err != nil {
		return err
	}
	var failed error
	first := time.AfterFunc(time.Minute, func() {
		b.first, failed = b.card.written()
		b.first -= before
	})
	for end := time.Now().Add(watch); time.Now().Before(end); time.Sleep(min(restart, max(0, time.Until(end)))) {
		if err := b.runOnce(time.Until(end)); err != nil {
			return err
		}
	}
	first.Stop()
	after, err := b.card.written()
	if b.last == 0 { // nothing ran in the end
		b.last = after
	}
	b.wrote, b.stop = b.last-before-b.first, after-b.last
	return errors.Join(failed, err, b.count())
}

// runOnce starts the agent and waits until it ends, which it is told after that long. What a person does is done meanwhile.
func (b *board) runOnce(long time.Duration) (err error) {
	if b.scene.idle {
		time.Sleep(long)
		b.last, err = b.card.written()
		return err
	}
	cmd, err := b.start()
	if err != nil {
		return err
	}
	ended, over := make(chan struct{}), time.After(long)
	go func() {
		_ = cmd.Wait() // how it ends stands in its output
		close(ended)
	}()
	for minute := time.Tick(time.Minute); ; {
		select {
		case <-ended:
			return nil
		case <-over:
			b.last, err = b.card.written()
			_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
			<-ended
			return err
		case <-minute:
			if err := b.act(cmd.Process); err != nil {
				_ = cmd.Process.Kill()
				<-ended
				return err
			}
		}
	}
}

// start starts it as its unit does: without any right, as a service that tells systemd how it stands, with its state on the card and its runtime
// directory off it.
func (b *board) start() (*exec.Cmd, error) {
	out, err := os.OpenFile(b.output(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	cmd := exec.Command(b.agent, "run", "-config", b.file(), "-runtime", filepath.Join(b.dir, "run"))
	cmd.Stdout, cmd.Stderr = out, out
	cmd.Env = append(os.Environ(), "STATE_DIRECTORY="+b.card.at, "RUNTIME_DIRECTORY="+filepath.Join(b.dir, "run"), "NOTIFY_SOCKET="+filepath.Join(b.dir, "notify"), "GOMEMLIMIT=48MiB")
	const nobody = 65534
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}, Pdeathsig: syscall.SIGKILL}
	return cmd, cmd.Start()
}

// act is what happens each minute: a valve is moved, or a file that is refused is read again.
func (b *board) act(agent *os.Process) error {
	switch {
	case b.scene.bad:
		return agent.Signal(syscall.SIGHUP)
	case b.scene.moves:
		return b.move()
	}
	return nil
}

// move opens a valve in one minute and closes it in the next.
func (b *board) move() error {
	value := time.Now().Minute() % 2
	r, err := http.NewRequest(http.MethodPost, "http://"+b.page+"/devices/box/A", strings.NewReader(fmt.Sprintf(`{"value":%d}`, value)))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Pychron-Edge-Token", secret)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	switch answer.StatusCode {
	case http.StatusOK, http.StatusGatewayTimeout: // on a busy machine a simulated box may be late; the valve has moved
		return nil
	}
	said, _ := io.ReadAll(answer.Body) // what there is of it
	return fmt.Errorf("moving A: %s %s", answer.Status, said)
}

// configure writes the file; spoil makes one of it that is refused.
func (b *board) configure(urls map[string]string) error {
	return os.WriteFile(b.file(), []byte(b.scene.configuration(urls, b.page, b.card.at)), 0o644)
}

func (b *board) spoil() error {
	text, err := os.ReadFile(b.file())
	if err != nil {
		return err
	}
	return os.WriteFile(b.file(), append(text, "whatever: this is\n"...), 0o644)
}

// count looks at what was printed.
func (b *board) count() error {
	text, err := os.ReadFile(b.output())
	if b.scene.idle {
		return nil
	}
	b.printed, b.lines = int64(len(text)), bytes.Count(text, []byte("\n"))
	return err
}

func (b *board) file() string   { return filepath.Join(b.dir, "agent.yaml") }
func (b *board) output() string { return filepath.Join(b.dir, "output") }
