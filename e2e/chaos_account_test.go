//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"time"
)

// account is what became of everything: from the instruments' side, and from that of whoever commanded.
type account struct {
	values, commands int   // handed out; answered
	gaps             int   // of both, not stored and in a declared gap
	unread           int   // values that were on the line when it was unplugged, the agent ended, or said that it failed, and never became an event
	unknowable       int   // of both, of starts of which neither a disk nor a broker ever took anything
	lost, duplicated int   // neither stored nor declared; stored twice
	wrong            error // the first that is wrong
}

func (a *account) String() string {
	return fmt.Sprintf("%d values, %d commands: %d in declared gaps, %d never read, %d beyond knowing, %d lost undeclared, %d duplicated", a.values, a.commands, a.gaps, a.unread, a.unknowable, a.lost, a.duplicated)
}

func (a *account) add(b *account) {
	a.values += b.values
	a.commands += b.commands
	a.gaps += b.gaps
	a.unread += b.unread
	a.unknowable += b.unknowable
	a.lost += b.lost
	a.duplicated += b.duplicated
}

// fault notes what is wrong; the first is told.
func (a *account) fault(format string, args ...any) {
	if a.wrong == nil {
		a.wrong = fmt.Errorf(format, args...)
	}
}

// settle asks until the account is right, for as long as requests for what is missing may take.
func (l *lab) settle() *account {
	l.Helper()
	for end := time.Now().Add(5 * time.Minute); ; time.Sleep(time.Second) {
		l.supervise()
		a, err := l.account()
		if err == nil && a.wrong == nil || time.Now().After(end) {
			if err != nil {
				a = &account{wrong: err}
			}
			return a
		}
	}
}

func (l *lab) account() (*account, error) {
	s, err := l.stock()
	if err != nil {
		return nil, err
	}
	a := &account{}
	for at, seqs := range s.seqs {
		a.number(at, seqs, s)
	}
	for _, c := range l.counters {
		l.accountValues(a, s, c)
	}
	l.accountCommands(a, s)
	present := l.bootNamed(int(l.starts.Load()))
	for _, g := range s.gaps {
		if g.Lost && g.Boot == present {
			a.fault("boot %s, lane %s: %d to %d are declared lost, and the agent that runs has them", g.Boot, g.Lane, g.From, g.To)
		}
	}
	return a, nil
}

// number looks at the numbers of one series: each is stored once, or declared lost.
func (a *account) number(at series, seqs map[uint64]int, s *stock) {
	last := uint64(0)
	for seq, n := range seqs {
		if n != 1 {
			a.duplicated++
			a.fault("boot %s, lane %s: number %d is stored %d times", at.boot, at.lane, seq, n)
		}
		last = max(last, seq)
	}
	for seq := uint64(1); seq <= last; seq++ {
		if seqs[seq] == 0 && !s.declared(at, seq) {
			a.lost++
			a.fault("boot %s, lane %s: number %d of %d is neither stored nor declared lost", at.boot, at.lane, seq, last)
		}
	}
	for _, g := range s.gaps {
		if g.Boot == at.boot && g.Lane == at.lane && !g.Lost {
			a.fault("boot %s, lane %s: %d to %d are still asked for", g.Boot, g.Lane, g.From, g.To)
		}
	}
}

// accountCommands looks at every command that was answered with success: the counter was told once, and the event is stored once, or declared lost.
func (l *lab) accountCommands(a *account, s *stock) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a.commands = len(l.answered)
	for _, o := range l.answered {
		switch n := s.commands[o.id]; {
		case n > 1:
			a.duplicated++
			a.fault("command %s is stored %d times", o.id, n)
		case n == 0 && slices.ContainsFunc(s.gaps, func(g gap) bool { return g.Lost && g.Lane == "audit" && l.mayBe(g.Boot, o.start) }):
			a.gaps++
		case n == 0 && l.unheard(s, o.start):
			a.unknowable++
		case n == 0:
			a.lost++
			a.fault("command %s, of start %d (boot %s), was answered and is neither stored nor in a declared gap", o.id, o.start, l.boots[o.start])
		}
	}
	for _, c := range l.counters {
		for n, times := range c.toldTimes() {
			if times > 1 {
				a.fault("%s was told %d %d times", c.name, n, times)
			}
		}
	}
}

// unheard says that nothing of a start is on the card, nor was published: a disk that takes nothing and a broker that is away, as long as it
// ran. The caller holds mu.
func (l *lab) unheard(s *stock, start int) bool {
	if !l.unwritten[start] {
		return false
	}
	for at := range s.seqs {
		if at.boot == l.boots[start] {
			return false
		}
	}
	return true
}

// mayBe says whether a boot may be a start of the agent. The caller holds mu.
func (l *lab) mayBe(boot string, start int) bool {
	if known, ok := l.boots[start]; ok {
		return known == boot
	}
	for _, other := range l.boots {
		if other == boot {
			return false
		}
	}
	return true
}
