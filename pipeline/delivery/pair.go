package delivery

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/question"
)

// Pair is a report and the output of the same run. Output is empty where none is known; a
// workbook may be both.
type Pair struct{ Report, Output string }

// PairOf takes the path of a report or of an output, and finds the other file by its name:
// a run names both after its input. It returns a *question.UsageError if the file is
// neither, or if the report of an output is not found.
func PairOf(path string) (Pair, error) {
	header, err := headerOf(path, "")
	if err != nil {
		return Pair{}, err
	}
	stem := strings.TrimSuffix(strings.TrimSuffix(withoutEnding(path), resolvedStem), errorsStem)
	switch {
	case isReport(header):
		outputs := existing(path, isOutput, stem+resolvedStem, stem)
		if len(outputs) == 1 {
			return Pair{path, outputs[0]}, nil
		}
		return Pair{Report: path}, nil
	case !isOutput(header):
		return Pair{}, question.Usage(path+" is neither the report nor the output of a run",
			fmt.Sprintf("a report has the columns %s and %s, and an output %s", answer.LineColumn, answer.CodeColumn, answer.StatusColumn))
	}
	reports := existing(path, isReport, stem+errorsStem)
	if own, err := headerOf(path, errorsSheet); isBook(path) && err == nil && isReport(own) {
		reports = append(reports, path)
	}
	if len(reports) != 1 {
		return Pair{}, question.Usage(
			fmt.Sprintf("which report belongs to %s is not certain: %d files may be it", path, len(reports)),
			fmt.Sprintf("give the report, with --into %s", path),
		)
	}
	return Pair{reports[0], path}, nil
}

// errorsStem is what a default report has in its name.
const errorsStem = ".errors"

// headerOf reads the header of a sheet.
func headerOf(path, name string) ([]string, error) {
	reader, err := sheet.Open(path, sheet.Options{Sheet: name, KnownHeaders: []string{answer.StatusColumn, question.FallbackPrefix + answer.StatusColumn, answer.LineColumn}})
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	return reader.Header(), nil
}

func isReport(header []string) bool { return question.ReportColumns(header) != nil }

func isOutput(header []string) bool { return len(question.OutputPrefixes(header)) > 0 }

// existing returns the files, except path, that are named like one of stems with any ending
// of a sheet, and whose header is as it should be.
func existing(path string, is func(header []string) bool, stems ...string) []string {
	var found []string
	for _, stem := range stems {
		for _, ending := range []string{".csv", ".xlsx", ".tsv", ".txt"} {
			file := stem + ending
			if same(file, path) || !Exists(file) || slices.Contains(found, file) {
				continue
			}
			if header, err := headerOf(filepath.Clean(file), ""); err == nil && is(header) {
				found = append(found, file)
			}
		}
	}
	return found
}
