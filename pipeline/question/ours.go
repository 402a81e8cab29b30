package question

import (
	"fmt"
	"slices"

	"loanmap/pipeline/answer"
)

// FallbackPrefix begins the names of our columns where the input has a column of
// its own by one of these names.
const FallbackPrefix = "loanpro_"

// Ours says where an input holds columns of an earlier run of loanmap, because it
// is an output or a report. Columns are -1 where there is none.
type Ours struct {
	Prefix  string // of the columns of the new output
	Dropped []int  // columns of the earlier run, which the new output replaces
	Mark    int    // where the earlier run said that a spreadsheet has damaged the row
	RowKeys int    // the keys that rows have from the earlier run
	Choose  int    // where a person has written the system ID of the right record
	// Of a report with a column choose: where it shows the candidates of a row, and
	// its code.
	Candidates, Code int
}

// findOurs finds the columns of an earlier run in header, and decides on the
// prefix of the columns that are added now: the given one, or else none unless the
// input has a column of its own by one of their names.
func findOurs(header []string, prefix string, added []answer.Column) (Ours, error) {
	o := Ours{Mark: slices.Index(header, answer.CodeColumn), RowKeys: -1, Choose: -1, Candidates: -1, Code: -1}
	reported := ReportColumns(header)
	if reported != nil {
		o.Choose, o.RowKeys = slices.Index(header, answer.ChooseColumn), slices.Index(header, answer.KeyColumn)
	}
	if o.Choose >= 0 {
		o.Candidates, o.Code = slices.Index(header, answer.CandidatesColumn), o.Mark
	}
	prefixes := []string{prefix}
	if prefix == "" {
		prefixes = []string{"", FallbackPrefix}
	}
	for _, o.Prefix = range prefixes {
		replaced := Block(header, o.Prefix, answer.Names(answer.AnswerColumns))
		if replaced == nil && !within(Present(header, o.Prefix, answer.Names(added)), reported) {
			continue
		}
		if replaced != nil {
			o.Mark, o.RowKeys = slices.Index(header, o.Prefix+answer.ReasonsColumn), slices.Index(header, o.Prefix+answer.KeyColumn)
			replaced = Present(header, o.Prefix, answer.AllColumns())
		}
		o.Dropped = append(replaced, reported...)
		return o, nil
	}
	return Ours{}, HeaderError(
		fmt.Sprintf("the input has columns with the names of the columns to be added (%s…)", o.Prefix+answer.StatusColumn),
		"give the added columns a prefix, such as --prefix found_",
	)
}

// ReportColumns returns where the columns of a report are, some of which a person
// may have deleted; nil: the input is not a report.
func ReportColumns(header []string) []int {
	if Block(header, "", []string{answer.LineColumn, answer.CodeColumn}) == nil {
		return nil
	}
	return Present(header, "", answer.Names(answer.ReportColumns))
}

// within reports whether all columns are among others.
func within(columns, others []int) bool {
	return !slices.ContainsFunc(columns, func(column int) bool { return !slices.Contains(others, column) })
}

// Block returns where all of names, with prefix, are in header, or nil if one
// of them is missing.
func Block(header []string, prefix string, names []string) []int {
	found := Present(header, prefix, names)
	if len(found) < len(names) {
		return nil
	}
	return found
}

// Present returns where names, with prefix, are in header.
func Present(header []string, prefix string, names []string) []int {
	var found []int
	for _, name := range names {
		if i := slices.Index(header, prefix+name); i >= 0 {
			found = append(found, i)
		}
	}
	return found
}
