package drivers

import (
	"context"
	"fmt"
)

// askFixed sends a binary request and returns a reply of n bytes (framing F3). what names the request in errors.
func askFixed(ctx context.Context, port Port, what string, request []byte, n int) ([]byte, error) {
	reply, err := port.Transact(ctx, request, exactly(n))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return reply, nil
}
