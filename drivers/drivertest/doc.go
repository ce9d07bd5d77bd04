// Package drivertest tests drivers without an instrument: scripted exchanges ([NewScript]), a line with an instrument made of
// a table at its other end ([Wire]), the conformance suite that every driver runs ([Conform]), and a line in memory for the
// owner of a line ([InMemory]). The fakes replace the instrument, never the driver. The package knows no instrument itself; the
// simulated ones are in package sim.
package drivertest
