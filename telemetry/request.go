package telemetry

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// Limits of a request.
const (
	defaultTTL     = 10 * time.Second // a command that had to wait longer is not begun
	maxTTL         = time.Hour
	maxRequestText = 256 // bytes
)

// request is the body of every commanding call. Each call has its own fields; who is only a claim.
type request struct {
	Value  *float64 `json:"value,omitempty"`
	TTL    span     `json:"ttl,omitempty"`
	Note   string   `json:"note,omitempty"`
	ID     string   `json:"id,omitempty"`
	Who    string   `json:"who,omitempty"`
	For    span     `json:"for,omitempty"`
	Owner  string   `json:"owner,omitempty"`
	Reason string   `json:"reason,omitempty"`
	Drop   bool     `json:"drop,omitempty"`
	Shelve span     `json:"shelve,omitempty"`

	Both         bool `json:"both,omitempty"`
	OutOfService bool `json:"out_of_service,omitempty"`

	Receiver string `json:"receiver,omitempty"`
}

// parseRequest reads a body that may have only the fields of names; an empty one is the zero request.
func parseRequest(data []byte, names []string) (*request, error) {
	var (
		request request
		given   map[string]json.RawMessage
	)
	if len(data) == 0 {
		return &request, nil
	}
	list := strings.Join(names, ", ")
	if err := buffer.UniqueKeys(data); err != nil {
		return nil, bad("body: %v", err)
	}
	if err := json.Unmarshal(data, &given); err != nil || given == nil {
		return nil, bad("body must be a JSON object of %s", list)
	}
	for name := range given {
		if !slices.Contains(names, name) {
			return nil, bad("field %q is unknown; must be one of: %s", cut(name), list)
		}
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&request); err != nil {
		return nil, badField(err, list)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, bad("body: something follows the object; must be one object")
	}
	texts := map[string]string{"note": request.Note, "id": request.ID, "who": request.Who, "owner": request.Owner, "reason": request.Reason, "receiver": request.Receiver}
	for _, name := range names {
		if n := len(texts[name]); n > maxRequestText {
			return nil, bad("%s is %d bytes long; must be at most %d", name, n, maxRequestText)
		}
	}
	return &request, nil
}

// badField explains why the decoder could not take a field.
func badField(err error, list string) error {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return bad("%s", wrongKind(kind))
	}
	return bad("body: %s; must be an object of %s", strings.TrimPrefix(err.Error(), "json: "), list)
}
