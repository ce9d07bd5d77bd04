package store

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// TestMain makes the test program the process that is killed, if STORE_TEST_INGEST is set.
func TestMain(m *testing.M) {
	if where := os.Getenv("STORE_TEST_INGEST"); where != "" {
		ingestForEver(where)
	}
	os.Exit(m.Run())
}

// ingestForEver stores batches, packs them, and prints the last Seq of each batch that was acknowledged.
func ingestForEver(where string) {
	ctx := context.Background()
	s, err := Open(ctx, where)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	go func() { // it is killed while it packs, too
		for {
			if _, err := s.Pack(ctx, zero.Add(1e6*time.Hour)); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		}
	}()
	for seq := uint64(0); ; {
		batch := make([]buffer.Event, 37)
		for i := range batch {
			seq++
			batch[i] = reading("b1", seq, float64(seq))
		}
		if _, err := s.Append(ctx, batch); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(seq)
	}
}

func TestKilledWhileStoringKeepsWhatWasAcknowledged(t *testing.T) {
	where := filepath.Join(t.TempDir(), "events.db")
	for round := range 3 {
		self := exec.Command(os.Args[0])
		self.Env = append(os.Environ(), "STORE_TEST_INGEST="+where)
		self.Stderr = os.Stderr
		out, err := self.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := self.Start(); err != nil {
			t.Fatal(err)
		}
		var acknowledged uint64
		lines := bufio.NewScanner(out)
		for n := 0; n < 20+round*13 && lines.Scan(); n++ {
			fmt.Sscan(lines.Text(), &acknowledged)
		}
		if err := self.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // what it printed before the kill
			fmt.Sscan(lines.Text(), &acknowledged)
		}
		self.Wait()
		if acknowledged == 0 {
			t.Fatal("nothing was acknowledged")
		}
		s := open(t, where)
		var verdict string
		if err := s.read.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
			t.Fatalf("integrity_check after kill -9 = %q, %v", verdict, err)
		}
		got := collect(t, s, buffer.Filter{})
		if uint64(len(got)) < acknowledged {
			t.Errorf("%d events stored, %d were acknowledged", len(got), acknowledged)
		}
		for i, e := range got {
			if e.Seq != uint64(i+1) {
				t.Fatalf("event %d has seq %d, want no gap and no duplicate", i, e.Seq)
			}
		}
		s.Close()
	}
}
