package main

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"time"
)

const startLimit = 30 * time.Second

// viewer is one that runs.
type viewer struct {
	*exec.Cmd
	begun        time.Time
	page, broker string
	log          string         // file of what it writes
	db           *sql.DB        // its store
	end          []func() error // what is to be done when it has ended
}

// launch starts a viewer on the store and the broker's files of a folder, or with what is outside.
func launch(path, dir string, o outside) (v *viewer, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	page, err := freeAddress()
	if err != nil {
		return nil, err
	}
	broker, err := freeAddress()
	if err != nil {
		return nil, err
	}
	log, err := os.OpenFile(filepath.Join(dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	v = &viewer{page: page, broker: broker, log: log.Name()}
	defer func() {
		if err != nil {
			err = errors.Join(err, v.ended())
		}
	}()
	where, db, remove, err := o.store(dir)
	if err != nil {
		return nil, err
	}
	v.db, v.end = db, append(v.end, db.Close, remove)
	args := []string{"run", "-listen", page, "-store", where}
	if o.mosquitto {
		broker, err := startMosquitto(v.broker, dir)
		if err != nil {
			return nil, err
		}
		v.end = append(v.end, func() error { return errors.Join(broker.Process.Kill(), ignoreExit(broker.Wait())) })
		args = append(args, "-broker", "tcp://"+v.broker)
	} else {
		args = append(args, "-broker", "embedded", "-broker-listen", broker)
	}
	v.Cmd = exec.Command(path, args...)
	v.Env = append(os.Environ(), "STATE_DIRECTORY="+dir) // of the broker, where the store is not in the folder
	v.Stdout, v.Stderr = log, log
	v.begun = time.Now()
	return v, v.Start()
}

// ended ends what is outside.
func (v *viewer) ended() (err error) {
	for _, end := range v.end {
		err = errors.Join(err, end())
	}
	return err
}

// ignoreExit is an error unless it is that of a program that was killed.
func ignoreExit(err error) error {
	if e := (*exec.ExitError)(nil); errors.As(err, &e) {
		return nil
	}
	return err
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// stop ends the viewer in order.
func (v *viewer) stop() (err error) {
	defer func() { err = errors.Join(err, v.ended()) }()
	if err := v.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if err := v.Wait(); err != nil {
		return fmt.Errorf("%s: %w; it said:\n%s", v.Path, err, v.said())
	}
	return nil
}

// said is the end of what the viewer wrote.
func (v *viewer) said() []byte {
	text, _ := os.ReadFile(v.log)
	return text[max(0, len(text)-8000):]
}

// online is how many agents the viewer knows to be online, "?" where it does not say.
func (v *viewer) online() string {
	response, err := http.Get("http://" + v.page + "/metrics")
	if err != nil {
		return "?"
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		return "?"
	}
	return fmt.Sprint(len(up.FindAll(text, -1)))
}

var up = regexp.MustCompile(`(?m)^\w+_agent_up\{.*\} 1$`)

// until asks again and again, and gives the milliseconds since the start after which that works.
func (v *viewer) until(works func() bool) (float64, error) {
	for time.Since(v.begun) < startLimit {
		if works() {
			return float64(time.Since(v.begun).Microseconds()) / 1000, nil
		}
		time.Sleep(500 * time.Microsecond)
	}
	return 0, fmt.Errorf("%s has not started after %v", v.Path, startLimit)
}

func (v *viewer) answers(path string) bool {
	response, err := http.Get("http://" + v.page + path)
	if err != nil {
		return false
	}
	response.Body.Close()
	return response.StatusCode == http.StatusOK
}

func (v *viewer) listens() bool {
	c, err := net.Dial("tcp", v.broker)
	if err != nil {
		return false
	}
	c.Close()
	return true
}

// starts are milliseconds from the start of a viewer.
type starts struct{ page, broker, ready []float64 }

func (s *starts) add(path, dir string) (err error) {
	v, err := launch(path, dir, outside{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.stop()) }()
	for _, step := range []struct {
		into  *[]float64
		works func() bool
	}{
		{&s.page, func() bool { return v.answers("/healthz") }},
		{&s.broker, v.listens},
		{&s.ready, func() bool { return v.answers("/readyz") }},
	} {
		took, err := v.until(step.works)
		if err != nil {
			return err
		}
		*step.into = append(*step.into, took)
	}
	return nil
}

// measureStarts starts each program in turns, on a new folder, and again on that.
func measureStarts(dir string, programs []string, n int) error {
	first, again := make([]starts, len(programs)), make([]starts, len(programs))
	for i := range n {
		for p, path := range programs {
			at := filepath.Join(dir, fmt.Sprint("start", p, "-", i))
			if err := errors.Join(first[p].add(path, at), again[p].add(path, at)); err != nil {
				return err
			}
		}
	}
	row("ms, of "+fmt.Sprint(n)+" starts", "page answers", "broker listens", "ready: store, link")
	for p, path := range programs {
		row(filepath.Base(path)+", first start", spread(first[p].page), spread(first[p].broker), spread(first[p].ready))
		row(filepath.Base(path)+", later ones", spread(again[p].page), spread(again[p].broker), spread(again[p].ready))
	}
	return nil
}
