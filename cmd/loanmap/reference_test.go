package main

import (
	"bytes"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// helpPrinted returns what `loanmap help` prints of words.
func helpPrinted(t *testing.T, words ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(t.Context(), append([]string{"help"}, words...), nil, &out, &errs); code != exitMatched {
		t.Fatalf("help %q: exit code %d\n%s", words, code, errs.String())
	}
	return out.String()
}

// The reference and the manual pages have every command, argument, flag and variable,
// with the whole help of each.
func TestReferenceIsWhole(t *testing.T) {
	t.Parallel()
	app := parserOf(t)
	main := shownPlain(helpPrinted(t, "--man"))
	inReference := shownPlain(helpPrinted(t, referenceTopic))
	for _, command := range app.Model.Leaves(true) {
		page := shownPlain(helpPrinted(t, "--man", command.Name))
		expectText(t, main, command.Name+" "+command.Help)
		expectText(t, main, "loanmap-"+command.Name+"(1)")
		expectText(t, page, "loanmap "+command.Name)
		for _, text := range []string{command.Help, command.Detail} {
			expectText(t, page, text)
			expectText(t, inReference, text)
		}
		for _, argument := range command.Positional {
			expectText(t, page, argument.Name+" "+argument.Help)
			expectText(t, inReference, argument.Name+": "+argument.Help)
		}
		for _, flag := range command.Flags {
			expectFlag(t, flag, page, inReference, main)
		}
	}
}

func expectFlag(t *testing.T, flag *kong.Flag, page, inReference, main string) {
	t.Helper()
	expectText(t, page, flag.String()+" "+flag.Help)
	expectText(t, inReference, flag.String()+": "+flag.Help)
	for _, value := range listed(flag.Value) {
		expectText(t, page, value)
	}
	for _, variable := range flag.Envs {
		expectText(t, page, "Environment: "+variable+".")
		expectText(t, main, variable)
	}
}

func expectText(t *testing.T, page, text string) {
	t.Helper()
	if !strings.Contains(page, shownPlain(text)) {
		t.Errorf("a page does not have %q", text)
	}
}

// shownPlain returns the text of a page without marks and line breaks.
func shownPlain(page string) string {
	page = regexp.MustCompile(`(?m)^\.BR (\S+) (\S+)$`).ReplaceAllString(page, "$1$2")
	page = regexp.MustCompile(`(?m)^\.\S* ?`).ReplaceAllString(page, "")
	page = strings.NewReplacer(`\-`, "-", `\e`, `\`, `\(dq`, `"`, `\(aq`, "'", `\(ga`, "`", `\(ti`, "~", `\(ha`, "^", `\&`, "", `\[u2026]`, "…", "`", "", "**", "").Replace(page)
	return strings.Join(strings.Fields(page), " ")
}

func TestReferenceFitsATerminal(t *testing.T) {
	t.Parallel()
	text := helpPrinted(t, referenceTopic)
	if !strings.HasPrefix(text, "# Every command and flag\n") || !strings.Contains(helpPrinted(t), "  "+referenceTopic+" ") {
		t.Errorf("it begins with %q, or is not listed", text[:40])
	}
	for line := range strings.Lines(text) {
		if len([]rune(line)) > 81 {
			t.Errorf("too long: %s", line)
		}
	}
}

// man shows every page without a complaint.
func TestManualPagesAreWhole(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("mandoc"); err != nil {
		t.Skip(err)
	}
	for _, name := range slices.Concat([]string{""}, commandNames(parserOf(t))) {
		lint := exec.CommandContext(t.Context(), "mandoc", "-Tlint", "-Wwarning")
		lint.Stdin = strings.NewReader(helpPrinted(t, strings.Fields("--man "+name)...))
		out, _ := lint.CombinedOutput()
		for problem := range strings.Lines(string(out)) {
			if !strings.Contains(problem, "missing date") { // a release has one
				t.Errorf("%s: %s", name, problem)
			}
		}
	}
}

// GoReleaser and make dist pack the same, and the cask has every manual page.
func TestPackagesAreTheSame(t *testing.T) {
	t.Parallel()
	release, own := read(t, root+"/.goreleaser.yaml"), read(t, root+"/.ci/dist/nfpm.yaml")
	places := func(text string) []string {
		var found []string
		for _, place := range regexp.MustCompile(`dst: (/usr/[^,}]+)`).FindAllStringSubmatch(text, -1) {
			found = append(found, place[1])
		}
		slices.Sort(found)
		return found
	}
	// GoReleaser adds the program itself.
	if want, got := append([]string{"/usr/bin/loanmap"}, places(release)...), places(own); !slices.Equal(got, want) || len(got) < 10 {
		t.Errorf("make dist packs %q, and GoReleaser %q", got, want)
	}
	for _, command := range parserOf(t).Model.Leaves(true) {
		if page := "man/" + manualName(command) + ".1"; !strings.Contains(release, page) {
			t.Errorf("the cask has no %s", page)
		}
	}
}

// What roff takes for a request, an escape or another sign is shown as it is.
func TestRoffShowsTextUnchanged(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		".csv or 'x'": `\&.csv or \(aqx\(aq`, "a\n.b": "a\n\\&.b", `\,`: `\e,`, "--by": `\-\-by`, "A, …": `A, \[u2026]`, "😀": `\[u1F600]`,
	} {
		if got := roff(text); got != want {
			t.Errorf("%q: %s, not %s", text, got, want)
		}
	}
}

func TestNoManualOfWhatIsNoCommand(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	code := run(t.Context(), []string{"help", "--man", "resolvee"}, nil, &out, &errs)
	if code != exitUsage || out.Len() > 0 || !strings.Contains(errs.String(), `there is no command "resolvee"`) || !strings.Contains(errs.String(), `did you mean "resolve"`) {
		t.Errorf("exit code %d\n%s", code, errs.String())
	}
}
