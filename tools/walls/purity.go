package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"
)

// clocks are the functions that read the clock, start a timer or print: what a pure package must get from outside.
var clocks = map[string][]string{
	"time":    strings.Fields("Now Since Until Sleep After AfterFunc Tick NewTimer NewTicker"),
	"context": strings.Fields("WithTimeout WithTimeoutCause WithDeadline WithDeadlineCause AfterFunc"),
	"fmt":     strings.Fields("Print Println Printf Scan Scanln Scanf"),
}

// purity looks at the packages of pure decisions (without their tests): no clock, no I/O, no goroutines, no channels.
// A folder of the table without Go code is a finding only where strict.
func (m *module) purity(rules []pureRule, strict bool) (found []finding) {
	for _, r := range rules {
		i := slices.IndexFunc(m.packages, func(p *packages.Package) bool { return m.folder(p) == r.folder })
		if i < 0 {
			if strict {
				found = append(found, finding{folder: r.folder, text: "stands in pure.txt and must have Go code"})
			}
			continue
		}
		for _, file := range m.packages[i].Syntax {
			found = append(found, m.impureImports(file, r)...)
			found = append(found, m.impureCode(file, m.packages[i].TypesInfo)...)
		}
	}
	return found
}

func (m *module) impureImports(file *ast.File, r pureRule) (found []finding) {
	for _, i := range file.Imports {
		name, _ := strconv.Unquote(i.Path.Value)
		if slices.ContainsFunc(r.forbidden, func(pattern string) bool { return matches(pattern, name) }) {
			found = append(found, m.at(i.Pos()).with("imports %s; this package must be pure", name))
		}
	}
	return found
}

func (m *module) impureCode(file *ast.File, info *types.Info) (found []finding) {
	ast.Inspect(file, func(n ast.Node) bool {
		if what := impure(n, info); what != "" {
			found = append(found, m.at(n.Pos()).with("%s; this package must be pure", what))
		}
		return true
	})
	return found
}

// impure says what in a node is not pure, "" for nothing.
func impure(n ast.Node, info *types.Info) string {
	switch n := n.(type) {
	case *ast.GoStmt:
		return "starts a goroutine"
	case *ast.SelectStmt, *ast.SendStmt, *ast.ChanType:
		return "uses a channel"
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			return "uses a channel"
		}
	case *ast.RangeStmt:
		if _, is := info.TypeOf(n.X).Underlying().(*types.Chan); is {
			return "uses a channel"
		}
	case *ast.Ident:
		f, is := info.Uses[n].(*types.Func)
		if is && f.Pkg() != nil && f.Signature().Recv() == nil && slices.Contains(clocks[f.Pkg().Path()], f.Name()) {
			return "uses " + f.Pkg().Name() + "." + f.Name()
		}
	}
	return ""
}
