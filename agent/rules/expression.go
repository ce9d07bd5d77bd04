package rules

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/types"

	"pychron-edge/buffer"
)

// Expression is a condition or a quantity computed from points: expr-lang's syntax, cut down to what has a meaning for
// values that may be limits of a range or missing, and evaluated here and not by expr's machine, so that it can say "may
// hold" and "cannot be told".
type Expression struct {
	Text       string
	Inputs     []Input  // what it reads, each once
	Devices    []string // whose health it asks for
	Warnings   []string
	thresholds []float64           // the numbers that something is compared with
	judge      func(*scene) truth  // one of these two
	compute    func(*scene) number // nil for the other kind
}

// Input is one point an expression reads.
type Input struct {
	Ref
	Unit       buffer.Unit
	StaleAfter time.Duration // of its device
	Rate       bool          // its rate of change, not its value
	Age        bool          // its age, which always has a value
}

// Catalogue is every point an expression may name: device, point, and what is known of it.
type Catalogue map[string]map[string]Input

// scene is one evaluation.
type scene struct {
	View
	tolerance time.Duration   // 0 = each input's own
	deadlines []time.Duration // when each input will have been without a value for too long; nil = not known
	slack     int             // 1: comparisons hold the sooner, by their hysteresis; -1: the later; 0: as they are
}

// Judge says what is known of the condition. tolerance replaces the points' own stale_after; 0 leaves it.
func (e *Expression) Judge(v View, tolerance time.Duration) truth {
	return e.judge(&scene{View: v, tolerance: tolerance})
}

// Holds says whether the condition holds now; not known where it may or may not, or cannot be judged.
func (e *Expression) Holds(v View) (holds, known bool) {
	t := e.Judge(v, 0)
	return t.certain(true), t.certain(true) || t.certain(false)
}

// Compute says what is known of the quantity.
func (e *Expression) Compute(v View) number { return e.compute(&scene{View: v}) }

// ExprError is a mistake in an expression, at a byte offset from its start.
type ExprError struct {
	At    int
	text  string
	About string // the device that was not found, or has no such point; "" for other mistakes
}

func (e *ExprError) Error() string { return e.text }

// Mistakes are those in an error of a compilation, one by one.
func Mistakes(err error) (all []*ExprError) {
	var one *ExprError
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range many.Unwrap() {
			all = append(all, Mistakes(err)...)
		}
	} else if errors.As(err, &one) {
		all = append(all, one)
	}
	return all
}

const (
	maxExpression = 2000 // bytes; an expression this long is a mistake
	maxNodes      = 500  // names, numbers and operators, likewise
)

// CompileCondition compiles an expression that is true or false. What is wrong with it is told by [Mistakes]; one with mistakes is good
// for its warnings alone.
func CompileCondition(text string, c Catalogue) (*Expression, error) {
	e, kind, err := compile(text, c)
	if err == nil && kind != reflect.Bool {
		return nil, &ExprError{text: "is a quantity; must be a condition such as ion1.ig > torr(1e-3)"}
	}
	return e, err
}

// CompileQuantity compiles an expression that is a number.
func CompileQuantity(text string, c Catalogue) (*Expression, error) {
	e, kind, err := compile(text, c)
	if err == nil && kind != reflect.Float64 {
		return nil, &ExprError{text: "is a condition; must be a quantity such as ion1.ig * 1.4"}
	}
	return e, err
}

// compile parses, refuses what has no meaning here, checks types, and builds the functions that evaluate.
func compile(text string, c Catalogue) (*Expression, reflect.Kind, error) {
	if len(text) > maxExpression {
		return nil, 0, &ExprError{text: fmt.Sprintf("is %d bytes long; must be at most %d", len(text), maxExpression)}
	}
	if strings.TrimSpace(text) == "" {
		return nil, 0, &ExprError{text: "is empty; must be an expression such as ion1.ig > torr(1e-3)"}
	}
	config := c.config()
	tree, err := parser.ParseWithConfig(text, config)
	if err != nil {
		return nil, 0, located(text, err)
	}
	b := &builder{catalogue: c, expression: &Expression{Text: text}, text: text}
	if err := b.permit(&tree.Node, false); err != nil {
		return b.expression, 0, errors.Join(err, b.others(tree.Node))
	}
	if _, err := checker.Check(tree, config); err != nil {
		return nil, 0, located(text, err)
	}
	if _, err := b.units(tree.Node); err != nil {
		return nil, 0, err
	}
	kind := tree.Node.Type().Kind()
	if kind == reflect.Bool {
		b.expression.judge, err = b.truth(tree.Node)
	} else {
		kind = reflect.Float64
		b.expression.compute, err = b.number(tree.Node)
	}
	if err == nil && len(b.expression.Inputs) == 0 && len(b.expression.Devices) == 0 {
		err = &ExprError{text: "names no channel, so it never changes; must be an expression of at least one"}
	}
	return b.expression, kind, err
}

// config is the typed environment: what is not in it is a mistake.
func (c Catalogue) config() *conf.Config {
	env := types.Map{}
	for device, points := range c {
		fields := types.Map{}
		for name, in := range points {
			fields[name] = types.Float64
			if in.Unit == "" {
				fields[name] = types.Bool
			}
		}
		env[device] = fields
	}
	config := *language
	config.WithEnv(env)
	return &config
}

// language is what every expression may be made of, without an environment: our functions, and none of expr's own. It is shared, for it is
// larger than all else that a compilation needs; expr's parser and checker only read it.
var language = func() *conf.Config {
	config := conf.CreateNew()
	config.MaxNodes = maxNodes
	config.Builtins = conf.FunctionsTable{}
	for _, b := range builtin.Builtins {
		config.Disabled[b.Name] = true
	}
	for name, f := range Functions {
		config.Functions[name] = &builtin.Function{Name: name, Types: []reflect.Type{f.kind}}
	}
	return config
}()

// located turns expr's error into ours, with its place.
func located(text string, err error) error {
	var e *file.Error
	if !errors.As(err, &e) {
		return &ExprError{text: err.Error()}
	}
	if strings.Contains(e.Message, "maximum allowed nodes") {
		return &ExprError{text: fmt.Sprintf("has too many parts; must be at most %d names, numbers and operators", maxNodes)}
	}
	at := byteOffset(text, e.From)
	return &ExprError{At: at, text: explain(text, at, strings.TrimSpace(e.Message))}
}

// byteOffset is where rune n of text begins.
func byteOffset(text string, n int) int {
	for i := range text {
		if n == 0 {
			return i
		}
		n--
	}
	return len(text)
}

func at(text string, n ast.Node, format string, a ...any) error {
	return &ExprError{At: byteOffset(text, n.Location().From), text: fmt.Sprintf(format, a...)}
}

// about notes which device a mistake is about.
func about(device string, err error) error {
	err.(*ExprError).About = device
	return err
}

// Names are the keys of m, sorted.
func Names[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
