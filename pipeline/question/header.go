package question

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// DetectKind returns what the rows under a header hold: names, if a column is named
// like one and none like an ID of a loan; else display IDs.
func DetectKind(header []string) *Kind {
	loans := Matching(header, slices.Concat(DisplayIDs.Headers, vagueHeaders))
	named := len(Matching(header, Names.Headers)) == 1 || len(Matching(header, evidenceHeaders[lastName])) == 1
	if len(loans) == 0 && named {
		return Names
	}
	return DisplayIDs
}

// findColumn returns the column of a kind of ID: the chosen one, or else the only
// one that is named like it.
func findColumn(header []string, k *Kind, chosen string) (int, error) {
	if chosen != "" {
		return ChosenColumn(header, chosen)
	}
	found := Matching(header, k.Headers)
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return 0, HeaderError(
			fmt.Sprintf("several columns may hold the %s: %s", k.Many, DescribeColumns(header, found)),
			"choose one with --column, by its name, letter or number",
		)
	}
	if vague := Matching(header, vagueHeaders); len(vague) > 0 && k == DisplayIDs {
		return 0, HeaderError(
			"no column is named like a display ID, and it is unclear whether this one holds display IDs or system IDs: "+DescribeColumns(header, vague),
			fmt.Sprintf("if it holds display IDs, give --column %[1]s; if it holds system IDs, give --by %[2]s --column %[1]s", ColumnLetter(vague[0]), LoanIDs.Flag),
		)
	}
	return 0, HeaderError(
		fmt.Sprintf("none of the %d columns is named like %s (%s)", len(header), withArticle(k.One), k.Example),
		"give the column that holds them with --column, by its name, letter or number",
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

// Matching returns the columns whose names are among names, which are reduced.
func Matching(header, names []string) []int {
	var found []int
	for i, name := range header {
		if slices.Contains(names, Reduce(name)) {
			found = append(found, i)
		}
	}
	return found
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
