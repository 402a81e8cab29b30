package pipeline

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"loanmap/io/loanpro"
	"loanmap/pipeline/match"
)

// columns says what is in which column of the input, and what the output has.
type columns struct {
	key     int    // holds the questions
	keyName string // its header
	kept    []int  // go on into the output
	dropped []int  // do not: they are of a former run
	prefix  string // of our own columns
	header  []string
	mark    int // of the column where an earlier run said what was wrong; -1: there is none
	choose  int // of the column where a person has written the ID that is meant; -1: there is none
	rowKeys int // of the column with the keys that rows have from an earlier run; -1: no such column
	// Of a report with a column choose: where it shows a row's candidates, and its
	// code; -1: nowhere.
	candidates, code int

	people *reading // how rows tell whom they are about; nil: they hold IDs
	added  []string // our own columns, without their prefix; the row keys are the last one
	page   string   // address of a record's page, with places for its IDs; empty: no such column
}

// The columns that outputs have beyond the input's own.
var (
	ownColumns = []string{
		"match_status", "loan_id", "customer_id", "matched_value", "match_confidence", "match_reasons", "candidates",
	}
	loanColumns = []string{"other_customer_ids", "loan_status", "loan_archived"}
)

const pageColumn = "page_url"

// allColumns are all that an output may have.
func allColumns() []string {
	return slices.Concat(ownColumns, loanColumns, []string{pageColumn, keyColumnName})
}

// layout is what is asked of the columns.
type layout struct {
	by             loanpro.Key
	chosen, prefix string
	page           string
	evidence       map[Evidence]string // columns named by the user
}

// ColumnError is an input whose columns do not say what is to be done.
type ColumnError struct{ Problem, Hint string }

func (e *ColumnError) Error() string { return "reading the header: " + e.Problem }

// Advice returns what the person can do about it.
func (e *ColumnError) Advice() string { return e.Hint }

// headers are names that a column of each key has and no other, as plain reduces
// them. "Loan ID" is not one of a display ID: it may hold system IDs, which look
// the same.
var headers = map[loanpro.Key][]string{
	loanpro.DisplayID: {
		"displayid", "loandisplayid", "loandisplaynumber", "displaynumber",
		"loannumber", "loannum", "loanno", "loannbr", "accountnumber", "loanaccountnumber", "acctnumber", "accountno", "acctno",
	},
	loanpro.LoanID:     {"loansystemid", "systemid", "systemloanid", "loanproid", "loanproloanid", "internalid", "internalloanid", "loanid"},
	loanpro.CustomerID: {"customersystemid", "systemcustomerid", "loanprocustomerid", "internalcustomerid", "customerid", "borrowerid"},
	loanpro.CustomID: {
		"customid", "importid", "customernumber", "customerno", "customernum", "custno", "custnum", "clientnumber", "clientno",
		"externalcustomerid", "customerimportid", "borrowernumber", "membernumber", "memberno",
	},
	loanpro.Name: {
		"name", "customername", "fullname", "borrower", "borrowername", "customer", "clientname", "client", "debtor", "debtorname",
		"primaryborrower", "primaryborrowername", "membername", "buyer", "buyername", "lessee", "lesseename", "nameoncontract",
	},
}

// vagueHeaders may hold either kind of ID.
var vagueHeaders = []string{"loanid", "loan", "id", "accountid", "loanproid"}

// mapColumns finds the key column in header, by its name or as chosen (a
// header, a letter or a number), and lays out the output. A prefix of "" lets
// our columns keep their names unless the input has one of them.
func mapColumns(header []string, l layout) (columns, error) {
	c := columns{page: l.page, added: ownColumns}
	if err := c.findKey(header, l); err != nil {
		return columns{}, err
	}
	if systemKey(l.by) == loanpro.LoanID {
		c.added = slices.Concat(ownColumns, loanColumns)
	}
	if l.page != "" {
		c.added = append(slices.Clip(c.added), pageColumn)
	}
	c.added = append(slices.Clip(c.added), keyColumnName)
	if err := c.layOut(header, l.prefix); err != nil {
		return columns{}, err
	}
	return c, nil
}

// tellKey tells from a header what the rows hold: names, where a column is named
// like them and none like an ID of a loan; else display IDs.
func tellKey(header []string) loanpro.Key {
	loans := matching(header, slices.Concat(headers[loanpro.DisplayID], vagueHeaders))
	named := len(matching(header, headers[loanpro.Name])) == 1 || len(matching(header, evidenceHeaders[lastName])) == 1
	if len(loans) == 0 && named {
		return loanpro.Name
	}
	return loanpro.DisplayID
}

// findKey finds the column of the IDs, or those that tell who a row is about.
func (c *columns) findKey(header []string, l layout) (err error) {
	if l.by == loanpro.Name {
		if c.people, err = mapPeople(header, l); err != nil {
			return err
		}
		all := c.people.nameColumns()
		c.key, c.keyName = all[0], header[all[0]]
		for _, column := range all[1:] {
			c.keyName += " + " + header[column]
		}
		return nil
	}
	if c.key, err = keyColumn(header, l); err == nil {
		c.keyName = header[c.key]
	}
	return err
}

// mapPeople finds the columns that tell who a row is about. A column of whole
// names goes before columns of their parts, unless the user has named these.
func mapPeople(header []string, l layout) (*reading, error) {
	found, err := mapEvidence(header, l.evidence)
	if err != nil {
		return nil, err
	}
	r := &reading{whole: -1, evidence: found}
	whole := matching(header, headers[loanpro.Name])
	named := l.evidence[lastName] != "" || l.evidence[company] != ""
	if l.chosen == "" && len(whole) != 1 && (len(found[lastName]) > 0 || len(found[company]) > 0) || l.chosen == "" && named {
		return r, nil
	}
	if r.whole, err = keyColumn(header, l); err != nil {
		return nil, err
	}
	for _, part := range nameParts {
		if l.evidence[part] == "" {
			delete(found, part)
		}
	}
	return r, nil
}

func keyColumn(header []string, l layout) (int, error) {
	if l.chosen != "" {
		return chosenColumn(header, l.chosen)
	}
	found := matching(header, headers[l.by])
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return 0, &ColumnError{
			Problem: fmt.Sprintf("several columns may hold the %ss: %s", l.by, describeColumns(header, found)),
			Hint:    "say which with --column, by its name, letter or number",
		}
	}
	if unsure := matching(header, vagueHeaders); len(unsure) > 0 && l.by == loanpro.DisplayID {
		return 0, &ColumnError{
			Problem: "no column is named like a display ID; this may hold display IDs or system IDs: " + describeColumns(header, unsure),
			Hint:    fmt.Sprintf("if it holds display IDs, say so: --column %[1]s; if system IDs: --by loan-id --column %[1]s", columnLetter(unsure[0])),
		}
	}
	return 0, &ColumnError{
		Problem: fmt.Sprintf("none of the %d columns is named like a %s (%s)", len(header), l.by, examples[l.by]),
		Hint:    "say which column holds them with --column, by its name, letter or number",
	}
}

var examples = map[loanpro.Key]string{
	loanpro.DisplayID:  "Display ID, Loan Number, Account Number, …",
	loanpro.LoanID:     "Loan ID, System ID, LoanPro ID, …",
	loanpro.CustomerID: "Customer ID, LoanPro Customer ID, …",
	loanpro.CustomID:   "Custom ID, Import ID, Customer Number, …",
	loanpro.Name:       "Name, Customer Name, Borrower, First Name and Last Name, …",
}

// chosenColumn finds a column by its header, else by its letter or number.
func chosenColumn(header []string, chosen string) (int, error) {
	var found []int
	for i, name := range header {
		if strings.EqualFold(strings.TrimSpace(name), strings.TrimSpace(chosen)) {
			found = append(found, i)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return 0, &ColumnError{
			Problem: fmt.Sprintf("several columns are named %q: %s", chosen, describeColumns(header, found)),
			Hint:    "say which by its letter, such as " + columnLetter(found[0]),
		}
	}
	if i := columnIndex(chosen); i >= 0 && i < len(header) {
		return i, nil
	}
	return 0, &ColumnError{
		Problem: fmt.Sprintf("there is no column %q among its %d columns", chosen, len(header)),
		Hint:    "give its name from the header as it is written there, a letter such as C, or a number from 1",
	}
}

func matching(header, names []string) []int {
	var found []int
	for i, name := range header {
		if slices.Contains(names, plain(name)) {
			found = append(found, i)
		}
	}
	return found
}

// plain reduces a header to its letters and digits in lower case.
func plain(header string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, header)
}

func describeColumns(header []string, which []int) string {
	texts := make([]string, len(which))
	for i, column := range which {
		texts[i] = fmt.Sprintf("%q (column %s)", header[column], columnLetter(column))
	}
	return strings.Join(texts, ", ")
}

// columnLetter returns the spreadsheet's name of a column: A for 0, AA for 26.
func columnLetter(column int) string {
	letters := ""
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		letters = string(rune('A'+(n-1)%26)) + letters
	}
	return letters
}

// columnIndex reads a letter or a number from 1; it is -1 for anything else.
func columnIndex(chosen string) int {
	if n, err := strconv.Atoi(chosen); err == nil {
		return n - 1
	}
	n := 0
	for _, r := range strings.ToUpper(chosen) {
		if r < 'A' || r > 'Z' || n > 1<<20 {
			return -1
		}
		n = n*26 + int(r-'A') + 1
	}
	return n - 1
}

// fallbackPrefix sets our columns apart from the user's own of the same name.
const fallbackPrefix = "loanpro_"

// layOut decides which columns go on and what ours are called. Where the input
// is an output or a report of ours, our columns are replaced; where it has some
// of these names as its own, ours get a prefix.
func (c *columns) layOut(header []string, prefix string) error {
	dropped := reported(header)
	c.mark = slices.Index(header, codeColumn)
	c.choose, c.rowKeys, c.candidates, c.code = -1, -1, -1, -1
	if dropped != nil {
		c.choose, c.rowKeys = slices.Index(header, chooseColumn), slices.Index(header, keyColumnName)
	}
	if c.choose >= 0 {
		c.candidates, c.code = slices.Index(header, candidatesColumn), c.mark
	}
	candidates := []string{prefix}
	if prefix == "" {
		candidates = []string{"", fallbackPrefix}
	}
	for _, c.prefix = range candidates {
		replaced := block(header, c.prefix, ownColumns)
		if replaced == nil && !within(present(header, c.prefix, c.added), dropped) {
			continue
		}
		if replaced != nil {
			c.mark, c.rowKeys = slices.Index(header, c.prefix+"match_reasons"), slices.Index(header, c.prefix+keyColumnName)
			replaced = present(header, c.prefix, allColumns())
		}
		c.keep(header, append(replaced, dropped...))
		if !slices.Contains(c.kept, c.key) {
			return &ColumnError{
				Problem: fmt.Sprintf("column %q is one of loanmap's own, which the output replaces", c.keyName),
				Hint:    "choose another column with --column, or set --prefix",
			}
		}
		return nil
	}
	return &ColumnError{
		Problem: fmt.Sprintf("the input has columns of its own named like those of the output (%s…)", c.prefix+ownColumns[0]),
		Hint:    "set them apart with --prefix, such as --prefix found_",
	}
}

// reported returns where the columns of a report stand, some of which a person
// may have deleted; nil: the input is none.
func reported(header []string) []int {
	if block(header, "", reportColumns[:2]) == nil {
		return nil
	}
	return present(header, "", reportColumns)
}

// within reports whether all columns are among others.
func within(columns, others []int) bool {
	return !slices.ContainsFunc(columns, func(column int) bool { return !slices.Contains(others, column) })
}

// block returns where all of names, with prefix, stand in header, or nil if one
// of them is missing.
func block(header []string, prefix string, names []string) []int {
	found := present(header, prefix, names)
	if len(found) < len(names) {
		return nil
	}
	return found
}

func present(header []string, prefix string, names []string) []int {
	var found []int
	for _, name := range names {
		if i := slices.Index(header, prefix+name); i >= 0 {
			found = append(found, i)
		}
	}
	return found
}

// keep lays out the output without the columns that are dropped.
func (c *columns) keep(header []string, dropped []int) {
	c.dropped = dropped
	for i, name := range header {
		if !slices.Contains(dropped, i) {
			c.kept = append(c.kept, i)
			c.header = append(c.header, name)
		}
	}
}

// appendOwn adds the cells of a row that go on to own.
func (c *columns) appendOwn(own, cells []string) []string {
	for _, column := range c.kept {
		own = append(own, cells[column])
	}
	return own
}

// appendAnswer adds what goes into our own columns to own.
func (c *columns) appendAnswer(own []string, row *entry) []string {
	answers := len(c.added) - 1
	if c.page != "" {
		answers--
	}
	cells := row.outcome.append(own)[:len(own)+answers]
	if c.page != "" {
		cells = append(cells, c.pageOf(row.outcome))
	}
	return append(cells, row.key.String())
}

// pageOf returns the address of the page of what was found.
func (c *columns) pageOf(o *outcome) string {
	if o.status() != match.Matched {
		return ""
	}
	page := strings.ReplaceAll(c.page, "{loan_id}", id(o.found.loan))
	return strings.ReplaceAll(page, "{customer_id}", id(o.found.customer))
}

// outputHeader is the header of the output, reportHeader that of the report.
func (c *columns) outputHeader() []string {
	header := slices.Clone(c.header)
	for _, name := range c.added {
		header = append(header, c.prefix+name)
	}
	return header
}

func (c *columns) reportHeader() []string {
	return append(slices.Clone(c.header), reportColumns...)
}
