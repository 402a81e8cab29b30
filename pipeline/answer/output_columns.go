package answer

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"loanmap/pipeline/match"
)

// Row is a row with its outcome, as the tables of columns read it.
type Row struct {
	*Outcome
	Line int    // in the input
	Key  string // names the open row in output and report; empty: the row has none
	Page string // address of a record's page, with places for its IDs
	// What is what the rows hold, and notFound the advice on a record that is not
	// found, in the words of that kind of ID.
	What     string
	NotFound Advice
	ShowsWhy bool // the message of the report ends with the reasons
}

// Column is one row of a table of columns.
type Column struct {
	Name  string
	Value func(*Row) string
}

// Names of columns that are looked for in a header.
const (
	StatusColumn     = "match_status"
	LoanColumn       = "loan_id"
	CustomerColumn   = "customer_id"
	ConfidenceColumn = "match_confidence"
	ReasonsColumn    = "match_reasons"
	ArchivedColumn   = "loan_archived"
	KeyColumn        = "error_key"
	LineColumn       = "error_row"
	CodeColumn       = "error_code"
	CandidatesColumn = "error_candidates"
	ChooseColumn     = "choose"
)

// The tables of the columns that an output has in addition to the input's own.
var (
	// AnswerColumns are in every output. A header that holds all of them is that of
	// an output of loanmap.
	AnswerColumns = []Column{
		{StatusColumn, func(row *Row) string { return string(row.Status()) }},
		{CustomerColumn, func(row *Row) string { return IDText(row.Found.Customer) }},
		{"matched_value", func(row *Row) string { return row.Found.Value }},
		{ConfidenceColumn, func(row *Row) string { return string(row.Verdict().Confidence) }},
		{ReasonsColumn, func(row *Row) string { return ReasonsInWords(row.Verdict().Reasons) }},
		{"candidates", func(row *Row) string { return CandidatesText(row.Details().Candidates) }},
	}
	// loanID and loanColumns are in the output of a run that looks for loans: loanID after
	// the status, loanColumns after the rest. Earlier versions wrote loanID for customers,
	// too.
	loanID      = Column{LoanColumn, func(row *Row) string { return IDText(row.Found.Loan) }}
	loanColumns = []Column{
		{"other_customer_ids", func(row *Row) string { return joined(row.Details().Others, ";", IDText) }},
		{"loan_status", func(row *Row) string { return row.Verdict().LoanStatus }},
		{ArchivedColumn, (*Row).archivedText},
	}
	// pageColumns are in the output of a run with a template of page addresses.
	pageColumns = []Column{{"page_url", (*Row).pageText}}
	// keyColumns come last in every output.
	keyColumns = []Column{{KeyColumn, func(row *Row) string { return row.Key }}}
)

// ReportColumns is the table of the columns that the error report has in addition
// to the input's own. A person writes the system ID of a record into the last one.
var ReportColumns = []Column{
	{LineColumn, func(row *Row) string { return strconv.Itoa(row.Line) }},
	{CodeColumn, func(row *Row) string { return string(row.Code()) }},
	{"error_message", (*Row).messageText},
	{"error_hint", func(row *Row) string { return row.advice().Hint }},
	{CandidatesColumn, func(row *Row) string { return CandidatesText(row.Details().Candidates) }},
	{KeyColumn, func(row *Row) string { return row.Key }},
	{ChooseColumn, func(*Row) string { return "" }},
}

// OutputColumns returns the columns that an output adds.
func OutputColumns(loans, pages bool) []Column {
	columns := slices.Clone(AnswerColumns)
	if loans {
		columns = append(slices.Insert(columns, 1, loanID), loanColumns...)
	}
	if pages {
		columns = append(columns, pageColumns...)
	}
	return append(columns, keyColumns...)
}

// AllColumns returns the names of all columns that an output may add.
func AllColumns() []string { return Names(OutputColumns(true, true)) }

// Names returns the names of columns.
func Names(columns []Column) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names
}

// AppendValues adds the values of columns to cells.
func AppendValues(cells []string, columns []Column, row *Row) []string {
	for _, c := range columns {
		cells = append(cells, c.Value(row))
	}
	return cells
}

func (row *Row) archivedText() string {
	if row.Found.Loan == 0 {
		return ""
	}
	return strconv.FormatBool(row.Verdict().Archived)
}

// pageText is the address of the page of the record that was found.
func (row *Row) pageText() string {
	if row.Page == "" || row.Status() != match.Matched {
		return ""
	}
	page := strings.ReplaceAll(row.Page, "{loan_id}", IDText(row.Found.Loan))
	return strings.ReplaceAll(page, "{customer_id}", IDText(row.Found.Customer))
}

func (row *Row) advice() Advice {
	if row.Code() == match.CodeNotFound {
		return row.NotFound.about(row.What)
	}
	return AdviceOn(row.Code(), row.What)
}

func (row *Row) messageText() string {
	message := row.advice().Message
	if reasons := ReasonsInWords(row.Verdict().Reasons); row.ShowsWhy && reasons != "" {
		message += " (" + reasons + ")"
	}
	return cmp.Or(row.Details().Message, message)
}
