package keystest

import (
	"fmt"
	"strings"

	"pychron-edge/keys"
)

// Table writes keys as a table of a page. defaults gives them a column of their own, and calls the keys options.
func Table(b *strings.Builder, list []keys.Key, defaults bool) {
	if defaults {
		b.WriteString("| option | form | default | what it is |\n|---|---|---|---|\n")
	} else {
		b.WriteString("| key | form | what it is |\n|---|---|---|\n")
	}
	for _, k := range list {
		if defaults {
			fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", k.Path, k.Form, Cell(k.Default), Cell(k.Text))
		} else {
			fmt.Fprintf(b, "| `%s` | %s | %s |\n", k.Path, k.Form, Cell(k.Text))
		}
	}
}

// Cell is a text within a table.
func Cell(s string) string {
	return strings.NewReplacer("|", "\\|", "<", "&lt;", ">", "&gt;", "*", "\\*", "\n", " ").Replace(s)
}
