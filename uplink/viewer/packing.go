package main

import (
	"context"
	"log/slog"
	"time"
)

// packing packs the older readings of the store once a minute. It takes as long as there is to do, at the first start of a new version some minutes.
func (v *Viewer) packing(ctx context.Context, log *slog.Logger) {
	pack := func(now time.Time) {
		n, err := v.history.pack(ctx, now)
		if err != nil && ctx.Err() == nil {
			log.Error("store", "error", err)
		}
		if n > 0 {
			log.Info("packed", "readings", n)
		}
	}
	pack(v.now())
	every(ctx, time.Minute, pack)
}
