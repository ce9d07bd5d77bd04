package sim

import (
	"testing"

	"go.uber.org/goleak"
)

// Whoever starts a goroutine waits for it: none may be left when the tests have ended.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
