package uplink

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// With two brokers, the agent goes to the other one when the first is gone, and nothing is lost on the way.
func TestPublisherFailsOverToTheNextBroker(t *testing.T) {
	t.Parallel()
	one, two := newBroker(t), newBroker(t)
	p := run(t, one.url()+" "+two.url(), nil)
	a := audit(1)
	p.lanes.Append(&a)
	one.untilTopic("pychron/line1/audit", 1)
	if got := p.State().Broker; got != one.address {
		t.Errorf("broker %s, want the first, %s", got, one.address)
	}
	one.kill()
	b := audit(2)
	p.lanes.Append(&b)
	// The first broker may have ended before its acknowledgement of seq 1 arrived: then the second one gets that too.
	log := two.until(func(log []message) bool { return slices.Contains(seqs(t, log, buffer.Audit), 2) })
	if got := seqs(t, log, buffer.Audit); !slices.Equal(got, []uint64{2}) && !slices.Equal(got, []uint64{1, 2}) {
		t.Errorf("the second broker got %v, want seq 2, or 1 and 2", got)
	}
	for p.State().Broker != two.address {
		time.Sleep(time.Millisecond)
	}
}

func TestParseBrokers(t *testing.T) {
	for text, want := range map[string]int{"tcp://a": 1, " tcp://a  ssl://b:1 ": 2, "": 0, "tcp://a http://b": 0, strings.Repeat("tcp://a ", maxBrokers+1): 0} {
		all, err := ParseBrokers(text)
		if len(all) != want || (err == nil) != (want > 0) || err != nil && !errors.Is(err, ErrBroker) {
			t.Errorf("ParseBrokers(%q) = %d, %v, want %d", text, len(all), err, want)
		}
	}
}
