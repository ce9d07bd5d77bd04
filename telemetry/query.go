package telemetry

import (
	"net/http"

	"pychron-edge/buffer"
)

// ask reads the parameters of a request, which must be among names.
func ask(r *http.Request, names ...string) *buffer.Query {
	return buffer.ParseQuery(r.URL.RawQuery, names...)
}

// mistake is the first mistake of a question as a refusal, nil where there is none.
func mistake(q *buffer.Query) error {
	if err := q.Err(); err != nil {
		return bad("%v", err)
	}
	return nil
}
