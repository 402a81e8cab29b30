package question

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"loanmap/io/sheet"
	"loanmap/pipeline/match"
)

// Evidence is a kind of column that says who a row is about.
type Evidence string

// The kinds of evidence, name and parts of a name first.
const (
	firstName  Evidence = "first"
	middleName Evidence = "middle"
	lastName   Evidence = "last"
	nameSuffix Evidence = "suffix"
	company    Evidence = "company"
	email      Evidence = "email"
	phone      Evidence = "phone"
	birthDate  Evidence = "birth"
	ssn        Evidence = "ssn"
	zip        Evidence = "zip"
	customID   Evidence = "custom-id"
	loanNumber Evidence = "loan"
)

// several are the kinds of which a person may have more than one: any may agree.
var several = []Evidence{email, phone}

// nameParts are the kinds that make up a name.
var nameParts = []Evidence{firstName, middleName, lastName, nameSuffix, company}

// EvidenceKinds lists the kinds of evidence that a column can hold.
func EvidenceKinds() []Evidence {
	return append(slices.Clone(nameParts), email, phone, birthDate, ssn, zip, customID, loanNumber)
}

// noColumn says of a kind of evidence that no column holds it.
const noColumn = "-"

// EvidenceColumns says which columns hold what.
type EvidenceColumns map[Evidence][]int

// mapEvidence detects the columns from the header, except those that the user
// has named. It does not guess: two columns for one kind are an error.
func (h *header) mapEvidence(named map[Evidence]string) (EvidenceColumns, error) {
	found := EvidenceColumns{}
	for kind := range named {
		if !slices.Contains(EvidenceKinds(), kind) {
			return nil, HeaderError(fmt.Sprintf("there is no kind of evidence called %q", kind), fmt.Sprintf("--evidence takes %v", EvidenceKinds()))
		}
	}
	for _, kind := range EvidenceKinds() {
		name, ok := named[kind]
		switch {
		case ok && name == noColumn:
		case ok:
			column, err := ChosenColumn(h.names, name)
			if err != nil {
				return nil, fmt.Errorf("the %s: %w", kind, err)
			}
			found[kind] = []int{column}
		default:
			columns := evidenceHeaders[kind].columns(h)
			if len(columns) > 1 && !slices.Contains(several, kind) {
				return nil, HeaderError(
					fmt.Sprintf("several columns may hold the %s: %s", kind, DescribeColumns(h.names, columns)),
					fmt.Sprintf("choose one with --evidence %s=%s, or none with --evidence %s=%s", kind, ColumnLetter(columns[0]), kind, noColumn),
				)
			}
			if len(columns) > 0 {
				found[kind] = columns
			}
		}
	}
	return found, nil
}

// Describe says which columns are used for what, and for which kinds there is none.
func (e EvidenceColumns) Describe(header []string) string {
	var used, none []string
	for _, kind := range EvidenceKinds() {
		switch {
		case len(e[kind]) > 0:
			used = append(used, fmt.Sprintf("%s from %s", kind, DescribeColumns(header, e[kind])))
		case !slices.Contains(nameParts, kind):
			none = append(none, string(kind))
		}
	}
	line := "evidence: " + strings.Join(used, ", ")
	if len(used) == 0 {
		line = "evidence: only the name"
	}
	if len(none) > 0 {
		line += "; no column for " + strings.Join(none, ", ")
	}
	return line
}

// Names gives the columns used, for the summary.
func (e EvidenceColumns) Names(header []string) map[Evidence][]string {
	names := map[Evidence][]string{}
	for kind, columns := range e {
		for _, column := range columns {
			names[kind] = append(names[kind], header[column])
		}
	}
	return names
}

// PersonColumns is how the rows of a sheet say whom they are about.
type PersonColumns struct {
	Whole    int // column of the whole name; -1: the name is in parts
	Evidence EvidenceColumns
}

// Person is whom a row is about.
type Person struct {
	match.Person
	Written string // the name as one text
	// SearchTerms are the blocking terms by which a search finds everyone of the name, and
	// Filter matches which records they find. A question that is not
	// new has neither.
	SearchTerms [][]match.Term
	Filter      match.NameFilter
	Loan        string // display ID of a loan of theirs; empty: the row names none
	NameOnly    bool   // a name alone may do
}

// Prepare makes the blocking terms.
func (p *Person) Prepare() {
	p.SearchTerms = p.Name.SearchTerms()
	p.Filter = match.NewNameFilter(p.SearchTerms)
}

// Confirmable reports whether the row holds what may confirm that a customer of the name
// is the person: more than a phone or a zip code.
func (p *Person) Confirmable() bool {
	e := &p.Evidence
	return len(e.Emails) > 0 || e.Birth != (match.Date{}) || e.SSN4 != "" || e.CustomID != "" || p.Loan != ""
}

// read reads whom a row is about. What a spreadsheet has damaged is no evidence.
func (r *PersonColumns) read(row sheet.Row) Person {
	cells := func(kind Evidence) []string { return sound(row, kind, r.Evidence[kind]) }
	cell := func(kind Evidence) string { return strings.Join(cells(kind), "") }
	name := match.NameParts{
		First: cell(firstName), Middle: cell(middleName), Last: cell(lastName), Suffix: cell(nameSuffix), Company: cell(company),
	}
	if r.Whole >= 0 {
		name.Whole = row.Cells[r.Whole]
	}
	p := Person{
		Person:  match.Person{Name: match.ReadName(name)},
		Written: cmp.Or(match.Clean(name.Whole), match.Clean(name.Company)),
	}
	known := &p.Evidence
	known.Emails = ReadAll(cells(email), match.ReadEmail)
	known.Phones = ReadAll(cells(phone), match.ReadPhone)
	known.Birth = match.ReadBirth(cell(birthDate))
	known.SSN4 = match.ReadSSN4(cell(ssn))
	known.Zip = match.ReadZip(cell(zip))
	known.CustomID = match.ReadCustomID(cell(customID))
	p.Loan = cell(loanNumber)
	return p
}

// damage returns how a spreadsheet has damaged a cell that says who a row is about, or "".
// A row without it could be matched although the cell rules the customer out.
func (r *PersonColumns) damage(row sheet.Row) string {
	if len(row.Damaged) == 0 {
		return ""
	}
	for _, column := range r.nameColumns() {
		if problem, is := Damage(row, column); is {
			return problem
		}
	}
	for _, kind := range EvidenceKinds() {
		for _, column := range r.Evidence[kind] {
			if problem, is := evidenceDamage(row, kind, column); is {
				return fmt.Sprintf("column %s (%s): %s", ColumnLetter(column), kind, problem)
			}
		}
	}
	return ""
}

// evidenceDamage reports whether a spreadsheet has damaged a cell of evidence, and how. A
// birth date may be a date.
func evidenceDamage(row sheet.Row, kind Evidence, column int) (problem string, is bool) {
	for _, damage := range row.Damaged {
		if damage.Column == column && (kind != birthDate || !damage.IsDate) {
			return damage.Problem, true
		}
	}
	return "", false
}

// sound returns the cells of columns that the spreadsheet has not damaged.
func sound(row sheet.Row, kind Evidence, columns []int) []string {
	var cells []string
	for _, column := range columns {
		if _, is := evidenceDamage(row, kind, column); !is {
			cells = append(cells, row.Cells[column])
		}
	}
	return cells
}

// nameColumns are the columns without which there is no one to ask for.
func (r *PersonColumns) nameColumns() []int {
	var columns []int
	if r.Whole >= 0 {
		columns = append(columns, r.Whole)
	}
	for _, part := range nameParts {
		columns = append(columns, r.Evidence[part]...)
	}
	return columns
}

// ReadAll reads cells, and leaves out those that say nothing.
func ReadAll(cells []string, read func(string) string) []string {
	var texts []string
	for _, cell := range cells {
		if text := read(cell); text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return texts
}

// digest differs for rows that say different things about a person. It names them
// where the cells themselves are not needed.
func (r *PersonColumns) digest(row sheet.Row) string {
	var cells []string
	add := func(kind Evidence, columns ...int) {
		for _, column := range columns {
			cells = append(cells, string(kind), match.Clean(row.Cells[column]))
		}
	}
	if r.Whole >= 0 {
		add("", r.Whole)
	}
	for _, kind := range slices.Sorted(maps.Keys(r.Evidence)) {
		add(kind, r.Evidence[kind]...)
	}
	sum, _ := DigestOf(cells)
	return string(sum[:])
}
