// Package pychronimport turns the setupfiles of a Pychron laboratory into a configuration of the agent.
//
// It reads files and nothing else: nothing in them is executed, evaluated, unpickled or fetched. Whatever a file says is
// either carried, so that it stands in the configuration, or told with file, line and reason, or listed as something that
// needs nothing here. What no part of the package has used is told at the end, so nothing is lost in silence.
package pychronimport
