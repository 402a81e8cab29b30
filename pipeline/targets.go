package pipeline

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"loanmap/io/sheet"
)

// TargetError is a set of files that cannot be written as asked.
type TargetError struct{ Problem, Hint string }

func (e *TargetError) Error() string { return e.Problem }

// Advice returns what the person can do about it.
func (e *TargetError) Advice() string { return e.Hint }

// checkedTargets returns where the files of a run go, if they may.
func (j *Job) checkedTargets(kind sheet.Kind) (targets, error) {
	if j.Into != nil {
		t := j.intoTargets()
		return t, t.checkInto(j.Input, j.Force)
	}
	t := j.targets(kind)
	if err := t.check(j.Input, j.Force); err != nil || j.Reconcile == nil {
		return t, err
	}
	return t, t.spare(j.Reconcile.Against)
}

// targets is where the files of a run go.
type targets struct{ output, report, summary, ready, changes string }

// targets gives the files that were not named their names: the output is named
// after the input, and the other files after the output.
func (j *Job) targets(kind sheet.Kind) targets {
	input := j.Input
	if input == "-" {
		input = "stdin"
	}
	output := cmp.Or(j.Output, withoutEnding(input)+resolvedStem+j.ending(kind))
	stem := withoutEnding(input)
	if output != "-" {
		stem = strings.TrimSuffix(withoutEnding(output), resolvedStem)
	}
	changes := ""
	if j.Reconcile != nil {
		changes = cmp.Or(j.Reconcile.Changes, stem+".changes.csv")
	}
	return targets{
		output:  output,
		report:  cmp.Or(j.Errors, stem+".errors.csv"),
		summary: cmp.Or(j.Summary, stem+".summary.json"),
		ready:   j.ImportReady,
		changes: changes,
	}
}

// resolvedStem is what a default output has in its name that its input and its
// report have not.
const resolvedStem = ".resolved"

// ending is what the name of a default output ends in.
func (j *Job) ending(kind sheet.Kind) string {
	if own := strings.ToLower(filepath.Ext(j.Input)); kind == sheet.CSV && (own == ".tsv" || own == ".txt") {
		return own
	}
	return "." + string(kind)
}

func withoutEnding(path string) string { return strings.TrimSuffix(path, filepath.Ext(path)) }

// check refuses to replace the input, a file twice, or, unless forced, any file.
func (t targets) check(input string, force bool) error {
	if t.report == "-" || t.summary == "-" || t.ready == "-" || t.changes == "-" {
		return &TargetError{Problem: "only the output can go to standard output", Hint: "give the other files a name"}
	}
	if t.ready != "" {
		if !strings.EqualFold(filepath.Ext(t.ready), ".csv") {
			return &TargetError{Problem: "LoanPro's import takes CSV, and " + t.ready + " is not named so", Hint: "let the name of --import-ready end in .csv"}
		}
	}
	files, left := t.all(), leftOver(t.summary)
	for i, file := range files {
		if same(file, input) {
			return &TargetError{
				Problem: fmt.Sprintf("writing %s would replace the input", file),
				Hint:    "give it another name, with " + t.flags(),
			}
		}
		for _, other := range files[:i] {
			if same(file, other) {
				return &TargetError{
					Problem: fmt.Sprintf("%s is named for two files", file),
					Hint:    "give each a name of its own, with " + t.flags(),
				}
			}
		}
		if exists(file) && !force && !left[file] {
			return &TargetError{
				Problem: fmt.Sprintf("%s exists already", file),
				Hint:    "write elsewhere with " + t.flags() + ", or replace it with --force",
			}
		}
	}
	return nil
}

// flags are what gives the files other names.
func (t targets) flags() string {
	if t.changes != "" {
		return "-o, --errors, --summary, --import-ready or --changes"
	}
	return "-o, --errors, --summary or --import-ready"
}

// spare refuses to replace the previous output, even if forced: where LoanPro did
// not answer for a row, it alone knows what was found before.
func (t targets) spare(previous string) error {
	for _, file := range []string{t.output, t.report, t.summary, t.ready, t.changes} {
		if previous != "" && file != "" && same(file, previous) {
			return &TargetError{
				Problem: fmt.Sprintf("writing %s would replace what it is compared with", file),
				Hint:    "give it another name, with " + t.flags() + ", and rename it when the run has ended with code 0 or 3",
			}
		}
	}
	return nil
}

// all lists the files.
func (t targets) all() []string {
	files := []string{t.output, t.report, t.summary}
	for _, file := range []string{t.ready, t.changes} {
		if file != "" {
			files = append(files, file)
		}
	}
	return files
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return path != "-" && err == nil
}

// same reports whether two paths name one file, by whatever links.
func same(a, b string) bool {
	if a == "-" || b == "-" {
		return false
	}
	if filepath.Clean(a) == filepath.Clean(b) {
		return true
	}
	statA, errA := os.Stat(a)
	statB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(statA, statB)
}
