package telemetry

import (
	"pychron-edge/buffer"
	"pychron-edge/telemetry/metrics"
)

// What buffer and telemetry/metrics say now, under its old names for those who still use them.
type (
	Principal   = buffer.Principal
	Command     = buffer.CommandRequest
	Result      = buffer.CommandResult
	LockRequest = buffer.LockRequest
	HoldRequest = buffer.HoldRequest
	HoldResult  = buffer.HoldResult
	HaltResult  = buffer.HaltResult

	Metrics = metrics.Metrics
	IO      = metrics.IO
	Point   = metrics.Point
)

var (
	ErrUnknown   = buffer.ErrUnknown
	ErrRange     = buffer.ErrRange
	ErrForbidden = buffer.ErrForbidden
	ErrConflict  = buffer.ErrConflict
	ErrExpired   = buffer.ErrExpired
	ErrUnsettled = buffer.ErrUnsettled
	ErrFailed    = buffer.ErrFailed

	NewMetrics = metrics.New
	MetricName = metrics.MetricName
	RingPoints = metrics.RingPoints
)

const (
	Read  = buffer.RightRead
	Post  = buffer.RightIngest
	Act   = buffer.RightCommand
	Admin = buffer.RightAdmin
	Stop  = buffer.RightHalt

	DefaultNamespace = metrics.DefaultNamespace
)
