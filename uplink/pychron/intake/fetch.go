package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// accept asks for the form that says where it ends, and takes the other.
const accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"

// errAnswer is wrapped by errors of a target that does answer.
var errAnswer = errors.New("it answers")

// fetch reads the page into p, all of it or with an error.
func (t *Target) fetch(ctx context.Context, p *page) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, t.o.URL, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Accept", accept)
	answer, err := t.o.Client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%w with %s; the URL must be that of Pychron's metrics page", errAnswer, answer.Status)
	}
	err = p.read(answer.Body, []byte(t.o.Namespace+"_"), t.known == nil)
	switch form := answer.Header.Get("Content-Type"); {
	case errors.Is(err, io.ErrUnexpectedEOF) || err == nil && strings.Contains(form, "openmetrics") && !p.eof:
		err = errCut
	case errors.Is(err, errForm) && strings.Contains(form, "html"):
		err = errors.New("it is a web page, and no page of metrics")
	}
	if err != nil {
		return fmt.Errorf("%w, and its page is not taken: %w", errAnswer, err)
	}
	return nil
}
