package main

// switches is the package that mutants are switched on by; it is only ever in an overlay.
const switches = "mutantswitches"

const switchesCode = `package mutantswitches

import (
	"os"
	"strconv"
	"syscall"
)

var active, seen = fromEnvironment()

// fromEnvironment gives the number of the mutant that is active, and where to note those that were come by: a file that is shared memory,
// so that nothing has to be written at the end, and processes of the test note what they come by too.
func fromEnvironment() (int, []byte) {
	active, err := strconv.Atoi(os.Getenv("MUTANT"))
	if err != nil {
		active = -1
	}
	f, err := os.OpenFile(os.Getenv("MUTANTS_SEEN"), os.O_RDWR, 0)
	if err != nil {
		return active, nil
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		panic(err)
	}
	seen, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		panic(err)
	}
	return active, seen
}

func On(n int) bool {
	if seen != nil {
		seen[n] = 1
	}
	return n == active
}

func Neg[B ~bool](n int, b B) B { return b != B(On(n)) }

func Pick[T any](n int, more, as T) T {
	if On(n) {
		return more
	}
	return as
}
`
