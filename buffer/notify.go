package buffer

// NotifyResult is what became of a test message to one receiver of alarms.
type NotifyResult struct {
	Receiver string `json:"receiver"`
	Result   string `json:"result"` // "sent", or what went wrong
	Sent     bool   `json:"sent"`
}
