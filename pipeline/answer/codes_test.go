package answer

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"loanmap/pipeline/match"
)

// emptyFields names the fields of a struct that say nothing.
func emptyFields(row any) []string {
	value := reflect.ValueOf(row)
	var empty []string
	for i := range value.NumField() {
		if value.Field(i).IsZero() {
			empty = append(empty, value.Type().Field(i).Name)
		}
	}
	return empty
}

// Every code has a status, a message and a hint, and is in the table once.
func TestEveryCodeSaysEverything(t *testing.T) {
	t.Parallel()
	seen := map[match.Code]bool{}
	for _, c := range codes {
		if empty := emptyFields(c); len(empty) > 0 {
			t.Errorf("%s says nothing of %v", c.code, empty)
		}
		if seen[c.code] {
			t.Errorf("%s is in the table twice", c.code)
		}
		seen[c.code] = true
	}
	for _, code := range declaredCodes(t, "../match", ".") {
		if !seen[code] {
			t.Errorf("%s is not in the table of codes", code)
		}
		delete(seen, code)
	}
	for code := range seen {
		t.Errorf("%s is in the table and is no constant", code)
	}
}

// declaredCodes returns the constants of type match.Code that the files of some
// folders declare.
func declaredCodes(t *testing.T, folders ...string) []match.Code {
	t.Helper()
	var codes []match.Code
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, file := range files {
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(parsed, func(node ast.Node) bool {
				spec, ok := node.(*ast.ValueSpec)
				if ok && isCode(spec) {
					text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
					if err != nil {
						t.Fatal(err)
					}
					codes = append(codes, match.Code(text))
				}
				return true
			})
		}
	}
	return codes
}

// isCode reports whether a constant is a code, by its name and type.
func isCode(spec *ast.ValueSpec) bool {
	if len(spec.Values) != 1 || !strings.HasPrefix(strings.ToLower(spec.Names[0].Name), "code") {
		return false
	}
	literal, ok := spec.Values[0].(*ast.BasicLit)
	switch named := spec.Type.(type) {
	case *ast.Ident:
		return ok && literal.Kind == token.STRING && named.Name == "Code"
	case *ast.SelectorExpr:
		return ok && literal.Kind == token.STRING && named.Sel.Name == "Code"
	}
	return false
}

// Every column has a name and a value, and a name is that of one column alone.
func TestEveryColumnSaysEverything(t *testing.T) {
	t.Parallel()
	first, last := ReviewColumns(true)
	for _, table := range [][]Column{EveryColumn(), ReportColumns(true), append(first, last...)} {
		seen := map[string]bool{}
		for _, c := range table {
			if empty := emptyFields(c); len(empty) > 0 || seen[c.Name] {
				t.Errorf("column %q says nothing of %v, or is there twice", c.Name, empty)
			}
			seen[c.Name] = true
		}
	}
}
