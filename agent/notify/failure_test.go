package notify

import (
	"context"
	"net/url"
	"strings"
	"testing"
)

// A receiver that hangs or drips is said in words for people.
func TestReceiverWithoutAnAnswerIsExplained(t *testing.T) {
	f := broken(&url.Error{Op: "Post", URL: "http://lab", Err: context.DeadlineExceeded})
	if !strings.HasPrefix(f.Error(), "no whole answer within 10s") || !f.uncertain {
		t.Errorf("broken = %v, uncertain %v; want no whole answer within 10s, uncertain", f, f.uncertain)
	}
}
