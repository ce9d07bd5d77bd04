package main

import "strings"

// unbroken is a text on one line.
func unbroken(s string) string { return strings.Join(strings.Fields(s), " ") }
