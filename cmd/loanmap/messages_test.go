package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// The golden file lists what people read, so that it is read in review, too. A
// sentence is a string of two words or more: none can be forgotten.
func TestMessagesAreReviewed(t *testing.T) {
	t.Parallel()
	byRoom := map[string][]string{}
	for _, file := range sourceFiles(t) {
		if strings.HasPrefix(filepath.Base(file.path), "header_") && filepath.Base(file.path) != "header_shown.go" {
			continue // patterns and words of headers
		}
		if room := filepath.Dir(file.path); !strings.HasPrefix(room, "pipeline/match") && !strings.HasPrefix(room, sandboxRoom+"/") {
			byRoom[room] = append(byRoom[room], messagesOf(file)...)
		}
	}
	var list strings.Builder
	list.WriteString("# What people read, by room: an event of the log or an error, and its hint below it.\n" +
		"# go test ./cmd/loanmap -run TestMessagesAreReviewed -update writes this file.\n")
	for _, room := range slices.Sorted(maps.Keys(byRoom)) {
		if messages := slices.Compact(slices.Sorted(slices.Values(byRoom[room]))); len(messages) > 0 {
			fmt.Fprintf(&list, "\n## %s\n%s", room, strings.Join(messages, ""))
		}
	}
	golden := filepath.Join(testdata, "messages.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(list.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := gocmp.Diff(read(t, golden), list.String()); diff != "" {
		t.Errorf("messages have changed; read them, then write the file with -update (-golden +code):\n%s", diff)
	}
}

// An event is a contract with scripts: each log call has one, no two have the same, and
// the topic lists it with its attributes.
func TestEventsAreAContract(t *testing.T) {
	t.Parallel()
	topic := map[string]string{}
	for _, found := range regexp.MustCompile("(?m)^- `(\\w+)`((?:.|\n  )*)").FindAllStringSubmatch(read(t, "help/logs.md"), -1) {
		topic[found[1]] = found[2]
	}
	places := map[string]string{}
	for _, file := range sourceFiles(t) {
		for _, call := range logCalls(file.tree) {
			place := file.set.Position(call.Pos()).String()
			event, attributes := eventOf(call)
			if !regexp.MustCompile(`^[a-z]+(_[a-z0-9]+)*$`).MatchString(event) {
				t.Errorf("%s: event %q: give the call an \"event\" in snake_case", place, event)
				continue
			}
			if other, twice := places[event]; twice {
				t.Errorf("%s: event %s is also at %s", place, event, other)
			}
			places[event] = place
			line, listed := topic[event]
			if !listed {
				t.Errorf("%s: the topic logs does not list event %s", place, event)
			}
			for _, name := range attributes {
				if listed && !regexp.MustCompile("`"+name+"(_seconds)?`").MatchString(line) {
					t.Errorf("%s: the topic logs does not list attribute %s of event %s", place, name, event)
				}
			}
		}
	}
	if len(places) < 30 {
		t.Errorf("only %d log calls found", len(places))
	}
	for event := range topic {
		if places[event] == "" {
			t.Errorf("the topic logs lists event %s, which does not exist", event)
		}
	}
}

const sandboxRoom = "io/loanpro/sandbox"

// sourceFile is a Go file that is no test.
type sourceFile struct {
	path string // from the root of the repository
	set  *token.FileSet
	tree *ast.File
}

func sourceFiles(t *testing.T) []sourceFile {
	t.Helper()
	var files []sourceFile
	for _, folder := range []string{"cmd", "io", "pipeline"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "internal") {
				return err
			}
			set := token.NewFileSet()
			tree, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
			short, _ := filepath.Rel(root, path)
			files = append(files, sourceFile{filepath.ToSlash(short), set, tree})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(files) < 100 {
		t.Fatalf("only %d files", len(files))
	}
	return files
}

// logCalls returns the calls that write to a log, and those that name the event of all
// that another package writes to it.
func logCalls(tree *ast.File) (calls []*ast.CallExpr) {
	ast.Inspect(tree, func(node ast.Node) bool {
		if call, ok := node.(*ast.CallExpr); ok && isLogCall(call) {
			calls = append(calls, call)
		}
		return true
	})
	return calls
}

func isLogCall(call *ast.CallExpr) bool {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !slices.Contains([]string{"Debug", "Info", "Warn", "Error", "Log", "LogAttrs", "With"}, method.Sel.Name) {
		return false
	}
	return slices.Contains([]string{"log", "Log"}, lastName(method.X))
}

// lastName returns the last name of an expression, such as Log of r.Job.Log.
func lastName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// eventOf returns the event of a log call and the names of its other attributes.
func eventOf(call *ast.CallExpr) (event string, attributes []string) {
	from := slices.IndexFunc(call.Args, func(arg ast.Expr) bool { return literal(arg) == "event" })
	if from < 0 || from+1 == len(call.Args) {
		return "", nil
	}
	for arg := from + 2; arg < len(call.Args); arg++ {
		if name := literal(call.Args[arg]); name != "" {
			attributes = append(attributes, name)
			arg++ // its value
		}
	}
	return literal(call.Args[from+1]), attributes
}

func literal(e ast.Expr) string {
	if text, ok := e.(*ast.BasicLit); ok && text.Kind == token.STRING {
		value, _ := strconv.Unquote(text.Value)
		return value
	}
	return ""
}

// messagesOf returns the sentences of a file. Those in one call or value, such as an
// error and its hint, are one message.
func messagesOf(file sourceFile) (messages []string) {
	seen := map[ast.Node]bool{}
	hint := false
	take := func(label string, expressions ...ast.Expr) {
		var lines []string
		for _, e := range expressions {
			text := sentenceIn(e, seen)
			if text == "" {
				continue
			}
			if field, ok := e.(*ast.KeyValueExpr); ok && lastName(field.Key) == "Hint" && label != "" {
				label = "hint"
			}
			lines = append(lines, fmt.Sprintf("%-8s %s\n", label, text))
			label = ""
		}
		messages = append(messages, strings.Join(lines, ""))
	}
	ast.Inspect(file.tree, func(node ast.Node) bool {
		if seen[node] {
			return false
		}
		switch node := node.(type) {
		case *ast.FuncDecl:
			hint = node.Name.Name == "Advice"
		case *ast.Field, *ast.ImportSpec:
			return false // tags are the help of flags
		case *ast.CallExpr:
			take(labelOf(node, hint), node.Args...)
		case *ast.CompositeLit:
			label := plainLabel(hint)
			if strings.HasSuffix(lastName(node.Type), "Error") {
				label = "error"
			}
			take(label, node.Elts...)
		case *ast.BinaryExpr:
			take(plainLabel(hint), node)
		case *ast.BasicLit:
			take(plainLabel(hint), node)
		}
		return true
	})
	if filepath.Dir(file.path) == sandboxRoom { // what it says as LoanPro is no message of loanmap's
		messages = slices.DeleteFunc(messages, func(m string) bool { return strings.HasPrefix(m, "text ") })
	}
	return slices.DeleteFunc(messages, func(m string) bool { return m == "" })
}

func plainLabel(hint bool) string {
	if hint {
		return "hint"
	}
	return "text"
}

func labelOf(call *ast.CallExpr, hint bool) string {
	name := lastName(call.Fun)
	switch {
	case isLogCall(call):
		event, _ := eventOf(call)
		return "log " + event + ":"
	case name == "New", name == "Errorf", strings.HasSuffix(name, "Error"), name == "Usage":
		return "error"
	}
	return plainLabel(hint)
}

var twoWords = regexp.MustCompile(`[\pL}%)>\d"][,:;]? +[\pL%"'({-]`)

// sentenceIn returns the sentence that an expression makes, with … for each part that
// is not written there; empty: it makes none. It notes what it has seen.
func sentenceIn(e ast.Expr, seen map[ast.Node]bool) string {
	if pair, ok := e.(*ast.KeyValueExpr); ok {
		e = pair.Value
	}
	text := textOf(e, seen)
	if !twoWords.MatchString(text) || strings.ContainsAny(text, "<") || strings.Contains(text, `="`) {
		return ""
	}
	return strings.ReplaceAll(text, "\n", `\n`)
}

func textOf(e ast.Expr, seen map[ast.Node]bool) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if !seen[e] {
			seen[e] = true
			return literal(e)
		}
	case *ast.ParenExpr:
		return textOf(e.X, seen)
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			left, right := textOf(e.X, seen), textOf(e.Y, seen)
			if left+right != "" {
				return cmp.Or(left, "…") + cmp.Or(right, "…")
			}
		}
	case *ast.CallExpr:
		if name := lastName(e.Fun); strings.HasPrefix(name, "Sprint") || name == "inEnglish" {
			return textOf(e.Args[0], seen)
		}
	}
	return ""
}
