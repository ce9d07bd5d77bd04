package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
	"pychron-edge/commandline"
	"pychron-edge/near"
	"pychron-edge/uplink/viewer/store"
	"pychron-edge/yamlfile"
)

// exporter writes events in one form.
type exporter interface {
	add(e *buffer.Event) error
	close() error
}

// exportVerb writes what a store has, without a server; a viewer may use the store meanwhile.
func exportVerb(ctx context.Context, args []string, out, problems io.Writer) int {
	given, code := program.Parse("export", args, out, problems)
	if given == nil {
		return code
	}
	return ended(ctx, "export", exportTo(ctx, given, out), problems)
}

func exportTo(ctx context.Context, given *commandline.Given, out io.Writer) error {
	f, err := exportFilter(given.Text("from"), given.Text("to"))
	if err != nil {
		return misuse{err}
	}
	config, err := load(given.Text("config"))
	if err != nil {
		return err
	}
	where := cmp.Or(given.Text("store"), config.Store)
	var flags yamlfile.Problems
	config.Store = where
	if config.checkStore(&flags); len(flags.List) > 0 {
		return misuse{errors.New(flags.List[0].Text)}
	}
	w := bufio.NewWriterSize(out, 1<<16)
	x, err := newExporter(given.Text("format"), config.Units, w)
	if err != nil {
		return err
	}
	s, err := store.OpenExisting(ctx, where)
	if err != nil {
		return err
	}
	defer s.Close()
	events, err := s.Events(ctx, f)
	if err != nil {
		return err
	}
	if err := export(events, x); err != nil {
		return fmt.Errorf("exporting %s: %w", store.Redact(where), err)
	}
	return w.Flush()
}

func exportFilter(from, to string) (f buffer.Filter, err error) {
	for _, t := range []struct {
		flag, text string
		into       *time.Time
	}{{"-from", from, &f.Since}, {"-to", to, &f.Until}} {
		if t.text == "" {
			continue
		}
		at, ok := buffer.ParseMoment(t.text)
		if !ok {
			return f, fmt.Errorf("%s %q is no time; must be RFC 3339 (2026-11-22T18:19:00Z) or seconds since 1970", t.flag, t.text)
		}
		*t.into = at
	}
	if !f.Since.IsZero() && !f.Until.IsZero() && !f.Since.Before(f.Until) {
		return f, fmt.Errorf("-to %s is not after -from %s; must be later", to, from)
	}
	return f, nil
}

func export(events iter.Seq2[buffer.Event, error], x exporter) error {
	for e, err := range events {
		if err != nil {
			return err
		}
		if err := x.add(&e); err != nil {
			return err
		}
	}
	return x.close()
}

func newExporter(form, unit string, w io.Writer) (exporter, error) {
	switch form {
	case "csv":
		_, err := io.WriteString(w, buffer.CSVHeader())
		return &textExporter{w: w, append: func(dst []byte, e *buffer.Event) []byte {
			return buffer.AppendCSV(dst, e, buffer.Display{Unit: unit})
		}}, err
	case "ndjson":
		return &textExporter{w: w, append: func(dst []byte, e *buffer.Event) []byte { return append(buffer.AppendJSON(dst, e), '\n') }}, nil
	case "blocks":
		return &blockExporter{w: w, open: map[block.Key]*block.Appender{}}, nil
	}
	return nil, misuse{fmt.Errorf("-format %q; must be one of csv, ndjson, blocks%s", form, near.Hint(form, []string{"csv", "ndjson", "blocks"}))}
}

// textExporter writes one text for each event.
type textExporter struct {
	w      io.Writer
	append func(dst []byte, e *buffer.Event) []byte
	text   []byte
}

func (x *textExporter) add(e *buffer.Event) error {
	x.text = x.append(x.text[:0], e)
	_, err := x.w.Write(x.text)
	return err
}

func (x *textExporter) close() error { return nil }

// blockExporter writes a block of each series and hour, with its length in front.
type blockExporter struct {
	w     io.Writer
	hour  time.Time
	open  map[block.Key]*block.Appender
	order []block.Key // of open
}

func (x *blockExporter) add(e *buffer.Event) error {
	if hour := e.Time.Truncate(time.Hour); !hour.Equal(x.hour) {
		if err := x.close(); err != nil {
			return err
		}
		x.hour = hour
	}
	k := block.KeyOf(e)
	a := x.open[k]
	if a == nil {
		a = &block.Appender{}
		x.open[k], x.order = a, append(x.order, k)
	}
	if a.Append(e) {
		return nil
	}
	if err := x.write(a); err != nil {
		return err
	}
	a.Append(e)
	return nil
}

func (x *blockExporter) close() error {
	for _, k := range x.order {
		if err := x.write(x.open[k]); err != nil {
			return err
		}
	}
	clear(x.open)
	x.order = x.order[:0]
	return nil
}

func (x *blockExporter) write(a *block.Appender) error {
	packed := a.AppendBlock(nil)
	_, err := x.w.Write(append(binary.AppendUvarint(nil, uint64(len(packed))), packed...))
	return err
}
