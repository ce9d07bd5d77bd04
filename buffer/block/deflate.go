package block

import (
	"bytes"
	"compress/flate"
	"io"
)

// How the columns stand in a block.
const (
	stored   = 0
	deflated = 1 // RFC 1951, with its unpacked length in front
)

// worthDeflating is how many bytes of texts make it worth the while: columns of numbers do not get shorter.
const worthDeflating = 256

// deflater puts columns into a block.
type deflater struct {
	writer *flate.Writer // made when it is first needed: it is large
	packed bytes.Buffer
}

func (d *deflater) appendTo(dst, body []byte, words int) []byte {
	if words >= worthDeflating && d.deflate(body) && d.packed.Len() < len(body)*15/16 {
		dst = appendLength(append(dst, deflated), len(body))
		return append(dst, d.packed.Bytes()...)
	}
	return append(append(dst, stored), body...)
}

// deflate packs into d.packed.
func (d *deflater) deflate(body []byte) bool {
	d.packed.Reset()
	if d.writer == nil {
		d.writer, _ = flate.NewWriter(&d.packed, flate.DefaultCompression) // the level is one of flate's
	}
	d.writer.Reset(&d.packed)
	_, err := d.writer.Write(body)
	return err == nil && d.writer.Close() == nil
}

// body is the columns, unpacked.
func (r *reader) body() []byte {
	switch how := r.byte(); how {
	case stored:
		return r.in
	case deflated:
		return r.inflate(r.uvarint())
	default:
		r.fail("columns packed in the way %d; must be 0 or 1", how)
	}
	return nil
}

func (r *reader) inflate(n uint64) []byte {
	if n > MaxBody || n > 1100*uint64(len(r.in)) { // deflate makes nothing shorter than that
		r.fail("columns of %d bytes; must be at most %d, and not longer than what is there can hold", n, MaxBody)
		return nil
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(flate.NewReader(bytes.NewReader(r.in)), body); err != nil {
		r.fail("columns do not unpack: %v", err)
		return nil
	}
	return body
}
