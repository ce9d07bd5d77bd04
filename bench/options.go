package main

import (
	"regexp"
	"time"
)

// options are what was asked for.
type options struct {
	watch    time.Duration
	rounds   int
	agent    string
	against  string
	only     string
	brief    bool
	emulated bool
}

// picks says whether a scene was asked for.
func (o *options) picks(name string) bool {
	is, _ := regexp.MatchString(o.only, name) // run has refused what is none
	return is
}
