package doctor

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"pychron-edge/agent/config"
	"pychron-edge/uplink"
	"pychron-edge/uplink/brokertest"
)

// finding is what was found about something, as it is printed.
func finding(all []Finding, about string) string {
	for _, f := range all {
		if f.About == about {
			return f.Level.String() + " " + f.Text
		}
	}
	return ""
}

const withSecrets = `agent: {name: a, listen: "0.0.0.0:9119", web_config: /etc/edge/web.yml}
mqtt: {broker: ["ssl://broker.lab", "ssl://b.lab:8884"], user: a, password_file: /etc/edge/mqtt, tls: {ca: /etc/edge/none.pem, cert: /etc/edge/empty.pem, key: /etc/edge/none.key}}
notify:
  - {name: mail, smtp: "smtps://a@mail.lab", password_file: hunter2, from: a@lab, to: [b@lab]}
  - {name: sealed, ntfy: "https://ntfy.lab/y", password_file: /run/credentials/pychron-edge-agent.service/y}
  - {name: phone, ntfy: "https://ntfy.lab/x", password_file: /etc/edge/phone}
devices:
  - {name: hand, model: manual}
`

// Who may read a secret, and who may not that must: each with the file and what to type.
func TestSecretsAreLookedAt(t *testing.T) {
	gid := os.Getgid()
	p := onBoard(t, map[string]string{
		"etc/group": fmt.Sprintf("pychron-edge:x:%d:\n", gid), "etc/edge/mqtt": "x", "etc/edge/phone": "x", "etc/edge/empty.pem": "",
		"etc/edge/web.yml": "tls_server_config: {cert_file: web.crt, key_file: web.key}\n", "etc/edge/web.crt": "nothing", "etc/edge/web.key": "x",
	}, withSecrets)
	for name, mode := range map[string]os.FileMode{"mqtt": 0o644, "phone": 0o600, "web.key": 0o640} {
		if err := os.Chmod(filepath.Join(p.Root, "etc/edge", name), mode); err != nil {
			t.Fatal(err)
		}
	}
	if p.Err != nil {
		t.Fatal(p.Err)
	}
	all := Examine(p)
	for about, want := range map[string]string{
		"mqtt.password_file":              "warn everybody on this machine may read /etc/edge/mqtt (mode 0644)",
		"mqtt.tls.key":                    "BAD /etc/edge/none.key is not there",
		"key of the page":                 "ok /etc/edge/web.key is there, and closed to others",
		"notify[0].password_file":         "BAD it is no absolute path, and the service looks for it in /",
		"notify[1].password_file":         "ok /run/credentials/pychron-edge-agent.service/y is systemd's to lay there",
		"notify[2].password_file":         "BAD the service's user pychron-edge may not read /etc/edge/phone (mode 0600)",
		"certificate /etc/edge/none.pem":  "BAD it is not there",
		"certificate /etc/edge/empty.pem": "BAD it is no PEM file",
		"certificate /etc/edge/web.crt":   "BAD it is no PEM file",
		"page":                            "ok 0.0.0.0:9119: other machines, with TLS by /etc/edge/web.yml",
	} {
		if got := finding(all, about); got != want {
			t.Errorf("%s: %s, want %s", about, got, want)
		}
	}
	for _, f := range all {
		if strings.Contains(f.About+f.Text+f.Do, "hunter2") {
			t.Errorf("%s: %s shows what may be a password", f.About, f.Text)
		}
	}
}

func TestAWebConfigurationThatDoesNotProtect(t *testing.T) {
	const text = "agent: {name: a, listen: \"0.0.0.0:9119\", web_config: /etc/web.yml}\ndevices:\n  - {name: hand, model: manual}\n"
	for file, want := range map[string]string{"etc/web.yml": "warn 0.0.0.0:9119: passwords and tokens go over the network in plain text", "etc/other.yml": "BAD /etc/web.yml is not there"} {
		if got := finding(Examine(onBoard(t, map[string]string{file: "basic_auth_users: {jr: x}\n"}, text)), "page"); got != want {
			t.Errorf("with %s: %s, want %s", file, got, want)
		}
	}
}

// A broker that does not let the agent in is told in words, with the address that was tried and what to do.
func TestBrokersAreAskedWhetherTheyLetTheAgentIn(t *testing.T) {
	refused := &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	verified := func(err error) error { return &tls.CertificateVerificationError{Err: err} }
	for text, c := range map[string]struct {
		err      error
		want, do string
	}{
		"there":    {nil, "ok it lets the agent in", ""},
		"refused":  {refused, "BAD nothing listens there", "start it"},
		"no name":  {&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "broker.lab", IsNotFound: true}}, "BAD nobody knows the name broker.lab", "mqtt.broker"},
		"no route": {&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.EHOSTUNREACH)}, "BAD there is no way to it: is the network up?", "start it"},
		"silent":   {&net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}, "BAD it does not answer in time: is it switched on, or does a firewall drop it?", "start it"},
		"mute":     {fmt.Errorf("connecting: %w within 10s", uplink.ErrSilent), "BAD connecting: it takes connections, and does not answer within 10s", "ssl://"},
		"password": {fmt.Errorf("%w user \"edge\"", uplink.ErrLogin), "BAD the broker refuses user \"edge\"", "password file"},
		"signer":   {verified(x509.UnknownAuthorityError{}), "BAD its certificate is signed by somebody this machine does not know", "mqtt.tls.ca"},
		"name": {verified(x509.HostnameError{Certificate: &x509.Certificate{DNSNames: []string{"b.lab"}}, Host: "broker.lab"}),
			"BAD x509: certificate is valid for b.lab, not broker.lab", "server_name"},
		"ended":  {verified(x509.CertificateInvalidError{Reason: x509.Expired, Detail: "it ended"}), "BAD x509: certificate has expired or is not yet valid: it ended", "renew"},
		"unread": {fmt.Errorf("%w: permission denied", errUnread), "warn it takes connections; whether it lets the agent in is not known: permission denied", "mend the file"},
		"other":  {errors.New("odd"), "BAD odd", "start it"},
	} {
		p := onBoard(t, nil, withSecrets)
		var asked []string
		p.AskBroker = func(u *url.URL, m config.MQTTConfig) error {
			asked = append(asked, u.Host)
			if m.TLS.CA != "/etc/edge/none.pem" {
				t.Errorf("asked with %+v, want what the configuration has", m)
			}
			return c.err
		}
		all := Examine(p)
		if strings.Join(asked, " ") != "broker.lab:8883 b.lab:8884" {
			t.Errorf("asked were %v, want both, the first at the port of its scheme", asked)
		}
		if got := finding(all, "broker broker.lab:8883"); got != c.want {
			t.Errorf("%s: %s, want %s", text, got, c.want)
		}
		for _, f := range all {
			if f.About == "broker broker.lab:8883" && (!strings.Contains(f.Do, c.do) || (f.Do == "") != (c.do == "")) {
				t.Errorf("%s: to do is %q, want %q in it", text, f.Do, c.do)
			}
		}
	}
	if got := finding(Examine(onBoard(t, nil, withSecrets)), "broker broker.lab:8883"); got != "" {
		t.Errorf("without a way to ask: %s, want nothing", got)
	}
}

// Where the password cannot be read, nobody says that the broker lets the agent in.
func TestBrokerIsAskedWithThePasswordOfItsFile(t *testing.T) {
	core := brokertest.New()
	core.Login = func(user, password string) byte {
		if user == "edge" && password == "right" {
			return 0
		}
		return 5
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			core.Serve(conn)
		}
	})
	t.Cleanup(func() { l.Close(); all.Wait(); core.Stop(true); core.Wait() })
	file := filepath.Join(t.TempDir(), "password")
	c := config.MQTTConfig{User: "edge", PasswordFile: file}
	u := &url.URL{Scheme: "tcp", Host: l.Addr().String()}
	if err := AskBroker(u, c); !errors.Is(err, errUnread) {
		t.Errorf("without the file: %v, want that nobody knows", err)
	}
	for password, want := range map[string]error{"wrong": uplink.ErrLogin, "right": nil} {
		if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := AskBroker(u, c); !errors.Is(err, want) {
			t.Errorf("with the password %s: %v, want %v", password, err, want)
		}
	}
}

func TestConfigurationsThatAreNotThereOrHaveManyMistakes(t *testing.T) {
	p := Patient{Root: t.TempDir(), User: "pychron-edge", File: "/etc/x.yaml", Err: fmt.Errorf("configuration: %w", os.ErrNotExist), Now: now}
	if got := Examine(p)[0]; got.Text != "/etc/x.yaml is not there" || !strings.Contains(got.Do, "agent init") {
		t.Errorf("%+v, want that it is not there, and how to make it", got)
	}
	p.Err = errors.New("f:1:1: one\nf:2:1: two\nf:3:1: three")
	var b strings.Builder
	if err := Write(&b, Examine(p)[:3]); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(strings.Fields(b.String()), " "), "BAD configuration f:1:1: one BAD configuration f:2:1: two BAD configuration f:3:1: three -> mend the lines named; `agent check /etc/x.yaml` shows them"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
