// Package thrift keeps small what the program takes of the board from others: processors, wake-ups and memory.
//
// It changes nothing of what the program does, and is not needed for it: where the system refuses something, that is told in
// GET /status and all else goes on.
package thrift
