package main

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

const root = "../.."

// pages returns README, CHANGELOG and the topics, by path.
func pages(t *testing.T) map[string]string {
	t.Helper()
	topics, err := filepath.Glob("help/*.md")
	if err != nil || len(topics) == 0 {
		t.Fatal(topics, err)
	}
	texts := map[string]string{}
	for _, file := range append(topics, root+"/README.md", root+"/CHANGELOG.md") {
		texts[file] = read(t, file)
	}
	return texts
}

// A topic is shown as it is, so its source must fit a terminal of 80 columns. Only a
// transcript, which is what the program prints, may be wider.
func TestTopicsFitATerminal(t *testing.T) {
	t.Parallel()
	for _, name := range topicNames() {
		text, _ := topicText(name)
		lines := strings.Split(text, "\n")
		if !strings.HasPrefix(text, "# ") || len(lines[0]) > 64 || !strings.HasSuffix(text, "\n") {
			t.Errorf("%s: begins with %q, or does not end with a line break", name, lines[0])
		}
		for i, line := range lines {
			if len([]rune(line)) > 80 && !strings.HasPrefix(line, "    loanmap: ") && !strings.HasPrefix(line, "    $ loanmap ") {
				t.Errorf("%s: line %d has %d characters", name, i+1, len([]rune(line)))
			}
		}
	}
}

func TestReadmeIsShortAndLinksEveryTopic(t *testing.T) {
	t.Parallel()
	text := read(t, root+"/README.md")
	if lines := strings.Count(text, "\n"); lines > 170 {
		t.Errorf("README has %d lines", lines)
	}
	for _, name := range topicNames() {
		if !strings.Contains(text, "(cmd/loanmap/help/"+name+".md)") {
			t.Errorf("README has no link to the topic %s", name)
		}
	}
}

var (
	link    = regexp.MustCompile(`\]\(([^)#]*)(?:#([^)]*))?\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
)

func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	for file, text := range pages(t) {
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			target, anchor := found[1], found[2]
			if strings.Contains(target, "://") {
				continue
			}
			to := file
			if target != "" {
				to = filepath.Join(filepath.Dir(file), target)
			}
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s links to %s: %v", file, target, err)
			} else if anchor != "" && !slices.Contains(anchors(read(t, to)), anchor) {
				t.Errorf("%s links to %s, which has no heading #%s", file, to, anchor)
			}
		}
	}
}

// anchors returns the names that GitHub gives to the headings of a page.
func anchors(text string) []string {
	var names []string
	for _, found := range heading.FindAllStringSubmatch(text, -1) {
		kept := regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(found[1]), "")
		names = append(names, strings.ReplaceAll(kept, " ", "-"))
	}
	return names
}

// The pages are promises: a test, script, target or flag that is renamed must be
// renamed there too.
func TestPagesNameWhatExists(t *testing.T) {
	t.Parallel()
	exists := map[string]map[string]bool{
		"test":   declaredTests(t),
		"script": scriptNames(t),
		"target": makeTargets(t),
		"flag":   flagNames(t),
	}
	patterns := map[string]*regexp.Regexp{
		"test":   regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Z]\\w*)`"),
		"script": regexp.MustCompile("`(\\w+\\.txtar)`"),
		"target": regexp.MustCompile(`\bmake ([a-z]+)\b(?:    |` + "`" + `)`),
		"flag":   regexp.MustCompile("[` ]--([a-z][a-z0-9-]+)"),
	}
	found := map[string]int{}
	for file, text := range pages(t) {
		for kind, pattern := range patterns {
			for _, match := range pattern.FindAllStringSubmatch(text, -1) {
				found[kind]++
				if !exists[kind][match[1]] {
					t.Errorf("%s names a %s that does not exist: %s", file, kind, match[1])
				}
			}
		}
	}
	// A pattern that finds nothing would make the test useless.
	for kind, least := range map[string]int{"test": 15, "script": 15, "target": 5, "flag": 40} {
		if found[kind] < least {
			t.Errorf("only %d names of a %s found", found[kind], kind)
		}
	}
}

func TestReadmeNamesFoldersThatExist(t *testing.T) {
	t.Parallel()
	for _, found := range regexp.MustCompile("`((?:io|pipeline|cmd|testdata)/[\\w./]+)`").FindAllStringSubmatch(read(t, root+"/README.md"), -1) {
		if _, err := os.Stat(filepath.Join(root, found[1])); err != nil {
			t.Error(err)
		}
	}
}

func TestReadmeNamesEveryDependency(t *testing.T) {
	t.Parallel()
	text := read(t, root+"/README.md")
	direct := regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(read(t, root+"/go.mod"), -1)
	if len(direct) < 10 {
		t.Fatalf("go.mod has %d direct dependencies", len(direct))
	}
	for _, found := range direct {
		name := regexp.MustCompile(`/v\d+$`).ReplaceAllString(found[1], "")
		for _, host := range []string{"github.com/", "golang.org/"} {
			name = strings.TrimPrefix(name, host)
		}
		if !strings.Contains(text, "`"+name+"`") {
			t.Errorf("README does not say what %s is for", name)
		}
	}
}

// declaredTests returns the names of all tests of the module.
func declaredTests(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
	err := filepath.WalkDir(root, func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		for _, found := range declared.FindAllStringSubmatch(read(t, path), -1) {
			names[found[1]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func scriptNames(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(root + "/testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, file := range files {
		names[filepath.Base(file)] = true
	}
	return names
}

func makeTargets(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, found := range regexp.MustCompile(`(?m)^([a-z]+):(?:[^=]|$)`).FindAllStringSubmatch(read(t, root+"/Makefile"), -1) {
		names[found[1]] = true
	}
	return names
}

// flagNames returns the flags of all commands.
func flagNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, command := range parserOf(t).Model.Leaves(true) {
		for _, flags := range command.AllFlags(true) {
			for _, flag := range flags {
				names[flag.Name] = true
			}
		}
	}
	return names
}

func parserOf(t *testing.T) *kong.Kong {
	t.Helper()
	var out bytes.Buffer
	parsed, err := parse([]string{"version"}, &out, &out)
	if err != nil {
		t.Fatal(err, out.String())
	}
	return parsed.Kong
}

// Every command and every topic can be asked for, and a name of both says so.
func TestHelpShowsEveryTopicAndCommand(t *testing.T) {
	t.Parallel()
	app := parserOf(t)
	names := map[string]bool{}
	for _, name := range slices.Concat(topicNames(), commandNames(app)) {
		names[name] = true
	}
	for name := range maps.Keys(names) {
		var out bytes.Buffer
		if code := run(t.Context(), []string{"help", name}, nil, &out, &out); code != exitMatched {
			t.Errorf("help %s: exit code %d\n%s", name, code, out.String())
		}
		text, isTopic := topicText(name)
		if !strings.HasPrefix(out.String(), text) || !isTopic && !strings.HasPrefix(out.String(), "Usage: loanmap "+name) {
			t.Errorf("help %s shows\n%s", name, out.String())
		}
		both := isTopic && slices.Contains(commandNames(app), name)
		if flags := "\nFlags: loanmap " + name + " --help\n" + linksHelp; strings.HasSuffix(out.String(), flags) != both {
			t.Errorf("help %s ends with %q", name, out.String()[max(0, out.Len()-80):])
		}
	}
}
