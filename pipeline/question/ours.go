package question

import (
	"fmt"
	"slices"
	"strings"

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
		block := OutputBlock(header, o.Prefix)
		o.Dropped = slices.Concat(block, reported)
		if !within(Present(header, o.Prefix, reserved(block, added)), o.Dropped) {
			continue
		}
		if block != nil {
			o.Mark, o.RowKeys = slices.Index(header, o.Prefix+answer.ReasonsColumn), slices.Index(header, o.Prefix+answer.KeyColumn)
		}
		return o, nil
	}
	return Ours{}, HeaderError(
		fmt.Sprintf("the input has columns with the names of the columns to be added (%s…)", o.Prefix+answer.StatusColumn),
		"give the added columns a prefix, such as --prefix found_",
	)
}

// reserved returns the names that no column of the user's own may have: those of the
// columns that are added now. In a sheet without a block of ours it is all of our names, so
// that no later run takes a column of the user's for one of ours.
func reserved(block []int, added []answer.Column) []string {
	if block == nil {
		return answer.AllColumns()
	}
	return answer.Names(added)
}

// ReportColumns returns where the columns of a report are, some of which a person
// may have deleted; nil: the input is not a report.
func ReportColumns(header []string) []int {
	if allPresent(header, "", []string{answer.LineColumn, answer.CodeColumn}) == nil {
		return nil
	}
	return Present(header, "", answer.ReportNames())
}

// OutputBlock returns where the columns of an output are that begin with prefix, in the
// order of the tables of columns; nil: the header is of no such output.
func OutputBlock(header []string, prefix string) []int {
	if allPresent(header, prefix, answer.Names(answer.AnswerColumns)) == nil {
		return nil
	}
	return Present(header, prefix, OutputNames(header, prefix))
}

// OutputPrefixes returns the prefixes of the outputs of which header holds the columns.
func OutputPrefixes(header []string) []string {
	var prefixes []string
	for _, name := range header {
		if prefix, ok := strings.CutSuffix(name, answer.StatusColumn); ok && OutputBlock(header, prefix) != nil {
			prefixes = append(prefixes, prefix)
		}
	}
	return prefixes
}

// OutputNames returns the names, without prefix, of the columns that are the output's own
// in its header, if they are there.
func OutputNames(header []string, prefix string) []string {
	names := answer.AllColumns()
	if hasLoanID(header, prefix) {
		return names
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == answer.LoanColumn })
}

// hasLoanID reports whether a column of loan IDs in the header of an output is one of
// the output's. Outputs of customers have such a column only from earlier versions, between
// the status and the customer IDs; elsewhere it is a column that the user has added.
func hasLoanID(header []string, prefix string) bool {
	place := func(name string) int { return slices.Index(header, prefix+name) }
	at, customer := place(answer.LoanColumn), place(answer.CustomerColumn)
	ofLoans := place(answer.ArchivedColumn) >= 0 || customer < 0
	return at >= 0 && (ofLoans || at == place(answer.StatusColumn)+1 || at == customer-1)
}

// within reports whether all columns are among others.
func within(columns, others []int) bool {
	return !slices.ContainsFunc(columns, func(column int) bool { return !slices.Contains(others, column) })
}

// allPresent returns where all of names, with prefix, are in header, or nil if one
// of them is missing.
func allPresent(header []string, prefix string, names []string) []int {
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
