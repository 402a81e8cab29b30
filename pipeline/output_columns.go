package pipeline

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"loanmap/pipeline/match"
)

// answered is a row with its outcome, as the tables of columns read it.
type answered struct {
	*outcome
	line int    // in the input
	key  string // names the open row in output and report; empty: the row has none
	page string // address of a record's page, with places for its IDs
	// what is what the rows hold, and notFound the advice on a record that is not
	// found, in the words of that kind of ID.
	what     string
	notFound advice
	showsWhy bool // the message of the report ends with the reasons
}

// column is one row of a table of columns.
type column struct {
	name  string
	value func(*answered) string
}

// Names of columns that are looked for in a header.
const (
	statusColumn     = "match_status"
	loanColumn       = "loan_id"
	customerColumn   = "customer_id"
	confidenceColumn = "match_confidence"
	reasonsColumn    = "match_reasons"
	archivedColumn   = "loan_archived"
	keyColumn        = "error_key"
	lineColumn       = "error_row"
	codeColumn       = "error_code"
	candidatesColumn = "error_candidates"
	chooseColumn     = "choose"
)

// The tables of the columns that an output has in addition to the input's own.
var (
	// answerColumns are in every output. A header that holds all of them is that of
	// an output of loanmap.
	answerColumns = []column{
		{statusColumn, func(row *answered) string { return string(row.status()) }},
		{loanColumn, func(row *answered) string { return idText(row.found.loan) }},
		{customerColumn, func(row *answered) string { return idText(row.found.customer) }},
		{"matched_value", func(row *answered) string { return row.found.value }},
		{confidenceColumn, func(row *answered) string { return string(row.verdict().confidence) }},
		{reasonsColumn, func(row *answered) string { return row.verdict().reasons }},
		{"candidates", func(row *answered) string { return candidatesText(row.details().candidates) }},
	}
	// loanColumns are in the output of a run that looks for loans.
	loanColumns = []column{
		{"other_customer_ids", func(row *answered) string { return joined(row.details().others, idText) }},
		{"loan_status", func(row *answered) string { return row.verdict().loanStatus }},
		{archivedColumn, (*answered).archivedText},
	}
	// pageColumns are in the output of a run with a template of page addresses.
	pageColumns = []column{{"page_url", (*answered).pageText}}
	// keyColumns come last in every output.
	keyColumns = []column{{keyColumn, func(row *answered) string { return row.key }}}
)

// reportColumns is the table of the columns that the error report has in addition
// to the input's own. A person writes the system ID of a record into the last one.
var reportColumns = []column{
	{lineColumn, func(row *answered) string { return strconv.Itoa(row.line) }},
	{codeColumn, func(row *answered) string { return string(row.code()) }},
	{"error_message", (*answered).messageText},
	{"error_hint", func(row *answered) string { return row.advice().hint }},
	{candidatesColumn, func(row *answered) string { return candidatesText(row.details().candidates) }},
	{keyColumn, func(row *answered) string { return row.key }},
	{chooseColumn, func(*answered) string { return "" }},
}

// outputColumnsFor returns the columns that an output adds.
func outputColumnsFor(loans, pages bool) []column {
	columns := slices.Clone(answerColumns)
	if loans {
		columns = append(columns, loanColumns...)
	}
	if pages {
		columns = append(columns, pageColumns...)
	}
	return append(columns, keyColumns...)
}

// allColumns returns the names of all columns that an output may add.
func allColumns() []string { return namesOf(outputColumnsFor(true, true)) }

// namesOf returns the names of columns.
func namesOf(columns []column) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	return names
}

// appendValues adds the values of columns to cells.
func appendValues(cells []string, columns []column, row *answered) []string {
	for _, c := range columns {
		cells = append(cells, c.value(row))
	}
	return cells
}

func (row *answered) archivedText() string {
	if row.found.loan == 0 {
		return ""
	}
	return strconv.FormatBool(row.verdict().archived)
}

// pageText is the address of the page of the record that was found.
func (row *answered) pageText() string {
	if row.page == "" || row.status() != match.Matched {
		return ""
	}
	page := strings.ReplaceAll(row.page, "{loan_id}", idText(row.found.loan))
	return strings.ReplaceAll(page, "{customer_id}", idText(row.found.customer))
}

func (row *answered) advice() advice {
	if row.code() == match.CodeNotFound {
		return row.notFound.about(row.what)
	}
	return adviceOn(row.code(), row.what)
}

func (row *answered) messageText() string {
	message := row.advice().message
	if reasons := row.verdict().reasons; row.showsWhy && reasons != "" {
		message += " (" + reasons + ")"
	}
	return cmp.Or(row.details().message, message)
}
