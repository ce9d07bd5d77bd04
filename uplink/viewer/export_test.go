package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
	"pychron-edge/uplink/viewer/store"
)

func TestExport(t *testing.T) {
	where := filepath.Join(t.TempDir(), "events.db")
	s, err := store.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() // it stays open: a viewer may be running
	var all []buffer.Event
	for i := range uint64(100) {
		e := reading("b1", i+1)
		e.Time = zero.Add(time.Duration(i) * 2 * time.Minute)
		all = append(all, e)
	}
	if _, err := s.Append(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Pack(t.Context(), zero.Add(4*time.Hour)); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (string, error) {
		var out, problems bytes.Buffer
		if code := dispatch(t.Context(), append([]string{"export", "-store", where}, args...), &out, &problems); code != 0 {
			return out.String(), errors.New(problems.String())
		}
		return out.String(), nil
	}
	part := []string{"-from", all[10].Time.Format(time.RFC3339), "-to", all[90].Time.Format(time.RFC3339)}
	text, err := run(append(part, "-format", "ndjson")...)
	if lines := strings.Split(strings.TrimSpace(text), "\n"); err != nil || len(lines) != 80 || !strings.Contains(lines[0], `"seq":11,`) || !strings.Contains(lines[79], `"seq":90,`) {
		t.Errorf("ndjson: %d lines, %v, want 80 from seq 11 to 90", len(lines), err)
	}
	text, err = run(part...)
	if lines := strings.Split(strings.TrimSpace(text), "\r\n"); err != nil || len(lines) != 81 || lines[0]+"\r\n" != buffer.CSVHeader() {
		t.Errorf("csv: %d lines, %v, want a head and 80", len(lines), err)
	}
	text, err = run(append(part, "-format", "blocks")...)
	if err != nil {
		t.Fatal(err)
	}
	if got := unpackAll(t, text); len(got) != 80 || got[0] != all[10] || got[79] != all[89] {
		t.Errorf("blocks: %d events, want the 80", len(got))
	}
	for _, wrong := range [][]string{{"-format", "xml"}, {"-from", "yesterday"}, {"-from", "10", "-to", "9"}, {"-store", where + "x"}, {"more"}} {
		if _, err := run(wrong...); err == nil {
			t.Errorf("export %v succeeded", wrong)
		}
	}
}

func unpackAll(t *testing.T, text string) (all []buffer.Event) {
	t.Helper()
	in := strings.NewReader(text)
	for {
		n, err := binary.ReadUvarint(in)
		if err == io.EOF {
			return all
		}
		packed := make([]byte, n)
		if _, err := io.ReadFull(in, packed); err != nil {
			t.Fatal(err)
		}
		var it block.Iterator
		if err := it.Open(packed); err != nil {
			t.Fatal(err)
		}
		for it.Next() {
			all = append(all, it.Event)
		}
	}
}
