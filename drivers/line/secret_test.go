package line_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
	"pychron-edge/drivers/line"
)

// A secret is sent as it is, and stands neither in the trace nor in an error, also where the other end sends it back.
func TestASecretIsNotKept(t *testing.T) {
	for name, c := range map[string]struct {
		settings drivers.LineSettings
		reply    string
		fails    bool
	}{
		"answered":       {reply: "hello hunter2\n"},
		"never ended":    {reply: "hello hunter2", fails: true},
		"another's echo": {settings: drivers.LineSettings{Echo: "line"}, reply: "Login b,hunter2\r\n", fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o, peer := running(t, c.settings, func(_ *line.Owner, p *drivertest.Peer) {
					p.Answer = p.Says(func(string) string { return c.reply })
				})
				_, err := o.Port("ms").Transact(drivers.WithSecret(t.Context(), "hunter2"), []byte("Login a,hunter2\r\n"), toLF)
				if (err != nil) != c.fails || err != nil && strings.Contains(err.Error(), "hunter2") {
					t.Errorf("Transact = %v", err)
				}
				if sent := peer.Sent(); len(sent) != 1 || sent[0] != "Login a,hunter2\r\n" {
					t.Errorf("the instrument was sent %q", sent)
				}
				kept := o.Trace()
				if len(kept) != 1 || string(kept[0].Request) != "Login a,***\r\n" || strings.Contains(string(kept[0].Reply), "hunter2") {
					t.Errorf("the trace keeps %q", kept)
				}
				if e := kept[0].Err; e != nil && strings.Contains(e.Error(), "hunter2") {
					t.Errorf("the trace keeps the error %v", e)
				}
			})
		})
	}
}
