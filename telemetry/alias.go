package telemetry

import "pychron-edge/buffer"

// What this package said itself before buffer did, under its old names for those who still use them.
type (
	Principal   = buffer.Principal
	Command     = buffer.CommandRequest
	Result      = buffer.CommandResult
	LockRequest = buffer.LockRequest
	HoldRequest = buffer.HoldRequest
	HoldResult  = buffer.HoldResult
	HaltResult  = buffer.HaltResult
)

var (
	ErrUnknown   = buffer.ErrUnknown
	ErrRange     = buffer.ErrRange
	ErrForbidden = buffer.ErrForbidden
	ErrConflict  = buffer.ErrConflict
	ErrExpired   = buffer.ErrExpired
	ErrUnsettled = buffer.ErrUnsettled
	ErrFailed    = buffer.ErrFailed
)

const (
	Read  = buffer.RightRead
	Post  = buffer.RightIngest
	Act   = buffer.RightCommand
	Admin = buffer.RightAdmin
	Stop  = buffer.RightHalt
)
