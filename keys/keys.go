// Package keys explains the keys of a configuration: in a list, in a manual page, and as a JSON schema for editors.
//
// The sentences are the comments of the fields, which go generate copies into the program that has them (keystest does it, and writes a page). It knows no
// configuration of its own, and checks none.
package keys

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"pychron-edge/yamlfile"
)

// Key is one key of a configuration.
type Key struct {
	Path    string // below where it begins: "channels", "reads[].unit"
	Form    string // "text", "time", "list", ...
	Default string // "" where the sentence says it
	Text    string // the sentence
}

// Form is how values of a type are written that are written in a way of their own.
type Form struct {
	Words  string // what one looks like; "" = as others of its kind
	Schema Schema // nil = as others of its kind
	Short  bool   // a text may stand for its keys
}

// Explainer explains the structures of one configuration.
type Explainer struct {
	Comments func() map[string]string // of the fields, by "Type.Field"
	Forms    map[reflect.Type]Form
}

var (
	durationType = reflect.TypeFor[time.Duration]()
	nodeType     = reflect.TypeFor[yaml.Node]()
)

// textOf is the comment of a key, "" where the source has none.
func (e *Explainer) textOf(f yamlfile.Field) string { return e.Comments()[f.Owner.Name()+"."+f.Name] }

// Of are all keys below a structure, in order. withDefaults shows what v holds as defaults.
func (e *Explainer) Of(v reflect.Value, withDefaults bool) []Key { return e.below(v, "", withDefaults) }

func (e *Explainer) below(v reflect.Value, prefix string, withDefaults bool) []Key {
	var keys []Key
	for _, f := range yamlfile.Fields(v) {
		k := Key{Path: prefix + f.Key, Form: e.formOf(f.Value.Type()), Text: e.textOf(f)}
		if withDefaults {
			k.Default = shown(f.Value)
		}
		keys = append(keys, k)
		if below, mark := structureIn(f.Value.Type()); below != nil {
			keys = append(keys, e.below(reflect.New(below).Elem(), prefix+f.Key+mark+".", false)...)
		}
	}
	return keys
}

// structureIn is the structure a type holds, and how it is reached: "[]" in a list, "<name>" in a mapping.
func structureIn(t reflect.Type) (reflect.Type, string) {
	mark := ""
	for {
		switch t.Kind() {
		case reflect.Pointer:
			t = t.Elem()
			continue
		case reflect.Slice:
			t, mark = t.Elem(), mark+"[]"
			continue
		case reflect.Map:
			t, mark = t.Elem(), mark+".<name>"
			continue
		case reflect.Struct:
			if t != nodeType {
				return t, mark
			}
		}
		return nil, ""
	}
}

// formOf is what a value looks like, in words.
func (e *Explainer) formOf(t reflect.Type) string {
	switch own := e.Forms[t].Words; {
	case own != "":
		return own
	case t == durationType:
		return "time (500ms, 2s, 15m)"
	case t == nodeType:
		return "as the model says"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return e.formOf(t.Elem())
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "text"
	case reflect.Float32, reflect.Float64:
		return "number"
	case reflect.Slice:
		return "list"
	case reflect.Map, reflect.Struct:
		return "keys"
	}
	return "whole number"
}

// shown is a default as it would be written in the file.
func shown(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return "none"
		}
		return shown(v.Elem())
	case reflect.Slice:
		return "none"
	case reflect.Map:
		return pairs(v)
	case reflect.String:
		return fmt.Sprintf("%q", v.String())
	case reflect.Struct:
		return "none"
	}
	return fmt.Sprint(v.Interface())
}

// pairs is a mapping on one line.
func pairs(v reflect.Value) string {
	if v.Len() == 0 {
		return "none"
	}
	all := make([]string, 0, v.Len())
	for _, k := range v.MapKeys() {
		all = append(all, fmt.Sprintf("%v: %v", k, v.MapIndex(k)))
	}
	slices.Sort(all)
	return "{" + strings.Join(all, ", ") + "}"
}
