// Package reference explains every key of a configuration: as a page, as a table of one model, as a manual page and as a JSON schema
// for editors.
//
// The sentences are the comments of the fields in drivers and agent/config, copied into comments.go by go generate. It checks no
// configuration: that is agent/config's.
package reference

//go:generate go test -run ^TestComments$ -update .
//go:generate go test -run ^TestReferencePage$ -update .
