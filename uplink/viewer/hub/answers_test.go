package hub

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/uplink"
)

// labStore is a lab's store and what its answers reach.
type labStore struct {
	*answers
	here    []uint64 // numbers that are stored
	failing error    // of the store
	away    error    // of the hub
	reads   int
	sent    []uint64
	batches []time.Time
	relayed []uplink.Gap
}

func newLabStore(t *testing.T, here ...uint64) *labStore {
	s := &labStore{here: here}
	s.answers = newAnswers(s.read, s.publish, s.relay, slog.New(slog.NewTextHandler(t.Output(), nil)))
	return s
}

// read gives the numbers that are here, and the others one by one as missing.
func (s *labStore) read(_ context.Context, agent string, g uplink.Gap, give func([]buffer.Event) error) (missing []uplink.Gap, err error) {
	if s.reads++; s.failing != nil {
		return nil, s.failing
	}
	var events []buffer.Event
	for seq := g.From; seq <= g.To; seq++ {
		if slices.Contains(s.here, seq) {
			events = append(events, buffer.Event{Source: agent, Boot: g.Boot, Lane: g.Lane, Seq: seq, Kind: buffer.Command, Device: "V1", Metric: "m", Status: "success", Time: time.Now()})
		} else {
			missing = append(missing, uplink.Gap{Lane: g.Lane, Boot: g.Boot, From: seq, To: seq})
		}
	}
	return missing, give(events)
}

func (s *labStore) publish(_ context.Context, batch []uplink.Message) error {
	if s.away != nil {
		return s.away
	}
	s.batches = append(s.batches, time.Now())
	for _, m := range batch {
		back, err := uplink.DecodeUnder([]string{"pychron"}, m.Topic, m.Payload, false)
		if err != nil {
			return err
		}
		s.sent = append(s.sent, back.Event.Seq)
	}
	return nil
}

func (s *labStore) relay(m uplink.ToAgent) error {
	var g uplink.Gap
	err := g.UnmarshalJSON(m.Payload)
	s.relayed = append(s.relayed, g)
	return err
}

// asked runs the answers to some requests, one after the other, and waits until they are idle.
func (s *labStore) asked(t *testing.T, from ...uint64) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { s.run(ctx) })
	for i := 0; i < len(from); i += 2 {
		s.ask(request{"pychron", "line1", uplink.Gap{Lane: buffer.Audit, Boot: "b1", From: from[i], To: from[i+1]}})
	}
	time.Sleep(time.Minute / 3) // of the bubble's clock: less than what is not sent again stays so
	synctest.Wait()
	cancel()
	running.Wait()
}

func numbers(from, to uint64) (all []uint64) {
	for n := from; n <= to; n++ {
		all = append(all, n)
	}
	return all
}

// What the store has is sent, not too fast; what it has not is requested from the agent, and nothing else.
func TestAnswersOutOfTheLabsStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newLabStore(t, append(numbers(1, 50), numbers(53, 100)...)...)
		s.asked(t, 11, 60)
		if want := append(numbers(11, 50), numbers(53, 60)...); !slices.Equal(s.sent, want) {
			t.Errorf("sent %v, want %v", s.sent, want)
		}
		if len(s.relayed) != 2 || s.relayed[0].From != 51 || s.relayed[1].From != 52 {
			t.Errorf("the agent is asked for %+v, want 51 and 52", s.relayed)
		}
		if len(s.batches) != 3 {
			t.Fatalf("%d batches, want 3 of 16", len(s.batches))
		}
		for i, at := range s.batches[1:] {
			if pause := at.Sub(s.batches[i]); pause < againPause {
				t.Errorf("%v between two batches, want %v at least", pause, againPause)
			}
		}
	})
}

// While an answer arrives, its parts are asked for again: they are on their way. Later they are sent once more.
func TestWhatIsOnItsWayIsNotSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newLabStore(t, numbers(1, 100)...)
		s.asked(t, 1, 40, 3, 5, 40, 40, 40, 41)
		if want := append(numbers(1, 40), 40, 41); !slices.Equal(s.sent, want) {
			t.Errorf("sent %v, want %v", s.sent, want)
		}
		time.Sleep(askedAgain)
		s.asked(t, 3, 5)
		if got := s.sent[42:]; !slices.Equal(got, numbers(3, 5)) {
			t.Errorf("later %v is sent, want 3 to 5", got)
		}
	})
}

// What the agent is asked for is asked for again as often as the hub does: its answer may be lost.
func TestWhatTheStoreHasNotIsRelayedEachTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newLabStore(t)
		s.asked(t, 7, 7, 7, 7)
		if len(s.relayed) != 2 || len(s.sent) != 0 {
			t.Errorf("the agent is asked for %+v and %v is sent, want 7 twice and nothing", s.relayed, s.sent)
		}
	})
}

// While the store cannot be read, or the hub is away, the agent is not asked for what the store may have: it would declare it lost.
func TestNothingIsRelayedUntilTheStoreHasAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newLabStore(t, 1, 3)
		s.failing = errors.New("the disk is broken")
		s.asked(t, 1, 3)
		s.failing, s.away = nil, errNoHub
		s.asked(t, 1, 3)
		if len(s.relayed) != 0 || s.reads != 2 {
			t.Errorf("%d reads and %+v relayed, want 2 and nothing", s.reads, s.relayed)
		}
		s.away = nil
		s.asked(t, 1, 3)
		if !slices.Equal(s.sent, []uint64{1, 3}) || len(s.relayed) != 1 || s.relayed[0].From != 2 {
			t.Errorf("sent %v, relayed %+v; want 1 and 3, and 2", s.sent, s.relayed)
		}
	})
}

// More requests than may wait are dropped, and do not stop the connection.
func TestTooManyRequestsAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newLabStore(t)
		for n := range uint64(2 * maxAsked) {
			s.ask(request{"pychron", "line1", uplink.Gap{Lane: buffer.Audit, Boot: "b1", From: n + 1, To: n + 1}})
		}
		s.asked(t)
		if s.reads != maxAsked {
			t.Errorf("%d of %d requests were answered, want %d", s.reads, 2*maxAsked, maxAsked)
		}
	})
}
