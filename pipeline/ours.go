package pipeline

import (
	"fmt"
	"slices"

	"loanmap/pipeline/answer"
)

// fallbackPrefix begins the names of our columns where the input has a column of
// its own by one of these names.
const fallbackPrefix = "loanpro_"

// ours says where an input holds columns of an earlier run of loanmap, because it
// is an output or a report. Columns are -1 where there is none.
type ours struct {
	prefix  string // of the columns of the new output
	dropped []int  // columns of the earlier run, which the new output replaces
	mark    int    // where the earlier run said that a spreadsheet has damaged the row
	rowKeys int    // the keys that rows have from the earlier run
	choose  int    // where a person has written the system ID of the right record
	// Of a report with a column choose: where it shows the candidates of a row, and
	// its code.
	candidates, code int
}

// findOurs finds the columns of an earlier run in header, and decides on the
// prefix of the columns that are added now: the given one, or else none unless the
// input has a column of its own by one of their names.
func findOurs(header []string, prefix string, added []answer.Column) (ours, error) {
	o := ours{mark: slices.Index(header, answer.CodeColumn), rowKeys: -1, choose: -1, candidates: -1, code: -1}
	reported := reportColumnsIn(header)
	if reported != nil {
		o.choose, o.rowKeys = slices.Index(header, answer.ChooseColumn), slices.Index(header, answer.KeyColumn)
	}
	if o.choose >= 0 {
		o.candidates, o.code = slices.Index(header, answer.CandidatesColumn), o.mark
	}
	prefixes := []string{prefix}
	if prefix == "" {
		prefixes = []string{"", fallbackPrefix}
	}
	for _, o.prefix = range prefixes {
		replaced := block(header, o.prefix, answer.Names(answer.AnswerColumns))
		if replaced == nil && !within(present(header, o.prefix, answer.Names(added)), reported) {
			continue
		}
		if replaced != nil {
			o.mark, o.rowKeys = slices.Index(header, o.prefix+answer.ReasonsColumn), slices.Index(header, o.prefix+answer.KeyColumn)
			replaced = present(header, o.prefix, answer.AllColumns())
		}
		o.dropped = append(replaced, reported...)
		return o, nil
	}
	return ours{}, headerError(
		fmt.Sprintf("the input has columns of its own named like those of the output (%s…)", o.prefix+answer.StatusColumn),
		"set them apart with --prefix, such as --prefix found_",
	)
}

// reportColumnsIn returns where the columns of a report are, some of which a person
// may have deleted; nil: the input is not a report.
func reportColumnsIn(header []string) []int {
	if block(header, "", []string{answer.LineColumn, answer.CodeColumn}) == nil {
		return nil
	}
	return present(header, "", answer.Names(answer.ReportColumns))
}

// within reports whether all columns are among others.
func within(columns, others []int) bool {
	return !slices.ContainsFunc(columns, func(column int) bool { return !slices.Contains(others, column) })
}

// block returns where all of names, with prefix, are in header, or nil if one
// of them is missing.
func block(header []string, prefix string, names []string) []int {
	found := present(header, prefix, names)
	if len(found) < len(names) {
		return nil
	}
	return found
}

// present returns where names, with prefix, are in header.
func present(header []string, prefix string, names []string) []int {
	var found []int
	for _, name := range names {
		if i := slices.Index(header, prefix+name); i >= 0 {
			found = append(found, i)
		}
	}
	return found
}
