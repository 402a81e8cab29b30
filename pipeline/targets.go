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

// targets is where the files of a run go.
type targets struct{ output, report, summary, ready string }

// targets gives the files that were not named their names: the output beside
// the input, and what is written about it beside the output.
func (j *Job) targets(kind sheet.Kind) targets {
	input := j.Input
	if input == "-" {
		input = "stdin"
	}
	stem := strings.TrimSuffix(input, filepath.Ext(input))
	ending := "." + string(kind)
	if own := strings.ToLower(filepath.Ext(input)); kind == sheet.CSV && (own == ".tsv" || own == ".txt") {
		ending = own
	}
	output := cmp.Or(j.Output, stem+".resolved"+ending)
	if output != "-" {
		stem = filepath.Join(filepath.Dir(output), filepath.Base(stem))
	}
	return targets{
		output:  output,
		report:  cmp.Or(j.Errors, stem+".errors.csv"),
		summary: cmp.Or(j.Summary, stem+".summary.json"),
		ready:   j.ImportReady,
	}
}

// check refuses to replace the input, a file twice, or, unless forced, any file.
func (t targets) check(input string, force bool) error {
	if t.report == "-" || t.summary == "-" || t.ready == "-" {
		return &TargetError{Problem: "only the output can go to standard output", Hint: "give --errors, --summary and --import-ready a file"}
	}
	files := []string{t.output, t.report, t.summary}
	if t.ready != "" {
		if !strings.EqualFold(filepath.Ext(t.ready), ".csv") {
			return &TargetError{Problem: "LoanPro's import takes CSV, and " + t.ready + " is not named so", Hint: "let the name of --import-ready end in .csv"}
		}
		files = append(files, t.ready)
	}
	for i, file := range files {
		if same(file, input) {
			return &TargetError{
				Problem: fmt.Sprintf("writing %s would replace the input", file),
				Hint:    "give it another name, with -o, --errors, --summary or --import-ready",
			}
		}
		for _, other := range files[:i] {
			if same(file, other) {
				return &TargetError{
					Problem: fmt.Sprintf("%s is named for two files", file),
					Hint:    "give -o, --errors, --summary and --import-ready different names",
				}
			}
		}
		if exists(file) && !force {
			return &TargetError{
				Problem: fmt.Sprintf("%s exists already", file),
				Hint:    "write elsewhere with -o, --errors, --summary or --import-ready, or replace it with --force",
			}
		}
	}
	return nil
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
