package question

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// DetectKind returns what the rows under a header hold: names, if a column is named
// like one and no column may hold IDs of loans; else display IDs.
func DetectKind(header []string) *Kind {
	h := readHeader(header)
	if h.namesPeople() && len(slices.Concat(DisplayIDs.Headers, vagueHeaders[DisplayIDs]).columns(h)) == 0 {
		return Names
	}
	return DisplayIDs
}

// namesPeople reports whether one column of a header holds names.
func (h *header) namesPeople() bool {
	return len(Names.Headers.columns(h)) == 1 || len(evidenceHeaders[lastName].columns(h)) == 1
}

// NamesPeople reports whether one column of a header is named like one of names.
func NamesPeople(header []string) bool { return readHeader(header).namesPeople() }

// ReadAsIDs reports whether IDs are read from a column that is named like one of names.
func (c *Columns) ReadAsIDs(header []string) bool {
	return c.People == nil && slices.Contains(Names.Headers.columns(readHeader(header)), c.Key)
}

// SystemIDColumns returns the columns that are named like the system IDs of the records
// that a kind finds.
func (k *Kind) SystemIDColumns(header []string) []int {
	return k.System().Headers.columns(readHeader(header))
}

// findColumn returns the column of a kind of ID: the chosen one, or else the only
// one that is named like it.
func (h *header) findColumn(k *Kind, chosen string) (int, error) {
	if chosen != "" {
		return ChosenColumn(h.names, chosen)
	}
	found := k.Headers.columns(h)
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return 0, HeaderError(
			fmt.Sprintf("several columns may hold the %s: %s", k.Many, DescribeColumns(h.names, found)),
			"choose one with --column, by its name, letter or number",
		)
	}
	if vague := vagueHeaders[k].columns(h); len(vague) > 0 {
		return 0, h.vagueError(k, vague)
	}
	hint := "give the column that holds them with --column, by its name, letter or number"
	if k != Names && h.namesPeople() {
		hint = tryNames + "; else " + hint
	}
	return 0, HeaderError(fmt.Sprintf("none of the %d columns is named like %s (%s)", len(h.names), withArticle(k.One), k.Example), hint)
}

// tryNames is advice on a sheet that names people.
var tryNames = "to search for people by name, give --by " + Names.Flag

// vagueError says that columns may hold IDs of a kind or others, and gives the command
// for each case.
func (h *header) vagueError(k *Kind, vague []int) error {
	by := ""
	if k != DisplayIDs {
		by = " --by " + k.Flag
	}
	hint := fmt.Sprintf("if it holds %[1]s, give%[2]s --column %[3]s; if it holds system IDs, give --by %[4]s --column %[3]s",
		k.Many, by, ColumnLetter(vague[0]), k.System().Flag)
	if h.namesPeople() {
		hint += "; " + tryNames
	}
	return HeaderError(
		fmt.Sprintf("no column is named like %s, and it is unclear whether this one holds %s or system IDs: %s", withArticle(k.One), k.Many, DescribeColumns(h.names, vague)),
		hint,
	)
}

// withArticle puts the article in front of a noun.
func withArticle(noun string) string {
	if strings.ContainsRune("aeio", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

// ChosenColumn finds a column by its header, else by its letter or number.
func ChosenColumn(header []string, chosen string) (int, error) {
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
		return 0, HeaderError(
			fmt.Sprintf("several columns are named %q: %s", chosen, DescribeColumns(header, found)),
			"choose one by its letter, such as "+ColumnLetter(found[0]),
		)
	}
	if i := columnIndex(chosen); i >= 0 && i < len(header) {
		return i, nil
	}
	return 0, HeaderError(
		fmt.Sprintf("there is no column %q; the sheet has %d columns", chosen, len(header)),
		"give its name as it is in the header, a letter such as C, or a number from 1",
	)
}

// Reduce reduces a header to its letters and digits in lower case.
func Reduce(header string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, header)
}

// DescribeColumns names columns to a person.
func DescribeColumns(header []string, which []int) string {
	texts := make([]string, len(which))
	for i, column := range which {
		texts[i] = fmt.Sprintf("%q (column %s)", header[column], ColumnLetter(column))
	}
	return strings.Join(texts, ", ")
}

// ColumnLetter returns the spreadsheet's name of a column: A for 0, AA for 26.
func ColumnLetter(column int) string {
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
