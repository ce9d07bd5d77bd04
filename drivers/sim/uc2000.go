package sim

// uc2000 is a Synrad UC-2000. Sheet: synrad-uc2000.md.
type uc2000 struct {
	laser   *laser
	checks  bool // the checksum is on
	start   byte
	mode    byte
	lasing  bool
	pullup  bool
	kilo    byte // PWM frequency code
	powerUp bool
	most95  bool
	pwm     byte // percent × 2
	remote  bool
}

func init() { register("uc2000", newUC2000) }

func newUC2000(p *plant, s settings) instrument {
	off := !s.yes(true, "checksum") || s.yes(false, "nochecksum", "checksumoff")
	return &uc2000{laser: p.newLaser(10), checks: !off, start: 0x5b, remote: true, pullup: true, kilo: 2, most95: true}
}

func (u *uc2000) take(received []byte) (int, []byte) {
	if received[0] == 0x7e {
		return 1, u.status()
	}
	if received[0] != u.start {
		return 1, nil
	}
	need := 2
	if len(received) > 1 && received[1] == 0x7f {
		need++
	}
	if u.checks {
		need++
	}
	if len(received) < need {
		return 0, nil
	}
	body := received[1:need]
	if u.checks {
		body = received[1 : need-1]
		if ^byteSum(body) != received[need-1] {
			return need, []byte{0x3f}
		}
	}
	ok := u.run(body)
	u.laser.on, u.laser.part = u.lasing, float64(u.pwm)/200
	if !ok {
		return need, []byte{0x3f}
	}
	return need, []byte{0xaa}
}

func (u *uc2000) run(body []byte) bool {
	switch c := body[0]; c {
	case 0x70, 0x71, 0x72, 0x73, 0x74:
		u.mode = c - 0x70
	case 0x75, 0x76:
		u.lasing = c == 0x75
	case 0x77, 0x78, 0x79:
		u.kilo = c - 0x77
	case 0x7a, 0x7b:
		u.pullup = c == 0x7a
	case 0x7c, 0x7d:
		u.most95 = c == 0x7c
	case 0x30, 0x31:
		u.powerUp = c == 0x30
	case 0x7f:
		limit := byte(0xc6)
		if u.most95 {
			limit = 0xbe
		}
		if len(body) < 2 || body[1] > limit { // what a larger one does is UNCONFIRMED
			return false
		}
		u.pwm = body[1]
	default:
		return false
	}
	return true
}

// status: AA S1 S2 PWM POWER and, with the checksum on, the complement of their sum.
func (u *uc2000) status() []byte {
	bit := func(b bool, n int) byte {
		if b {
			return 1 << n
		}
		return 0
	}
	s1 := u.mode | bit(u.remote, 3) | bit(u.lasing, 4) | bit(u.pullup, 5) | u.kilo<<6
	s2 := bit(u.powerUp, 0) | bit(u.most95, 1) | 2<<4
	var power byte
	if u.lasing {
		power = u.pwm
	}
	reply := []byte{0xaa, s1, s2, u.pwm, power}
	if u.checks {
		reply = append(reply, ^byteSum(reply[1:]))
	}
	return reply
}
