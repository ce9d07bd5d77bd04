package main

import "errors"

// openJournal restores what an earlier start kept, and starts keeping the audit lane, where a directory is configured.
func (h *house) openJournal(*group) {
	if h.plan().Config.Agent.Journal.Path != "" {
		err := errors.New("the journal cannot be opened")
		h.services.add("journal", func() (int, string) { return serviceUnavailable, err.Error() })
	}
}
