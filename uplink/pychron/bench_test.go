package pychron

import (
	"context"
	"math/rand/v2"
	"net"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
)

// benchTime is how long the clients of the bench ask.
const benchTime = time.Minute

// Benchmark200Clients are 200 clients at Pychron's rate: 175 ask, each query on a connection of its own, 20 are silent for ever, and
// 5 send rubbish without end. The budget: an answer within 20 ms at p99 and 100 ms at worst, and at the end no more than 4 MiB of memory
// above the start.
func Benchmark200Clients(b *testing.B) {
	s := NewServer(optionsFor(valvesABC(Closed)))
	ctx, cancel := context.WithCancel(b.Context())
	served := make(chan struct{})
	go func() { defer close(served); s.Run(ctx) }()
	for s.Addr() == nil {
		time.Sleep(time.Millisecond)
	}
	before := heap()
	end := time.Now().Add(benchTime)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var took []time.Duration
	largest := 0 // bytes that one connection of rubbish got rid of
	for n := range 200 {
		wg.Go(func() {
			switch {
			case n < 20:
				beSilent(s, end)
			case n < 25:
				sent := sendRubbish(s, end)
				mu.Lock()
				defer mu.Unlock()
				largest = max(largest, sent)
			default:
				mine := query(s, end)
				mu.Lock()
				defer mu.Unlock()
				took = append(took, mine...)
			}
		})
	}
	wg.Wait()
	after := heap()
	cancel()
	<-served
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms/p99")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "ms/worst")
	b.ReportMetric(float64(len(took))/benchTime.Seconds(), "answers/s")
	grown := (after - before) / (1 << 20)
	b.ReportMetric(grown, "MiB/grown")
	b.ReportMetric(float64(largest)/1024, "KiB/rubbish")
	if grown > 4 {
		b.Errorf("%.1f MiB more than at the start, want 4 or less", grown)
	}
	b.ReportMetric(0, "ns/op")
}

// heap is what lives in memory, in bytes.
func heap() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

func beSilent(s *Server, end time.Time) {
	if conn, err := net.Dial("tcp", s.Addr().String()); err == nil {
		defer conn.Close()
		time.Sleep(time.Until(end))
	}
}

// sendRubbish gives how much the connection got rid of that got rid of most, before it was turned away.
func sendRubbish(s *Server, end time.Time) (largest int) {
	rubbish := make([]byte, 4096)
	for n := range rubbish {
		rubbish[n] = byte('a' + rand.N(26))
	}
	for time.Now().Before(end) {
		conn, err := net.Dial("tcp", s.Addr().String())
		sent := 0
		for err == nil && time.Now().Before(end) {
			var n int
			n, err = conn.Write(rubbish)
			sent += n
			time.Sleep(time.Millisecond) // else the sender, not the server, takes the processors
		}
		largest = max(largest, sent)
		if conn != nil {
			conn.Close()
		}
		time.Sleep(10 * time.Millisecond)
	}
	return largest
}

// query is the window's rate: one query in about a second.
func query(s *Server, end time.Time) (took []time.Duration) {
	requests := []string{"GetValveStates\r\n", "GetValveLockStates\r\n", "GetValveOwners\r\n", "GetStateChecksum A,B,C\r\n"}
	reply := make([]byte, 4096)
	for n := 0; time.Now().Before(end); n++ {
		time.Sleep(500*time.Millisecond + rand.N(time.Second))
		begun := time.Now()
		conn, err := net.Dial("tcp", s.Addr().String())
		if err != nil {
			continue
		}
		conn.SetDeadline(begun.Add(10 * time.Second))
		conn.Write([]byte(requests[n%len(requests)]))
		if _, err := conn.Read(reply); err == nil {
			took = append(took, time.Since(begun))
		}
		conn.Close()
	}
	return took
}
