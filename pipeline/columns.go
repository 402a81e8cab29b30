package pipeline

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// columns says what is in which column of the input, and what the output has.
type columns struct {
	key     int    // holds the questions
	keyName string // its header
	kept    []int  // go on into the output
	prefix  string // of our own columns
	header  []string
}

// ColumnError is an input whose columns do not say what is to be done.
type ColumnError struct{ Problem, Hint string }

func (e *ColumnError) Error() string { return "reading the header: " + e.Problem }

// Advice returns what the person can do about it.
func (e *ColumnError) Advice() string { return e.Hint }

// displayIDHeaders are names that a column of display IDs has and no other, as
// plain reduces them. "Loan ID" is not one: it may hold system IDs, which look
// the same.
var displayIDHeaders = []string{
	"displayid", "loandisplayid", "loandisplaynumber", "displaynumber",
	"loannumber", "loannum", "loanno", "loannbr", "accountnumber", "loanaccountnumber", "acctnumber", "accountno", "acctno",
}

// loanIDHeaders may hold display IDs or system IDs.
var loanIDHeaders = []string{"loanid", "loan", "id", "accountid", "loanproid"}

// mapColumns finds the key column in header, by its name or as chosen (a
// header, a letter or a number), and lays out the output. A prefix of "" lets
// our columns keep their names unless the input has one of them.
func mapColumns(header []string, chosen, prefix string) (columns, error) {
	key, err := keyColumn(header, chosen)
	if err != nil {
		return columns{}, err
	}
	c := columns{key: key, keyName: header[key]}
	if err := c.layOut(header, prefix); err != nil {
		return columns{}, err
	}
	return c, nil
}

func keyColumn(header []string, chosen string) (int, error) {
	if chosen != "" {
		return chosenColumn(header, chosen)
	}
	found := matching(header, displayIDHeaders)
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return 0, &ColumnError{
			Problem: "several columns may hold the display IDs: " + describeColumns(header, found),
			Hint:    "say which with --column, by its name, letter or number",
		}
	}
	if unsure := matching(header, loanIDHeaders); len(unsure) > 0 {
		return 0, &ColumnError{
			Problem: "no column is named like a display ID; this may hold display IDs or system IDs: " + describeColumns(header, unsure),
			Hint:    "if it holds display IDs, say so: --column " + columnLetter(unsure[0]),
		}
	}
	return 0, &ColumnError{
		Problem: fmt.Sprintf("none of the %d columns is named like a display ID (Display ID, Loan Number, Account Number, …)", len(header)),
		Hint:    "say which column holds them with --column, by its name, letter or number",
	}
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
			Hint:    "say which by its letter, such as --column " + columnLetter(found[0]),
		}
	}
	if i := columnIndex(chosen); i >= 0 && i < len(header) {
		return i, nil
	}
	return 0, &ColumnError{
		Problem: fmt.Sprintf("there is no column %q among its %d columns", chosen, len(header)),
		Hint:    "give --column a name from the header as it is written there, a letter such as C, or a number from 1",
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
	dropped := block(header, "", reportColumns)
	candidates := []string{prefix}
	if prefix == "" {
		candidates = []string{"", fallbackPrefix}
	}
	for _, c.prefix = range candidates {
		replaced := block(header, c.prefix, addedColumns)
		if replaced == nil && len(present(header, c.prefix, addedColumns)) > 0 {
			continue
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
		Problem: fmt.Sprintf("the input has columns of its own named like those of the output (%s…)", c.prefix+addedColumns[0]),
		Hint:    "set them apart with --prefix, such as --prefix found_",
	}
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
	for i, name := range header {
		if !slices.Contains(dropped, i) {
			c.kept = append(c.kept, i)
			c.header = append(c.header, name)
		}
	}
}

// own returns the cells of a row that go on.
func (c *columns) own(cells []string) []string {
	own := make([]string, len(c.kept), len(c.kept)+len(addedColumns))
	for i, column := range c.kept {
		own[i] = cells[column]
	}
	return own
}

// outputHeader is the header of the output, reportHeader that of the report.
func (c *columns) outputHeader() []string {
	return append(slices.Clone(c.header), c.added()...)
}

func (c *columns) added() []string {
	names := make([]string, len(addedColumns))
	for i, name := range addedColumns {
		names[i] = c.prefix + name
	}
	return names
}

func (c *columns) reportHeader() []string {
	return append(slices.Clone(c.header), reportColumns...)
}
