package uplink

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/uplink/brokertest"
)

// inBubble runs a publisher on a broker in memory, in a bubble of time.
func inBubble(t *testing.T, core *brokertest.Broker, change func(*Options)) (p *Publisher, lanes buffer.Lanes, log *bytes.Buffer) {
	log, lanes = new(bytes.Buffer), buffer.NewLanes(64, 64, 0)
	o := Options{
		Broker: "tcp://broker:1883", Agent: "line1", Boot: "b1", User: "edge", Lanes: lanes, Dial: core.Dial,
		Status: func(bool) []byte { return []byte(`{"state":"online"}`) },
		Log:    slog.New(slog.NewTextHandler(log, nil)),
	}
	change(&o)
	p, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = p.Run(ctx) }()
	t.Cleanup(func() { end(); <-done; core.Stop(true); core.Wait() })
	return p, lanes, log
}

// A password that is wrong, then cannot be read, then is mended: the state says which it is, the log says each once, nothing is lost, and the
// next attempt after the mending connects.
func TestMendedPasswordConnects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core := brokertest.New()
		var logins atomic.Int64
		core.Login = func(user, password string) byte {
			logins.Add(1)
			if user == "edge" && password == "right" {
				return 0
			}
			return 5
		}
		password, unread := atomic.Pointer[string]{}, atomic.Bool{}
		password.Store(new("wrong"))
		p, lanes, log := inBubble(t, core, func(o *Options) {
			o.Credentials = func() (string, *tls.Config, error) {
				if unread.Load() {
					return "", nil, &fs.PathError{Op: "open", Path: "password", Err: fs.ErrPermission}
				}
				return *password.Load(), nil, nil
			}
		})
		a := audit(1)
		lanes.Append(&a)
		time.Sleep(time.Hour)
		if s := p.State(); s.Connected || !errors.Is(s.Err, ErrLogin) || !strings.Contains(s.Err.Error(), `user "edge"`) || s.Lag[buffer.Audit] != 1 {
			t.Errorf("with a wrong password: %+v, want the user that is refused, and the event waiting", s)
		}
		if n := logins.Load(); n < 600 || n > 2000 {
			t.Errorf("%d attempts in an hour, want one each second for 5 minutes, then one in 2 to 5 s", n)
		}
		unread.Store(true)
		time.Sleep(time.Minute)
		if s := p.State(); s.Connected || !errors.Is(s.Err, fs.ErrPermission) {
			t.Errorf("with a password that cannot be read: %+v, want why", s)
		}
		unread.Store(false)
		password.Store(new("right"))
		time.Sleep(10 * time.Second)
		if s := p.State(); !s.Connected || s.Err != nil || s.Published[buffer.Audit] != 1 || s.Gaps[buffer.Audit] != 0 {
			t.Errorf("once it is mended: %+v, want connected and the event published", s)
		}
		if warnings := strings.Count(log.String(), "level=WARN"); warnings != 2 {
			t.Errorf("%d warnings, want one for the refusal and one for the file:\n%s", warnings, log)
		}
	})
}

// A broker that is not there and then refuses the password is logged as both: the first reason is not what somebody has to mend.
func TestAnotherReasonIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core := brokertest.New()
		core.Stop(true)
		core.Login = func(string, string) byte { return 4 }
		_, _, log := inBubble(t, core, func(*Options) {})
		for range 5 {
			time.Sleep(time.Minute)
			core.Start()
			time.Sleep(time.Minute)
			core.Stop(true)
		}
		if text := log.String(); strings.Count(text, "level=WARN") != 2 || !strings.Contains(text, "connection refused") || !strings.Contains(text, "bad user name or password") {
			t.Errorf("log:\n%swant both reasons, once", text)
		}
	})
}

// A broker that takes connections and does not answer is told as that, in words without the port of one attempt, and is not asked in a hurry.
func TestSilentBrokerIsNamed(t *testing.T) {
	for name, url := range map[string]string{"plain": "tcp://broker:1883", "TLS": "ssl://broker:8883"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var attempts atomic.Int64
				mute := func(context.Context, string) (net.Conn, error) {
					attempts.Add(1)
					client, server := net.Pipe()
					go func() {
						defer server.Close()
						for b := make([]byte, 512); ; {
							if _, err := server.Read(b); err != nil {
								return
							}
						}
					}()
					return client, nil
				}
				p, _, log := inBubble(t, brokertest.New(), func(o *Options) { o.Dial, o.Broker = mute, url })
				time.Sleep(2 * time.Minute)
				if s := p.State(); s.Connected || !errors.Is(s.Err, ErrSilent) || !strings.Contains(s.Err.Error(), "does not answer within 10s") {
					t.Errorf("State = %+v, want that it does not answer", s)
				}
				if n := attempts.Load(); n < 10 || n > 12 {
					t.Errorf("%d attempts in two minutes, want one each 10 s", n)
				}
				if strings.Count(log.String(), "level=WARN") != 1 {
					t.Errorf("log:\n%swant one warning", log)
				}
			})
		})
	}
}

// Ask says what a broker answers to a user and a password, and leaves no client behind.
func TestAskBroker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core := brokertest.New()
		core.Login = func(user, password string) byte {
			return map[string]byte{"right": 0, "stranger": 2}[password] + 5*map[string]byte{"wrong": 1}[password]
		}
		defer func() { core.Stop(true); core.Wait() }()
		broker := &url.URL{Scheme: "tcp", Host: "broker:1883"}
		for password, want := range map[string]error{"right": nil, "wrong": ErrLogin, "stranger": ErrLogin} {
			if err := Ask(t.Context(), broker, Login{ID: "doctor", User: "edge", Password: password, Dial: core.Dial}); !errors.Is(err, want) {
				t.Errorf("with the password %s: %v, want %v", password, err, want)
			}
		}
		core.Stop(true)
		if err := Ask(t.Context(), broker, Login{ID: "doctor", Dial: core.Dial}); err == nil || errors.Is(err, ErrLogin) {
			t.Errorf("stopped: %v, want that it is not there", err)
		}
	})
}
