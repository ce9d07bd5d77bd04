package lastgood

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// longestHold is the longest time that the end of a service is held back.
const longestHold = time.Minute

// refusedFile counts how often a start was refused for the same reason. It lies in the runtime directory, which is memory.
const refusedFile = "refused"

// Hold is why, the reason for which a start is refused. As a service it comes the later the more often it was the same: at once, after 2 s, 4 s
// and so on up to a minute, so that the start that systemd tries again writes little to the journal. RestartSteps= does that from systemd
// 254 on alone. Another reason, so the mended file, is told at once.
func Hold(ctx context.Context, why error) error {
	dir, _, _ := strings.Cut(os.Getenv("RUNTIME_DIRECTORY"), ":")
	if why == nil || dir == "" || os.Getenv("NOTIFY_SOCKET") == "" {
		return why
	}
	timer := time.NewTimer(holdFor(refusedBefore(filepath.Join(dir, refusedFile), why)))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
	return why
}

// holdFor is how long the end is held back after so many refusals before.
func holdFor(before int) time.Duration {
	if before == 0 {
		return 0
	}
	return min(longestHold, time.Second<<min(before, 10))
}

// refusedBefore is how often the start was refused for this reason before, and counts this time. What cannot be read or written is 0.
func refusedBefore(file string, why error) int {
	sum := sha256.Sum256([]byte(why.Error()))
	reason, last, before := hex.EncodeToString(sum[:8]), "", 0
	if data, err := os.ReadFile(file); err == nil {
		if n, err := fmt.Sscan(string(data), &last, &before); err != nil || n != 2 || last != reason || before < 0 {
			before = 0
		}
	}
	if os.WriteFile(file, fmt.Appendf(nil, "%s %d\n", reason, before+1), 0o640) != nil {
		return 0
	}
	return before
}
