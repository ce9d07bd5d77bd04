package main

import (
	"pychron-edge/agent/notify"
	"pychron-edge/agent/state"
)

// messagesFile is the document of the messages of alarms that wait for their receivers.
const messagesFile = "messages"

// messageStore keeps them in the state directory.
type messageStore struct{ store *state.Store }

// Load implements [notify.Store].
func (m messageStore) Load() ([]notify.Message, error) {
	var waiting []notify.Message
	err := m.store.Load(messagesFile, &waiting)
	return waiting, err
}

// Save implements [notify.Store]. What waits is written within the state directory's budget; a write that fails is the state
// service's to report.
func (m messageStore) Save(waiting []notify.Message) error {
	m.store.Save(messagesFile, waiting)
	return nil
}
