package yamlfile

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Decoder fills values from YAML nodes and notes every mistake with its place, instead of giving up at the first. It is
// strict: unknown and repeated keys, empty values, and kinds that do not fit are mistakes.
type Decoder struct {
	*Problems
	depth, count int
	full         bool // a bound was exceeded
}

// Bounds against files made to exhaust memory (aliases of aliases).
const (
	maxDepth = 40
	maxNodes = 100_000
)

// NodeDecoder is a type of ours with a form of its own.
type NodeDecoder interface {
	DecodeNode(d *Decoder, n *yaml.Node, path string)
}

var (
	durationType = reflect.TypeFor[time.Duration]()
	nodeType     = reflect.TypeFor[yaml.Node]()
	positionType = reflect.TypeFor[Position]()
)

// Decode fills what into points to.
func (d *Decoder) Decode(n *yaml.Node, into any, path string) {
	d.value(n, reflect.ValueOf(into).Elem(), path)
}

func (d *Decoder) value(n *yaml.Node, v reflect.Value, path string) {
	d.depth++
	d.count++
	defer func() { d.depth-- }()
	if d.tooMuch(n) {
		return
	}
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	d.Nodes[path] = n
	switch {
	case n.Style&yaml.TaggedStyle != 0 && !slices.Contains(plainTags, n.Tag):
		d.add(n, "%s has the tag %s; must be without it", Last(path), Short(n.Tag))
	case Null(n) && empties(v):
	case Null(n):
		d.add(n, "%s is empty; give it a value or leave the key out", Last(path))
	case !d.special(n, v, path):
		d.plain(n, v, path)
	}
}

// plainTags are those that say no more than the value itself does.
var plainTags = []string{"!!str", "!!int", "!!float", "!!bool", "!!null", "!!map", "!!seq"}

// add adds a mistake of form. What else is found wrong at the same place follows from it.
func (d *Decoder) add(n *yaml.Node, format string, a ...any) {
	d.Add(n, false, format, a...)
	d.List[len(d.List)-1].form = true
}

// plain decodes by the kind of v.
func (d *Decoder) plain(n *yaml.Node, v reflect.Value, path string) {
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

// tooMuch says whether a bound is exceeded, and notes it the first time.
func (d *Decoder) tooMuch(n *yaml.Node) bool {
	if d.depth <= maxDepth && d.count <= maxNodes {
		return false
	}
	if !d.full {
		d.full = true
		d.add(n, "is too deep or too much; must be at most %d levels and %d values", maxDepth, maxNodes)
	}
	return true
}

func Null(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// empties says that an empty value is the same as none: of a section, not of a setting.
func empties(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Struct, reflect.Map, reflect.Slice:
		_, one := v.Addr().Interface().(NodeDecoder)
		return !one
	}
	return false
}

// special decodes the types that have a form of their own, and says whether v is one.
func (d *Decoder) special(n *yaml.Node, v reflect.Value, path string) bool {
	if v.Type() == nodeType {
		v.Set(reflect.ValueOf(*n))
		return true
	}
	if v.Type() == durationType || !v.CanAddr() {
		return false
	}
	var err error
	switch x := v.Addr().Interface().(type) {
	case NodeDecoder:
		x.DecodeNode(d, n, path)
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
		d.add(n, "%s: %s", Last(path), strings.TrimPrefix(flat(err), "yaml: "))
	}
	return true
}

func flat(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

func (d *Decoder) mapping(n *yaml.Node, v reflect.Value, path string) {
	v.Set(reflect.MakeMap(v.Type()))
	d.pairs(n, path, func(key, value *yaml.Node) {
		k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		before := len(d.List)
		d.value(key, k, join(path, key.Value)+"#key")
		d.value(value, e, join(path, key.Value))
		if len(d.List) == before || k.Kind() == reflect.String {
			v.SetMapIndex(k, e)
		}
	})
}

func (d *Decoder) list(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.SequenceNode {
		d.add(n, "%s is %s; must be a list", Last(path), form(n, path))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		d.value(item, v.Index(i), fmt.Sprintf("%s[%d]", path, i))
	}
}

// whatever decodes what has no fixed kind.
func (d *Decoder) whatever(n *yaml.Node, v reflect.Value) {
	var x any
	if err := n.Decode(&x); err != nil {
		d.add(n, "%s", strings.TrimPrefix(flat(err), "yaml: "))
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

// Last is the name of what stands at path, for messages.
func Last(path string) string {
	path = strings.TrimSuffix(path, "#key")
	if path == "" {
		return "the configuration"
	}
	return path[strings.LastIndexByte(path, '.')+1:]
}

// Short is the beginning of a value, as it may be shown.
func Short(s string) string { return cut(Unsaid(s), 40) }

// cut is at most about n bytes of s, whole characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for !utf8.RuneStart(s[n]) && n > 0 {
		n--
	}
	return s[:n] + "..."
}
