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
	OfLoans  bool // candidates are loans, not customers
	MadeUp   bool // it comes from the sandbox
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
	ProposedColumn   = "candidates"
	PageColumn       = "page_url"
	MessageColumn    = "error_message"
	HintColumn       = "error_hint"
	madeUpName       = "made_up_ids"
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
		{ProposedColumn, func(row *Row) string { return CandidatesText(row.Details().Candidates) }},
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
	pageColumns = []Column{{PageColumn, (*Row).pageText}}
	// madeUpColumns are in a workbook with what the sandbox has answered.
	madeUpColumns = []Column{{madeUpName, (*Row).madeUpText}}
	// keyColumns come last in every output.
	keyColumns = []Column{keyColumn}
)

// The columns that the error report has in addition to the input's own. A person writes
// the system ID of a record into choose.
var (
	rowColumn     = Column{LineColumn, func(row *Row) string { return strconv.Itoa(row.Line) }}
	codeColumn    = Column{CodeColumn, func(row *Row) string { return string(row.Code()) }}
	messageColumn = Column{MessageColumn, (*Row).messageText}
	hintColumn    = Column{HintColumn, func(row *Row) string { return row.advice().Hint }}
	chooseColumn  = Column{ChooseColumn, func(*Row) string { return "" }}
	keyColumn     = Column{KeyColumn, func(row *Row) string { return row.Key }}
	inOneLine     = Column{CandidatesColumn, func(row *Row) string { return CandidatesInFull(row.Details().Candidates, "; ") }}
	inLines       = Column{CandidatesColumn, func(row *Row) string { return CandidatesInFull(row.Details().Candidates, ";\n") }}
	pagesColumn   = Column{"error_pages", (*Row).pagesText}
	reportMadeUp  = Column{"error_" + madeUpName, (*Row).madeUpText}
)

// ReportColumns returns the columns that a report adds that is a text file; pages: with
// the addresses of the candidates' pages.
func ReportColumns(pages bool) []Column {
	columns := []Column{rowColumn, codeColumn, messageColumn, hintColumn, inOneLine}
	if pages {
		columns = append(columns, pagesColumn)
	}
	return append(columns, keyColumn, chooseColumn)
}

// ReviewColumns returns the columns that a report adds that is a workbook: those by which a
// person decides, and those that come last; madeUp: with one that says that the IDs are
// made up.
func ReviewColumns(madeUp bool) (first, last []Column) {
	first = append([]Column{chooseColumn, inLines}, candidateColumns()...)
	last = []Column{rowColumn, codeColumn, keyColumn}
	if madeUp {
		last = append(last, reportMadeUp)
	}
	return append(first, messageColumn, hintColumn), last
}

// OfferedColumns returns the names of the first and the last of the columns of a workbook
// that hold one candidate each.
func OfferedColumns() (first, last string) {
	columns := candidateColumns()
	return columns[0].Name, columns[len(columns)-1].Name
}

// candidateColumns hold the system ID of one candidate each. A row may have one more than
// are proposed: a person's own choice.
func candidateColumns() []Column {
	var columns []Column
	for i := range MaxCandidates + 1 {
		columns = append(columns, Column{"candidate_" + strconv.Itoa(i+1), func(row *Row) string {
			if list := row.Details().Candidates; i < len(list) {
				return IDText(list[i].ID)
			}
			return ""
		}})
	}
	return columns
}

// ReportNames returns the names of all columns that a report may add.
func ReportNames() []string {
	first, last := ReviewColumns(true)
	names := Names(slices.Concat(ReportColumns(true), first, last))
	slices.Sort(names)
	return slices.Compact(names)
}

// Optional says which columns an output has that others have not: of loans, of the
// addresses of pages, and one that says that the IDs are made up.
type Optional struct{ Loans, Pages, MadeUp bool }

// OutputColumns returns the columns that an output adds.
func OutputColumns(o Optional) []Column {
	columns := slices.Clone(AnswerColumns)
	if o.Loans {
		columns = append(slices.Insert(columns, 1, loanID), loanColumns...)
	}
	if o.Pages {
		columns = append(columns, pageColumns...)
	}
	if o.MadeUp {
		columns = append(columns, madeUpColumns...)
	}
	return append(columns, keyColumns...)
}

// EveryColumn returns all columns that an output may add.
func EveryColumn() []Column { return OutputColumns(Optional{Loans: true, Pages: true, MadeUp: true}) }

// AllColumns returns the names of all columns that an output may add.
func AllColumns() []string { return Names(EveryColumn()) }

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

// madeUpText says that the IDs in a row are made up.
func (row *Row) madeUpText() string {
	if row.MadeUp {
		return "made up by the sandbox"
	}
	return ""
}

// pageText is the address of the page of the record that was found.
func (row *Row) pageText() string {
	if row.Status() != match.Matched {
		return ""
	}
	return PageOf(row.Page, row.Found.Loan, row.Found.Customer)
}

// pagesText is the addresses of the pages of the candidates, with blanks in between.
func (row *Row) pagesText() string {
	return joined(row.Details().Candidates, " ", func(c Candidate) string { return PageOfCandidate(row.Page, c.ID, row.OfLoans) })
}

// PageOf fills the system IDs of a loan and of a customer into the template of an address.
// It returns "" if the template needs an ID that is not known.
func PageOf(template string, loan, customer int64) string {
	for _, id := range [...]struct {
		place string
		id    int64
	}{{"{loan_id}", loan}, {"{customer_id}", customer}} {
		if id.id == 0 && strings.Contains(template, id.place) {
			return ""
		}
		template = strings.ReplaceAll(template, id.place, IDText(id.id))
	}
	return template
}

// PageOfCandidate is PageOf for a loan or a customer of which nothing else is known.
func PageOfCandidate(template string, id int64, ofLoan bool) string {
	if ofLoan {
		return PageOf(template, id, 0)
	}
	return PageOf(template, 0, id)
}

// Advice returns what is wrong with a row that is not matched, and what a person can do
// about it.
func (row *Row) Advice() Advice { return Advice{row.messageText(), row.advice().Hint} }

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
