package pipeline_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// allowed lists, for each room, the rooms of ours it may import. Imports run one
// way: cmd → pipeline → {lookup, delivery, review} → {question, answer, match}; these
// three → io rooms → io/disk → libraries. No io room imports another of ours but
// io/disk, and io/disk imports none. A job holds types of the rooms below pipeline, so
// cmd knows them, too.
var allowed = map[string][]string{
	"loanmap/cmd/loanmap": {
		"loanmap/pipeline", "loanmap/pipeline/lookup", "loanmap/pipeline/delivery", "loanmap/pipeline/review", "loanmap/pipeline/question", "loanmap/pipeline/answer", "loanmap/pipeline/match",
		"loanmap/io/loanpro", "loanmap/io/loanpro/sandbox", "loanmap/io/pace", "loanmap/io/sheet", "loanmap/io/journal", "loanmap/io/disk",
	},
	"loanmap/pipeline": {
		"loanmap/pipeline/lookup", "loanmap/pipeline/delivery", "loanmap/pipeline/review", "loanmap/pipeline/question", "loanmap/pipeline/answer", "loanmap/pipeline/match",
		"loanmap/io/sheet", "loanmap/io/loanpro", "loanmap/io/journal", "loanmap/io/disk",
	},
	"loanmap/pipeline/lookup":           {"loanmap/pipeline/lookup/directory", "loanmap/pipeline/question", "loanmap/pipeline/answer", "loanmap/pipeline/match", "loanmap/io/sheet", "loanmap/io/loanpro"},
	"loanmap/pipeline/lookup/directory": {"loanmap/pipeline/question", "loanmap/pipeline/match", "loanmap/io/loanpro"},
	"loanmap/pipeline/delivery":         {"loanmap/pipeline/question", "loanmap/pipeline/answer", "loanmap/pipeline/match", "loanmap/io/sheet", "loanmap/io/journal", "loanmap/io/disk"},
	"loanmap/pipeline/review":           {"loanmap/pipeline/question", "loanmap/pipeline/answer", "loanmap/pipeline/match", "loanmap/io/sheet", "loanmap/io/loanpro", "loanmap/io/disk"},
	"loanmap/pipeline/question":         {"loanmap/pipeline/answer", "loanmap/pipeline/match", "loanmap/io/sheet", "loanmap/io/loanpro"}, // see harmless
	"loanmap/pipeline/answer":           {"loanmap/pipeline/match"},
	"loanmap/pipeline/match":            {},
	"loanmap/io/disk":                   {},
	"loanmap/io/sheet":                  {"loanmap/io/disk", "loanmap/io/sheet/rows", "loanmap/io/sheet/text", "loanmap/io/sheet/xlsx"},
	"loanmap/io/sheet/rows":             {"loanmap/io/disk"},
	"loanmap/io/sheet/text":             {"loanmap/io/disk", "loanmap/io/sheet/rows"},
	"loanmap/io/sheet/xlsx":             {"loanmap/io/disk", "loanmap/io/sheet/rows"},
	"loanmap/io/loanpro":                {},
	"loanmap/io/pace":                   {},
	"loanmap/io/journal":                {"loanmap/io/disk"},
	// The sandbox shares no code with the client, so that they share no mistake.
	"loanmap/io/loanpro/sandbox":        {"loanmap/io/loanpro/sandbox/engine", "loanmap/io/loanpro/sandbox/people"},
	"loanmap/io/loanpro/sandbox/engine": {},
	"loanmap/io/loanpro/sandbox/people": {},

	// The tests of sheets.
	"loanmap/io/sheet/internal/sheettest": {"loanmap/io/disk", "loanmap/io/sheet", "loanmap/io/sheet/bookcheck"},
	"loanmap/io/sheet/bookcheck":          {},
}

// pure are the rooms without I/O.
var pure = []string{"loanmap/pipeline/match", "loanmap/pipeline/question", "loanmap/pipeline/answer"}

// impure packages may not be imported by pure rooms. These know the calendar, but no
// clock.
var impure = []string{"context", "io", "net", "os", "log"}

func TestMatchHasNoClock(t *testing.T) {
	files, err := filepath.Glob("match/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if clock := regexp.MustCompile(`time\.(Now|Since|Until|After|Sleep|New|Tick)`).Find(text); clock != nil {
			t.Errorf("%s uses %s", file, clock)
		}
	}
}

func TestImportsRunOneWay(t *testing.T) {
	seen := map[string]bool{}
	for room, imports := range importsByRoom(t) {
		permitted, known := allowed[room]
		if !known {
			t.Errorf("%s is a room that the design does not know", room)
		}
		seen[room] = true
		for _, path := range imports {
			if strings.HasPrefix(path, "loanmap/") && !slices.Contains(permitted, path) {
				t.Errorf("%s imports %s", room, path)
			}
			if slices.Contains(pure, room) && slices.Contains(impure, strings.Split(path, "/")[0]) {
				t.Errorf("%s imports %s and is to be pure", room, path)
			}
		}
	}
	for room := range allowed {
		if !seen[room] {
			t.Errorf("%s is not there", room)
		}
	}
}

// harmless are the names of io rooms that a pure room may use: types, and functions
// of texts.
var harmless = map[string]string{
	"sheet":   "Row Damage",
	"loanpro": "Key DisplayID LoanID CustomerID CustomID Email Name Hit Customer Details PageURL ParsePageURL",
}

// A question is read from a row, and compared with a hit; the room does nothing else
// with the io rooms.
func TestQuestionsDoNothing(t *testing.T) {
	files, err := filepath.Glob("question/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range regexp.MustCompile(`\b(sheet|loanpro)\.([A-Z]\w*)`).FindAllStringSubmatch(string(text), -1) {
			if !slices.Contains(strings.Fields(harmless[name[1]]), name[2]) {
				t.Errorf("%s uses %s", file, name[0])
			}
		}
	}
}

// importsByRoom reads the imports of all files that are not tests.
func importsByRoom(t *testing.T) map[string][]string {
	t.Helper()
	rooms := map[string][]string{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && entry.Name() != ".." {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		room := "loanmap/" + filepath.ToSlash(strings.TrimPrefix(filepath.Dir(path), ".."+string(filepath.Separator)))
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			rooms[room] = append(rooms[room], imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rooms
}
