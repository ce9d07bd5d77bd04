// Package line owns one physical line, with all devices on it: a serial port, or a TCP or UDP peer. [ParseAddress] reads where
// a line is and what it is like; an [Owner] opens it, keeps it open and gives each device on it a port of its own. One
// goroutine has the handle; requests wait for it by priority, and a halt does not wait for a poll.
//
// The package knows no instrument: requests and the meaning of replies are those of package drivers.
package line
