// Package service is the health of the parts of a program, and of what it depends on, that can be unwell without anything else
// stopping.
//
// It starts nothing and records nothing: it says when a health has changed and lasted.
package service

import (
	"sync"
	"time"

	"pychron-edge/telemetry"
)

// Health of a service, as Pychron numbers it.
const (
	Unknown = iota
	Healthy
	Degraded
	Unavailable
)

// service is one part of the program, or of what it depends on, that can be unwell without anything else stopping.
type service struct {
	name  string
	state func() (int, string) // now, and why it is not healthy

	health   int
	text     string
	success  time.Duration // when it was last healthy, up; 0 = never
	reported int           // the health last told
	since    time.Duration // when it was last other than now, up
}

// holds is how long a health must last to be told: a connection that flaps is not news every second.
const holds = 3 * time.Second

// List is the services of one program. The zero List is ready to use.
type List struct {
	mu  sync.Mutex
	all []*service
}

// Add lists a service.
func (s *List) Add(name string, state func() (int, string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, &service{name: name, state: state})
}

// Status is every service as it was last found.
func (s *List) Status() []telemetry.ServiceStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []telemetry.ServiceStatus{}
	for _, one := range s.all {
		out = append(out, telemetry.ServiceStatus{Service: one.name, Health: one.health, Text: one.text})
	}
	return out
}

// Each calls do with the name of each service and when it was last healthy, up; 0 = never.
func (s *List) Each(do func(name string, success time.Duration)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.all {
		do(one.name, one.success)
	}
}

// Change is a service that is unwell, or well again.
type Change struct {
	Name, Text string
	Health     int
}

// Step asks every service, and gives those whose health got worse or was restored, and has stayed so.
func (s *List) Step(up time.Duration) []Change {
	s.mu.Lock()
	defer s.mu.Unlock()
	var changes []Change
	for _, one := range s.all {
		before := one.health
		one.health, one.text = one.state()
		if one.health == Healthy {
			one.success = up
		}
		if one.health != before {
			one.since = up
		}
		worse := one.health >= Degraded && one.health != one.reported
		better := one.health == Healthy && one.reported >= Degraded
		if (worse || better) && up-one.since >= holds {
			one.reported = one.health
			changes = append(changes, Change{one.name, one.text, one.health})
		}
	}
	return changes
}
