package probe

import (
	"bufio"
	"context"
	"strings"

	"pychron-edge/drivers"
)

// rehearsal is a Port with a simulated instrument at its other end. It notes what is sent.
type rehearsal struct {
	answer func(request []byte) []byte
	sent   []string
}

// Transact is [drivers.Port.Transact].
func (r *rehearsal) Transact(_ context.Context, request []byte, split bufio.SplitFunc) ([]byte, error) {
	r.sent = append(r.sent, string(request))
	came := r.answer(request)
	if split == nil {
		return nil, nil
	}
	for len(came) > 0 {
		n, token, err := split(came, true)
		if err != nil || token != nil {
			return token, err
		}
		if n == 0 {
			break
		}
		came = came[n:]
	}
	return nil, drivers.ErrTimeout
}

// Hold is [drivers.Port.Hold].
func (r *rehearsal) Hold(_ context.Context, f func(drivers.Port) error) error { return f(r) }

// commented is a block, as a comment where off.
func commented(block string, off bool) string {
	if !off {
		return block
	}
	return "#" + strings.ReplaceAll(strings.TrimRight(block, "\n"), "\n", "\n#") + "\n"
}
