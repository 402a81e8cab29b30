package pipeline_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestWordsArePlain looks for words that only this project uses, as listed in
// testdata/words.txt, in Go code, help and papers.
func TestWordsArePlain(t *testing.T) {
	words := readWords(t)
	for _, file := range sources(t) {
		var found []string
		if strings.HasSuffix(file, ".go") {
			found = words.inCode(t, file)
		} else {
			found = words.inPaper(t, file)
		}
		for _, problem := range found {
			t.Error(problem)
		}
	}
}

// privateWords holds what to say in place of each private word.
type privateWords struct {
	phrases *regexp.Regexp
	better  map[string]string
	names   map[string]string
}

func readWords(t *testing.T) *privateWords {
	t.Helper()
	text, err := os.ReadFile("../testdata/words.txt")
	if err != nil {
		t.Fatal(err)
	}
	words := &privateWords{better: map[string]string{}, names: map[string]string{}}
	var alternatives []string
	for line := range strings.Lines(string(text)) {
		kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		word, better, _ := strings.Cut(rest, " = ")
		switch kind {
		case "phrase":
			first := "[" + strings.ToUpper(word[:1]) + word[:1] + "]"
			alternatives = append(alternatives, first+strings.ReplaceAll(regexp.QuoteMeta(word[1:]), " ", `\s+(?://\s*|#\s*)?`))
			words.better[word] = better
		case "name":
			words.names[word] = better
		case "#", "":
		default:
			t.Fatalf("words.txt: %q is neither a phrase nor a name", line)
		}
	}
	words.phrases = regexp.MustCompile(`\b(?:` + strings.Join(alternatives, "|") + `)\b`)
	return words
}

// sources lists the Go files, help topics, scripts and papers of the project.
func sources(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && entry.Name() != "..":
			return fs.SkipDir
		}
		switch filepath.Ext(path) {
		case ".go", ".md", ".txtar":
			files = append(files, path)
		}
		return nil
	})
	if err != nil || len(files) < 100 {
		t.Fatal(len(files), err)
	}
	return files
}

// inPaper returns where a paper, or a script above its files, has private phrases.
func (w *privateWords) inPaper(t *testing.T, file string) (problems []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	number := 0
	for line := range strings.Lines(string(text)) {
		if filepath.Ext(file) == ".txtar" && strings.HasPrefix(line, "-- ") {
			break
		}
		number++
		problems = append(problems, w.inText(fmt.Sprintf("%s:%d", file, number), line)...)
	}
	return problems
}

// inText returns the private phrases of text, but not those in email addresses, and not
// "there is none".
func (w *privateWords) inText(place, text string) (problems []string) {
	for _, at := range w.phrases.FindAllStringIndex(text, -1) {
		found := text[at[0]:at[1]]
		if strings.HasPrefix(text[at[1]:], "@") || strings.HasSuffix(text[:at[0]], "there ") {
			continue
		}
		plain := strings.ToLower(strings.Join(strings.Fields(strings.NewReplacer("//", " ", "#", " ").Replace(found)), " "))
		problems = append(problems, fmt.Sprintf("%s: %q: say: %s", place, plain, w.better[plain]))
	}
	return problems
}

// inCode returns where a Go file has private phrases in its comments and texts, and
// private names in its declarations.
func (w *privateWords) inCode(t *testing.T, file string) (problems []string) {
	t.Helper()
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range parsed.Comments {
		problems = append(problems, w.inText(set.Position(group.Pos()).String(), group.Text())...)
	}
	ast.Inspect(parsed, func(node ast.Node) bool {
		if text, ok := node.(*ast.BasicLit); ok && text.Kind == token.STRING && strings.Contains(text.Value, " ") {
			problems = append(problems, w.inText(set.Position(text.Pos()).String(), text.Value)...)
		}
		for _, name := range declared(node) {
			if better, private := w.names[name.Name]; private && !strings.HasSuffix(file, "_test.go") {
				problems = append(problems, fmt.Sprintf("%s: name %q: say: %s", set.Position(name.Pos()), name.Name, better))
			}
		}
		return true
	})
	return problems
}

// declared returns the names that node declares for others to read: of functions,
// types and fields, and not of variables of a function.
func declared(node ast.Node) []*ast.Ident {
	switch node := node.(type) {
	case *ast.FuncDecl:
		return []*ast.Ident{node.Name}
	case *ast.TypeSpec:
		return []*ast.Ident{node.Name}
	case *ast.StructType:
		var names []*ast.Ident
		for _, field := range node.Fields.List {
			names = append(names, field.Names...)
		}
		return names
	}
	return nil
}
