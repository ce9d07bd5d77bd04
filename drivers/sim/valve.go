package sim

import "time"

// valveTravel is how long a pneumatic valve takes from one end to the other.
const valveTravel = 120 * time.Millisecond

func init() { registerPinned("valve") }

// valve is one valve of the line, with its limit switches.
type valve struct {
	commanded bool    // open
	position  float64 // 0 closed, 1 open
	travel    time.Duration
	stuck     bool // it does not move
	both      bool // its switches are both on
}

func (v *valve) move(dt time.Duration) {
	if v.stuck {
		return
	}
	d := dt.Seconds() / v.travel.Seconds()
	if !v.commanded {
		d = -d
	}
	v.position = min(1, max(0, v.position+d))
}

// opened is the level of the switch at the open end.
func (v *valve) opened() bool { return v.both || v.position >= 1 }

// closed is the level of the switch at the closed end.
func (v *valve) closed() bool { return v.both || v.position <= 0 }
