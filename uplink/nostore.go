package uplink

import "github.com/eclipse/paho.mqtt.golang/packets"

// noStore is a client's store that keeps nothing. What a client stores is for its next connection, and there is none: what is not
// acknowledged is in the rings, and every connection has a client of its own.
type noStore struct{}

// Open does nothing.
func (noStore) Open() {}

// Put keeps nothing.
func (noStore) Put(string, packets.ControlPacket) {}

// Get has nothing.
func (noStore) Get(string) packets.ControlPacket { return nil }

// All has nothing.
func (noStore) All() []string { return nil }

// Del has nothing to delete.
func (noStore) Del(string) {}

// Close does nothing.
func (noStore) Close() {}

// Reset has nothing to forget.
func (noStore) Reset() {}
