package main

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// decoder fills values from YAML nodes and notes every mistake with its place, instead of giving up at the first. It is
// strict: unknown and repeated keys, empty values, and kinds that do not fit are mistakes.
type decoder struct {
	*problems
	depth, count int
}

// Bounds against files made to exhaust memory (aliases of aliases).
const (
	maxDepth = 40
	maxNodes = 100_000
)

// nodeDecoder is a type of ours with a form of its own.
type nodeDecoder interface {
	decodeNode(d *decoder, n *yaml.Node, path string)
}

var (
	durationType = reflect.TypeFor[time.Duration]()
	nodeType     = reflect.TypeFor[yaml.Node]()
	positionType = reflect.TypeFor[Position]()
)

// decode fills what into points to.
func (d *decoder) decode(n *yaml.Node, into any, path string) {
	d.value(n, reflect.ValueOf(into).Elem(), path)
}

func (d *decoder) value(n *yaml.Node, v reflect.Value, path string) {
	d.depth++
	d.count++
	defer func() { d.depth-- }()
	if d.depth > maxDepth || d.count > maxNodes {
		if d.count <= maxNodes+1 || d.depth == maxDepth+1 {
			d.add(n, false, "is too deep or too much; allowed are %d levels and %d values", maxDepth, maxNodes)
		}
		return
	}
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	d.nodes[path] = n
	if null(n) && empties(v) {
		return
	}
	if null(n) {
		d.add(n, false, "%s is empty; give it a value or leave the key out", last(path))
		return
	}
	if d.special(n, v, path) {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.structure(n, v, path)
	case reflect.Map:
		d.mapping(n, v, path)
	case reflect.Slice:
		d.list(n, v, path)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), path)
	case reflect.Interface:
		d.whatever(n, v)
	default:
		d.scalar(n, v, path)
	}
}

func null(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// empties says that an empty value is the same as none: of a section, not of a setting.
func empties(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Struct, reflect.Map, reflect.Slice:
		_, one := v.Addr().Interface().(nodeDecoder)
		return !one
	}
	return false
}

// special decodes the types that have a form of their own, and says whether v is one.
func (d *decoder) special(n *yaml.Node, v reflect.Value, path string) bool {
	if v.Type() == nodeType {
		v.Set(reflect.ValueOf(*n))
		return true
	}
	if v.Type() == durationType || !v.CanAddr() {
		return false
	}
	var err error
	switch x := v.Addr().Interface().(type) {
	case nodeDecoder:
		x.decodeNode(d, n, path)
	case yaml.Unmarshaler:
		err = x.UnmarshalYAML(n)
	case encoding.TextUnmarshaler:
		if n.Kind != yaml.ScalarNode {
			return false
		}
		err = x.UnmarshalText([]byte(n.Value))
	default:
		return false
	}
	if err != nil {
		d.add(n, false, "%s: %s", last(path), strings.TrimPrefix(flat(err), "yaml: "))
	}
	return true
}

func flat(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// field is one key of a structure.
type field struct {
	key   string
	value reflect.Value
}

// fieldsOf are the keys of a structure, in order, with those of inlined structures.
func fieldsOf(v reflect.Value) []field {
	var fields []field
	for i := range v.NumField() {
		f := v.Type().Field(i)
		key, flags, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case !f.IsExported() || key == "-":
		case strings.Contains(flags, "inline") && f.Type.Kind() == reflect.Struct:
			fields = append(fields, fieldsOf(v.Field(i))...)
		case key == "":
			fields = append(fields, field{strings.ToLower(f.Name), v.Field(i)})
		default:
			fields = append(fields, field{key, v.Field(i)})
		}
	}
	return fields
}

func (d *decoder) structure(n *yaml.Node, v reflect.Value, path string) {
	if at := v.FieldByName("At"); at.IsValid() && at.Type() == positionType {
		at.Set(reflect.ValueOf(placeOf(n)))
	}
	fields := fieldsOf(v)
	d.pairs(n, path, func(key *yaml.Node, value *yaml.Node) {
		i := slices.IndexFunc(fields, func(f field) bool { return f.key == key.Value })
		if i < 0 {
			d.add(key, false, "unknown key %q in %s; allowed are %s", short(key.Value), last(path), keys(fields))
			return
		}
		d.nodes[join(path, key.Value)] = key
		d.value(value, fields[i].value, join(path, key.Value))
	})
}

func keys(fields []field) string {
	if len(fields) == 0 {
		return "none"
	}
	var all []string
	for _, f := range fields {
		all = append(all, f.key)
	}
	return strings.Join(all, ", ")
}

// pairs calls f for each key and value of a mapping, and notes keys given twice, keys that are empty, and what is no
// mapping.
func (d *decoder) pairs(n *yaml.Node, path string, f func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		d.add(n, false, "%s is %s; allowed are keys and values", last(path), formOf(n))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		name := key.Value
		if key.Tag == "!!int" {
			name = strings.TrimLeft(name[:len(name)-1], "0+") + name[len(name)-1:]
		}
		switch {
		case key.Kind != yaml.ScalarNode || null(key):
			d.add(key, false, "a key of %s is %s; allowed is a word", last(path), formOf(key))
			continue
		case key.Tag == "!!merge":
			d.add(key, false, "<< is not supported; write the keys out")
			continue
		case seen[name]:
			d.add(key, false, "key %s of %s is given twice; allowed is once", short(name), last(path))
			continue
		case name != key.Value:
			d.add(key, false, "key %s of %s has a leading zero or sign; write %s", short(key.Value), last(path), short(name))
		}
		seen[name] = true
		f(key, value)
	}
}

func (d *decoder) mapping(n *yaml.Node, v reflect.Value, path string) {
	v.Set(reflect.MakeMap(v.Type()))
	d.pairs(n, path, func(key, value *yaml.Node) {
		k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		before := len(d.problems.list)
		d.value(key, k, join(path, key.Value)+"#key")
		d.value(value, e, join(path, key.Value))
		if len(d.problems.list) == before || k.Kind() == reflect.String {
			v.SetMapIndex(k, e)
		}
	})
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.SequenceNode {
		d.add(n, false, "%s is %s; allowed is a list", last(path), formOf(n))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		d.value(item, v.Index(i), fmt.Sprintf("%s[%d]", path, i))
	}
}

// whatever decodes what has no fixed kind.
func (d *decoder) whatever(n *yaml.Node, v reflect.Value) {
	var x any
	if err := n.Decode(&x); err != nil {
		d.add(n, false, "%s", strings.TrimPrefix(flat(err), "yaml: "))
		return
	}
	if x != nil {
		v.Set(reflect.ValueOf(x))
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// last is the name of what stands at path, for messages.
func last(path string) string {
	path = strings.TrimSuffix(path, "#key")
	if path == "" {
		return "the configuration"
	}
	return path[strings.LastIndexByte(path, '.')+1:]
}

func short(s string) string {
	if len(s) > 40 {
		return s[:40] + "..."
	}
	return s
}
