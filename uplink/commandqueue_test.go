package uplink

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"pychron-edge/buffer"
)

func TestCommands(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	now := time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)
	var mu sync.Mutex
	done, synchronised := map[string]int{}, true
	var notTaken []string
	b.publish("pychron/line1/commands", `{"id":"kept","device":"V1","control":"open","value":1,"expires":"2026-11-22T19:00:00Z"}`, true)
	p := run(t, b.url(), func(o *Options) {
		o.Now = func() time.Time { return now }
		o.Synchronised = func() bool { mu.Lock(); defer mu.Unlock(); return synchronised }
		o.CommandNotTaken = func(c buffer.CommandRequest, reason, _ string) {
			mu.Lock()
			defer mu.Unlock()
			notTaken = append(notTaken, c.ID+" "+reason)
		}
		o.Commands = func(_ context.Context, c buffer.CommandRequest) (buffer.CommandResult, error) {
			mu.Lock()
			defer mu.Unlock()
			done[c.ID]++
			return buffer.CommandResult{Result: "success", Value: &c.Value}, nil
		}
	})
	if got := answered(t, b, 1); got.ID != "kept" || got.Result != "refused" {
		t.Errorf("a retained command = %+v, want refused", got)
	}
	for i, c := range []struct{ name, send, want string }{
		{"executed", `{"id":"1","device":"V1","control":"open","value":1,"expires":"2026-11-22T18:00:01Z"}`, "1 success"},
		{"the same id again", `{"id":"1","device":"V1","control":"open","value":1,"expires":"2026-11-22T18:00:01Z"}`, "1 success"},
		{"expired", `{"id":"2","device":"V1","control":"open","value":1,"expires":"2026-11-22T18:00:00Z"}`, "2 refused"},
		{"no expiry", `{"id":"3","device":"V1","control":"open","value":1}`, "3 refused"},
		{"no value", `{"id":"4","device":"V1","control":"open","expires":"2026-11-22T18:00:01Z"}`, "4 refused"},
		{"no id", `{"device":"V1","control":"open","value":1,"expires":"2026-11-22T18:00:01Z"}`, " refused"},
		{"an unknown key", `{"id":"5","device":"V1","control":"open","value":1,"expires":"2026-11-22T18:00:01Z","force":true}`, "5 refused"},
		{"not JSON", `open V1`, " refused"},
		{"a key in capitals, too", `{"id":"6","device":"V1","control":"open","value":0,"VALUE":1,"expires":"2026-11-22T18:00:01Z"}`, "6 refused"},
		{"a key twice", `{"id":"7","device":"V2","device":"V1","control":"open","value":1,"expires":"2026-11-22T18:00:01Z"}`, "7 refused"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b.t = t
			b.publish("pychron/line1/commands", c.send, false)
			if got := answered(t, b, i+2); got.ID+" "+got.Result != c.want {
				t.Errorf("%s = %+v, want %s", c.send, got, c.want)
			}
		})
	}
	b.t = t
	mu.Lock()
	synchronised = false
	mu.Unlock()
	b.publish("pychron/line1/commands", `{"id":"9","device":"V1","control":"open","value":1,"expires":"2026-11-22T18:00:01Z"}`, false)
	if got := answered(t, b, 12); got.Result != "refused" {
		t.Errorf("a command while the clock is not synchronised = %+v, want refused", got)
	}
	p.stop()
	if fmt.Sprint(done) != "map[1:1]" {
		t.Errorf("executed %v, want 1 once and nothing else", done)
	}
	want := "[kept retained 2 expired 3 unreadable 4 unreadable  unreadable 5 unreadable  unreadable 6 unreadable 7 unreadable 9 clock]"
	if fmt.Sprint(notTaken) != want {
		t.Errorf("told as not taken %v, want %s", notTaken, want)
	}
}

// What is wrong with a command is said in words of its keys, not of the program.
func TestCommandsThatCannotBeReadAreExplained(t *testing.T) {
	t.Parallel()
	command := func(value, expires string) string {
		return `{"id":"1","device":"V1","control":"open","value":` + value + `,"expires":` + expires + `}`
	}
	for text, says := range map[string]string{
		command("1", `"1790000001"`):          `expires "1790000001" is no time; it must be RFC 3339, such as 2026-11-22T18:20:05Z`,
		command("1", `1790000001`):            "expires is a number; it must be a text",
		command("1", `"2026-11-22T8:20:05Z"`): `expires "2026-11-22T8:20:05Z" is no time; it must be RFC 3339, such as 2026-11-22T18:20:05Z`,
		command("1", `null`):                  "expires is missing; it must be RFC 3339, such as 2026-11-22T18:20:05Z",
		command("null", `"x"`):                "value is missing; it must be a number, 1 for on or open, 0 for off or closed",
		command("1", `"2026-11-22T18:20:05"`): `expires "2026-11-22T18:20:05" is no time; it must be RFC 3339, such as 2026-11-22T18:20:05Z`,
		command("1e400", `""`):                "value is 1e400; it must be a number as a double holds it",
		command(`"1"`, `""`):                  "value is a string; it must be a number as a double holds it",
		`[]`:                                  "the message is an array; it must be an object",
		``:                                    "the message is empty; it must be an object",
		`{"id":`:                              "the message is not JSON: it ends too early; it must be an object",
		`{"id":x}`:                            "the message is not JSON at byte 7: invalid character 'x' looking for beginning of value; it must be an object",
		`{"id":"1"}`:                          "device is missing; it must be the name of a device",
		`{"id":"1","device":"V1"}`:            "control is missing; it must be the name of a control of the device",
		command("1", `"x"`) + ` x`:            `"x" follows the object; nothing must follow it`,
	} {
		if c, err := parseCommand([]byte(text)); err == nil || err.Error() != says || !math.IsNaN(c.Value) {
			t.Errorf("parseCommand(%s) = value %v, %v, want no value and %q", text, c.Value, err, says)
		}
	}
}

func answered(t *testing.T, b *broker, n int) (r result) {
	t.Helper()
	if err := json.Unmarshal([]byte(b.untilTopic("pychron/line1/results", n).payload), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// A command that runs long is not executed twice, and its result is sent when the broker is back.
func TestRunningCommandIsNotExecutedAgain(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	proxy := newProxy(t, b.address)
	begun, end := make(chan string, 9), make(chan struct{})
	run(t, "tcp://"+proxy.address(), func(o *Options) {
		o.Commands = func(_ context.Context, c buffer.CommandRequest) (buffer.CommandResult, error) {
			begun <- c.ID
			<-end
			return buffer.CommandResult{Result: "unknown"}, nil
		}
	})
	b.untilTopic("pychron/line1/status", 1)
	slow := fmt.Sprintf(`{"id":"slow","device":"laser","control":"power","value":1,"expires":%q}`, time.Now().Add(30*time.Minute).UTC().Format(time.RFC3339))
	for len(begun) == 0 { // until the subscription is in force
		b.publish("pychron/line1/commands", slow, false)
		time.Sleep(time.Millisecond)
	}
	b.publish("pychron/line1/commands", slow, false)
	proxy.cut()
	close(end)
	if got := answered(t, b, 1); got.ID != "slow" || got.Result != "unknown" {
		t.Errorf("result = %+v, want slow, unknown", got)
	}
	if len(begun) != 1 {
		t.Errorf("begun %d times, want once", len(begun))
	}
}
