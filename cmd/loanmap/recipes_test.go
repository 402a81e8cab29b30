package main

import (
	"bytes"
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

const recipes = "recipes/"

// recipeValues fills in what a recipe leaves to its shell or engine.
var recipeValues = strings.NewReplacer(
	"\\\n", " ", `"$2/8"`, "8/8", `"${RATE:-1.25}"`, "1.25", "{{inputs.parameters.number}}", "16",
)

// The topic shows every recipe as it is.
func TestTopicShowsTheRecipes(t *testing.T) {
	t.Parallel()
	topic, _ := topicText("cluster")
	files, err := filepath.Glob(recipes + "*")
	if err != nil || len(files) != 5 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		var shown strings.Builder
		for line := range strings.Lines(read(t, file)) {
			shown.WriteString("    " + line)
		}
		if !strings.Contains(topic, "\n\n"+shown.String()) {
			t.Errorf("the topic cluster does not show %s as it is", file)
		}
	}
}

// Every command of a recipe is one that loanmap takes.
func TestRecipesAreTaken(t *testing.T) {
	t.Setenv(indexVariable, "15")
	commands := map[string][][]string{}
	for _, file := range []string{"job.yaml", "merge.yaml", "argo.yaml"} {
		for _, found := range regexp.MustCompile(`(?m)^( +)args:\n((?: +- .*\n)+)`).FindAllStringSubmatch(read(t, recipes+file), -1) {
			var args []string
			for line := range strings.Lines(found[2]) {
				args = append(args, strings.TrimPrefix(strings.TrimSpace(line), "- "))
			}
			commands[file] = append(commands[file], args)
		}
	}
	for _, file := range []string{"parallel.sh", "crontab"} {
		text := recipeValues.Replace(read(t, recipes+file))
		for _, found := range regexp.MustCompile(`(?m)\bloanmap ((?:resolve|merge) .*)$`).FindAllStringSubmatch(text, -1) {
			commands[file] = append(commands[file], strings.Fields(strings.ReplaceAll(found[1], `"`, "")))
		}
	}
	for file, want := range map[string]int{"job.yaml": 1, "merge.yaml": 1, "argo.yaml": 2, "parallel.sh": 2, "crontab": 2} {
		if len(commands[file]) != want {
			t.Errorf("%s has %d commands: %q", file, len(commands[file]), commands[file])
		}
		for _, args := range commands[file] {
			for i := range args {
				args[i] = recipeValues.Replace(args[i])
			}
			var out bytes.Buffer
			if command, err := parse(args, &out, &out); err != nil || command == nil {
				t.Errorf("%s: %q: %v", file, args, err)
			}
		}
	}
}

// The image holds a program that needs nothing else, and is not run as root.
func TestImageIsSmall(t *testing.T) {
	t.Parallel()
	text := read(t, "Dockerfile")
	last := text[strings.LastIndex(text, "\nFROM "):]
	for _, line := range []string{"FROM scratch\n", "USER 65532:65532\n", `ENTRYPOINT ["/loanmap"]`} {
		if !strings.Contains(last, line) {
			t.Errorf("the image lacks %q", line)
		}
	}
	for _, path := range regexp.MustCompile(`(?m)^COPY ([a-z]+) `).FindAllStringSubmatch(text, -1) {
		if _, err := os.Stat(filepath.Join(root, path[1])); err != nil {
			t.Error(err)
		}
	}
	if version := regexp.MustCompile(`(?m)^go (1\.\d+)`).FindStringSubmatch(read(t, root+"/go.mod"))[1]; !strings.Contains(text, "FROM golang:"+version+" ") {
		t.Errorf("go.mod is for Go %s", version)
	}
	if testing.Short() || runtime.GOOS != "linux" {
		return
	}
	checkStatic(t, regexp.MustCompile(`CGO_ENABLED=0 (go build [^\n]*) -o \S+ (\S+)`).FindStringSubmatch(text))
}

// checkStatic builds the program as the image does, and checks that it needs no library.
func checkStatic(t *testing.T, build []string) {
	t.Helper()
	if build == nil {
		t.Fatal("the image is not built without cgo")
	}
	program := filepath.Join(t.TempDir(), "loanmap")
	args := append(strings.Fields(strings.ReplaceAll(build[1], `"-s -w -X main.version=${VERSION}"`, "-s")), "-o", program, build[2])
	run := exec.Command(args[0], args[1:]...)
	run.Dir, run.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	file, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	libraries, err := file.ImportedLibraries()
	if err != nil || len(libraries) > 0 || file.Section(".interp") != nil {
		t.Errorf("it needs %v, %v", libraries, err)
	}
}
