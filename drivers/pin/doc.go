// Package pin opens the GPIO chips of the board and gives its lines as pins with logical levels: outputs that begin at their
// fail level or go on driving what they drive already, and inputs that report errors. The package does not know what
// a pin is connected to.
package pin
