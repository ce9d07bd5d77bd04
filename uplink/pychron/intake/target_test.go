package intake

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
)

func TestThreeTextsForWhatIsWrong(t *testing.T) {
	x := newExporter(t)
	texts := map[string]bool{}
	want := func(condition Condition, says string) {
		t.Helper()
		x.scrape(t, 0)
		s := x.State()
		if s.Condition != condition || !strings.Contains(s.Text, says) {
			t.Errorf("%+v, want %v and %q", s, condition, says)
		}
		texts[s.Text] = true
	}
	x.shows("")
	want(Empty, "has counted nothing")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close() // nothing listens there now
	x.o.URL = "http://" + l.Addr().String() + "/metrics"
	want(NotStarted, "was not restarted")
	x.o.Client = &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.DNSError{Err: "no such host", Name: "pychron.lab"}
	}}}
	want(Unreachable, "not reachable")
	if len(texts) != 3 {
		t.Errorf("%d texts, want 3: %v", len(texts), texts)
	}
}

// What is not all of a page changes nothing: the next whole one goes on from the one before.
func TestScrapeThatFailsChangesNothing(t *testing.T) {
	half := v2[:len(v2)/2]
	for state, answer := range map[string]http.HandlerFunc{
		"stops within a line": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, half) },
		"stops between lines": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9999")
			fmt.Fprintln(w, "# TYPE x gauge")
		},
		"stops in a chunk": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintln(w, "# TYPE x gauge")
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		},
		"without its last line": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/openmetrics-text; version=1.0.0")
			fmt.Fprintln(w, "# TYPE x gauge")
		},
		"an error": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "", 500) },
		"another page": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprintln(w, "<html>")
		},
		"a line too long": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, "pychron_a_total{b=\"%s\"} 1\n", strings.Repeat("x", maxText))
		},
	} {
		t.Run(state, func(t *testing.T) {
			x := newExporter(t)
			x.scrapes(t, 0, "")
			x.scrapes(t, 5, v2)
			x.answers(answer)
			if got := x.scrape(t, 60); len(got) > 0 || x.State().Condition != Unreadable {
				t.Errorf("%v and %+v, want no event and an unreadable page", lines(got), x.State())
			}
			got := x.scrapes(t, 65, v3)
			if len(got) != 3 || got[0].Metric != "extraction_started" {
				t.Errorf("%v after it, want what is new since the last whole page", lines(got))
			}
		})
	}
}

// pageOf is the page after n runs.
func pageOf(n int) []byte {
	var b bytes.Buffer
	for _, metric := range []string{"run_started", "extraction_started", "extraction_completed", "measurement_started", "measurement_completed", "run_completed"} {
		status := ""
		if strings.HasSuffix(metric, "completed") {
			status = `,status="success"`
		}
		for _, suffix := range []string{"total", "created"} {
			for i := range n {
				value := 1.0
				if suffix == "created" {
					value = begin + float64(i)
				}
				fmt.Fprintf(&b, "pychron_%s_%s{queue=\"Q\",run_id=\"6f0e4f2a-9b1c-4c57-8f0e-%012d\"%s} %v\n", metric, suffix, i, status, value)
			}
		}
	}
	return b.Bytes()
}

// A page that grows by 5000 runs costs a few bytes for each series.
func TestPageOf5000RunsIsBounded(t *testing.T) {
	x := newExporter(t)
	x.scrapes(t, 0, "")
	counted := map[string]float64{}
	x.Target.o.Record = func(e *buffer.Event) { counted[e.Metric] += e.Value }
	page, before := []byte(nil), heap()
	x.answers(func(w http.ResponseWriter, _ *http.Request) { w.Write(page) })
	for n := 500; n <= 5000; n += 500 {
		page = pageOf(n)
		x.scrape(t, float64(n))
	}
	if counted["run_started"] != 5000 || counted["run_completed"] != 5000 {
		t.Errorf("counted %v, want 5000 of each", counted)
	}
	size := len(page)
	page = nil
	grown := heap() - before
	t.Logf("a page of %d KiB, %d series known: %d KiB", size>>10, len(x.known.states), grown>>10)
	if grown > 2<<20 {
		t.Errorf("%d KiB more memory, want at most 2 MiB", grown>>10)
	}
	runtime.KeepAlive(x)
}

// heap is what is in use.
func heap() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// More than is taken at once comes with the next scrapes, and nothing is lost.
func TestPageThatGrewByMoreThanIsTakenAtOnce(t *testing.T) {
	x := newExporter(t)
	x.scrapes(t, 0, "")
	counted := 0.0
	x.Target.o.Record = func(e *buffer.Event) {
		if e.Lane == buffer.Ingest {
			counted += e.Value
		}
	}
	page := string(pageOf(1000))
	for n := range 3 {
		x.scrapes(t, float64(1000+n), page)
	}
	if counted != 6000 {
		t.Errorf("%v counted, want 6000", counted)
	}
}

func TestOrderIsThatOfPychron(t *testing.T) {
	x := newExporter(t)
	x.scrapes(t, 0, "")
	got := x.scrapes(t, 10, "pychron_a_total 1\npychron_a_created 1790000009\npychron_b_total 1\npychron_b_created 1790000003\npychron_c_total{n=\"\\n\\\\\"} 2\n")
	wantEvents(t, got, "b @3", "a @9", "c n=\n\\ +2 @10")
}

func TestOffsetIsNarrowedAndForgotten(t *testing.T) {
	x := newExporter(t)
	page := ""
	x.scrapes(t, 0, page)
	born := func(now, created float64) []buffer.Event {
		name := fmt.Sprintf("pychron_valve_open_total{valve=\"%g\"} 1\n", now)
		page += name + strings.Replace(strings.Replace(name, "total", "created", 1), "} 1", fmt.Sprintf("} %.3f", begin+created), 1)
		return x.scrapes(t, now, page)
	}
	born(5, 4)  // [-1, 4)
	born(10, 6) // [-4, 1)
	if o := x.offset; o.low != -time.Second || o.high != time.Second || o.off() {
		t.Errorf("offset %+v, want [-1s, 1s), which is right", o)
	}
	if got := born(15, 45); len(got) != 2 || got[1].Severity != buffer.Warning {
		t.Errorf("%v, want a warning: one of the clocks was set", lines(got))
	}
	if got := born(20, 18); len(got) != 2 || got[1].Value != 0 || got[1].Severity != buffer.Info {
		t.Errorf("%v, want the clock to be right again", lines(got))
	}
	x.Target.o.Synced = func() bool { return false }
	if got := born(25, 500); len(got) != 1 {
		t.Errorf("%v, want no offset from a clock that is not right itself", lines(got))
	}
}

func TestTargetIsAskedMoreSeldomTheLongerItTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		slow := func(r *http.Request) (*http.Response, error) {
			asked.Add(1)
			time.Sleep(3 * time.Second)
			return nil, fmt.Errorf("nobody")
		}
		target := New(Options{URL: "http://pychron.lab:9109", Record: func(*buffer.Event) {}, Client: &http.Client{Transport: roundTripper(slow)}})
		ended := make(chan struct{})
		go func() { target.Run(t.Context()); close(ended) }()
		time.Sleep(5 * time.Minute)
		if n := asked.Load(); n < 8 || n > 11 {
			t.Errorf("asked %d times in 5 minutes, want one in 33 s", n)
		}
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func FuzzPage(f *testing.F) {
	for _, seed := range []string{v4, "# EOF", "pychron_a_total{b=\"\\", "pychron_a_total{", "{} 1", "pychron__total 1 2 # {} 3\r\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		known := newSeries()
		for round := range uint32(2) {
			p := &page{known: known, round: round + 1, fresh: map[uint64]*found{}, later: map[uint64]latent{}, changed: map[uint64]*found{}, born: map[uint64]uint32{}}
			if p.read(bytes.NewReader(data), []byte("pychron_"), round == 0) != nil {
				return
			}
			if p.baseline(); len(p.fresh) > 0 {
				t.Errorf("the same page again has %d new series, want none", len(p.fresh))
			}
		}
	})
}

// A time of birth that no calendar has is none: the event has the scrape's, and Pychron's clock is not compared with it.
func TestTimeOfBirthThatIsNone(t *testing.T) {
	for _, born := range []string{"1.79e+12", "1e+300", "0.0"} {
		x := newExporter(t)
		x.scrapes(t, 0, "")
		got := x.scrapes(t, 5, "pychron_run_started_total{queue=\"Q\",run_id=\"R\"} 1.0\npychron_run_started_created{queue=\"Q\",run_id=\"R\"} "+born+"\n")
		wantEvents(t, got, "run_started queue=Q run_id=R @5")
		if text := x.State().Text; text != "" {
			t.Errorf("born at %s: state %q, want nothing of the clock", born, text)
		}
	}
}
