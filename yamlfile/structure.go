package yamlfile

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"pychron-edge/near"
)

// Field is one key of a structure that the file is decoded into.
type Field struct {
	Key   string
	Owner reflect.Type // the structure it is declared in, which may be an inlined one
	Name  string       // in Go
	Value reflect.Value
}

// Fields returns the keys of a structure, in order, with those of inlined structures.
func Fields(v reflect.Value) []Field {
	fields := make([]Field, 0, v.NumField())
	for i := range v.NumField() {
		f := v.Type().Field(i)
		key, flags, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case !f.IsExported() || key == "-":
		case strings.Contains(flags, "inline") && f.Type.Kind() == reflect.Struct:
			fields = append(fields, Fields(v.Field(i))...)
		default:
			fields = append(fields, Field{cmp.Or(key, strings.ToLower(f.Name)), v.Type(), f.Name, v.Field(i)})
		}
	}
	return fields
}

func (d *Decoder) structure(n *yaml.Node, v reflect.Value, path string) {
	if at := v.FieldByName("At"); at.IsValid() && at.Type() == positionType {
		at.Set(reflect.ValueOf(PlaceOf(n)))
	}
	fields := Fields(v)
	d.pairs(n, path, func(key *yaml.Node, value *yaml.Node) {
		i := slices.IndexFunc(fields, func(f Field) bool { return f.Key == key.Value })
		if i < 0 {
			d.add(key, "unknown key %q in %s; must be one of %s", Short(key.Value), Last(path), keys(fields))
			if i = meant(n, key.Value, fields); i < 0 {
				return
			}
		}
		at := join(path, fields[i].Key)
		d.Nodes[at] = key
		d.value(value, fields[i].Value, at)
	})
}

// meant is the field that a misspelt key of n most likely is, so that the mistake is told once and not again by all that misses it;
// -1 if that is not clear.
func meant(n *yaml.Node, key string, fields []Field) int {
	var names []string
	for _, f := range fields {
		names = append(names, f.Key)
	}
	found := near.Names(key, names)
	if len(found) != 1 {
		return -1
	}
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == found[0] {
			return -1
		}
	}
	return slices.Index(names, found[0])
}

func keys(fields []Field) string {
	if len(fields) == 0 {
		return "none"
	}
	var all []string
	for _, f := range fields {
		all = append(all, f.Key)
	}
	return strings.Join(all, ", ")
}

// pairs calls f for each key and value of a mapping, and notes keys given twice, keys that are empty, and what is no
// mapping.
func (d *Decoder) pairs(n *yaml.Node, path string, f func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		d.add(n, "%s is %s; must be keys and values", Last(path), form(n, path))
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
		case key.Kind != yaml.ScalarNode || Null(key):
			d.add(key, "a key of %s is %s; must be a word", Last(path), formOf(key))
			continue
		case key.Tag == "!!merge":
			d.add(key, "<< is not supported; write the keys out")
			continue
		case key.Tag == "!!int" && Null(value) && i > 0 && n.Style&yaml.FlowStyle != 0:
			d.add(key, "%s stands behind a comma and has no value; must be a decimal point before it", Short(key.Value))
			continue
		case seen[name]:
			d.add(key, "key %s of %s is given twice; must be given once", Short(name), Last(path))
			continue
		case name != key.Value:
			d.add(key, "key %s of %s has a leading zero or sign; write %s", Short(key.Value), Last(path), Short(name))
		}
		seen[name] = true
		f(key, value)
	}
}
