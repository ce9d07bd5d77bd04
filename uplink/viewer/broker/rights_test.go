package broker

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"pychron-edge/uplink"
)

// users are one of each kind; the password is the name.
func users() (all []User) {
	for name, rights := range map[string][]string{"line1": {"agent"}, "line2": {"agent"}, "hall": {"read"}, "pychron": {"command", "ingest"}, "second": {"viewer"}} {
		all = append(all, User{Name: name, SHA256: hash(name), Rights: rights})
	}
	return all
}

// client is a plain client; the connection is refused if it is nil.
func client(t *testing.T, b *testBroker, id, user, password string) mqtt.Client {
	t.Helper()
	c := mqtt.NewClient(mqtt.NewClientOptions().AddBroker("tcp://" + b.address).SetClientID(id).SetUsername(user).SetPassword(password).SetAutoReconnect(false))
	if token := c.Connect(); !token.WaitTimeout(apiTimeout) || token.Error() != nil {
		return nil
	}
	t.Cleanup(func() { c.Disconnect(100) })
	return c
}

// may reports whether the broker grants a subscription.
func may(t *testing.T, c mqtt.Client, filter string) bool {
	t.Helper()
	token := c.Subscribe(filter, 1, func(mqtt.Client, mqtt.Message) {})
	if !token.WaitTimeout(apiTimeout) {
		t.Fatalf("no answer to the subscription of %s", filter)
	}
	return token.(*mqtt.SubscribeToken).Result()[filter] < 3
}

func TestOnlyUsersConnect(t *testing.T) {
	b := start(t, Options{Users: users()})
	for _, c := range []struct {
		user, password string
		want           bool
	}{{"line1", "line1", true}, {"line1", "line2", false}, {"line1", "", false}, {"", "", false}, {"x", "x", false}, {ownUser, "", false}} {
		if got := client(t, b, "c", c.user, c.password) != nil; got != c.want {
			t.Errorf("%q with the password %q is admitted: %v, want %v", c.user, c.password, got, c.want)
		}
	}
}

func TestSubscriptionsByRight(t *testing.T) {
	b := start(t, Options{Users: users()})
	for user, c := range map[string]struct{ yes, no string }{
		"line1":   {"pychron/line1/commands pychron/line1/resend pychron/line1/received pychron/line1/ingest", "pychron/line2/commands pychron/line1/status pychron/# # $JS/#"},
		"hall":    {"pychron/# pychron/+/# pychron/line1/status", "# other/line1/status +/line1/status"},
		"pychron": {"", "pychron/# pychron/line1/commands"},
		"second":  {"pychron/+/#", "#"},
	} {
		who := client(t, b, user, user, user)
		for _, filter := range strings.Fields(c.yes) {
			if !may(t, who, filter) {
				t.Errorf("%s may not subscribe to %s", user, filter)
			}
		}
		for _, filter := range strings.Fields(c.no) {
			if may(t, who, filter) {
				t.Errorf("%s may subscribe to %s", user, filter)
			}
		}
	}
}

// What somebody publishes without the right is acknowledged, as MQTT 3.1.1 has no other answer, and reaches nobody; nor is it retained.
func TestPublishedByRight(t *testing.T) {
	b, s := serving(t, Options{Users: users()})
	got, sub, _ := subscribe(t, b, "hall", login{"hall", "hall"})
	connected(t, sub)
	var want []string
	for i, c := range []struct {
		user, topic string
		want        bool
	}{
		{"line1", "pychron/line2/status", false}, {"line1", "other/line1/status", false}, {"hall", "pychron/line1/status", false},
		{"pychron", "pychron/line1/status", false}, {"second", "pychron/line1/status", false}, {"pychron", "$JS/API/STREAM/DELETE/$MQTT_msgs", false},
		{"line1", "pychron/line1/commands", true}, {"pychron", "pychron/line2/commands", true}, {"second", "pychron/line2/received", true},
		{"line1", "pychron/line1/status", true}, {"line2", "pychron/line2/state/V1/open", true},
	} {
		who := client(t, b, fmt.Sprint("c", i), c.user, c.user)
		if token := who.Publish(c.topic, 1, true, `{"state":"online"}`); !token.WaitTimeout(apiTimeout) || token.Error() != nil {
			t.Fatalf("%s publishing %s: %v", c.user, c.topic, token.Error())
		}
		if c.want {
			want = append(want, "$MQTT.rmsgs."+subject(c.topic))
		}
	}
	all := got.until(t, "what line2 published", func(all []uplink.Message) bool { return len(all) > 0 && all[len(all)-1].Agent == "line2" })
	if len(all) != 2 || all[0].Kind != uplink.StatusMessage || all[0].Agent != "line1" || all[1].Kind != uplink.StateMessage {
		t.Errorf("arrived: %+v, want the status of line1 and the state of line2", all)
	}
	var retained struct {
		State struct{ Subjects map[string]int }
	}
	ask(t, s, "$JS.API.STREAM.INFO.$MQTT_rmsgs", map[string]string{"subjects_filter": ">"}, &retained)
	if have := slices.Sorted(maps.Keys(retained.State.Subjects)); !slices.Equal(have, slices.Sorted(slices.Values(want))) {
		t.Errorf("retained: %v, want %v", have, want)
	}
}

// An agent with its right is an agent as everywhere: its readings arrive, and its last will, and it hears what is for it.
func TestAgentWithItsRight(t *testing.T) {
	b := start(t, Options{Users: users()})
	got, s, _ := subscribe(t, b, "second", login{"second", "second"})
	p, lanes, stop := publish(t, b, "line1", login{"line1", "line1"})
	got.until(t, "the status", func(all []uplink.Message) bool { return len(all) > 0 }) // it has subscribed
	lanes.Append(reading("line1", 1))
	got.until(t, "the reading", func(all []uplink.Message) bool { return complete(seqs(all, "line1"), 1) })
	if err := s.Resend("pychron", "line1", uplink.Gap{Lane: 1, Boot: "b0", From: 1, To: 2}); err != nil {
		t.Fatal(err)
	}
	got.until(t, "the answer to a resend", func(all []uplink.Message) bool {
		for _, m := range all {
			if m.Kind == uplink.GapMessage && m.Gap.Boot == "b0" {
				return true
			}
		}
		return false
	})
	stop()
	if st := p.State(); st.Err != nil {
		t.Errorf("State = %+v, want no error", st)
	}
}
