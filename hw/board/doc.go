// Package board tests the agent of the package on the emulated board of `make hw`: a GPIO chip whose line GPIO1 a valve hangs on, and a USB
// adapter on which the host answers.
package board
