// Package runs makes runs of what Pychron, or whoever measures, posts about them: which run is under way and in which phase, which have
// ended and how, and what happened in the line during one (its passport).
//
// Everything is a function of a set of events: their order, and one that comes twice, change nothing. It knows no clock, asks nobody and
// keeps nothing. Where an end was not posted there is none; nothing is guessed.
package runs
