package pipeline

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// detectKind returns what the rows under a header hold: names, if a column is named
// like one and none like an ID of a loan; else display IDs.
func detectKind(header []string) *kind {
	loans := matching(header, slices.Concat(displayIDs.headers, vagueHeaders))
	named := len(matching(header, names.headers)) == 1 || len(matching(header, evidenceHeaders[lastName])) == 1
	if len(loans) == 0 && named {
		return names
	}
	return displayIDs
}

// findColumn returns the column of a kind of ID: the chosen one, or else the only
// one that is named like it.
func findColumn(header []string, k *kind, chosen string) (int, error) {
	if chosen != "" {
		return chosenColumn(header, chosen)
	}
	found := matching(header, k.headers)
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return 0, headerError(
			fmt.Sprintf("several columns may hold the %s: %s", k.many, describeColumns(header, found)),
			"say which with --column, by its name, letter or number",
		)
	}
	if vague := matching(header, vagueHeaders); len(vague) > 0 && k == displayIDs {
		return 0, headerError(
			"no column is named like a display ID; this may hold display IDs or system IDs: "+describeColumns(header, vague),
			fmt.Sprintf("if it holds display IDs, say so: --column %[1]s; if system IDs: --by %[2]s --column %[1]s", columnLetter(vague[0]), loanIDs.flag),
		)
	}
	return 0, headerError(
		fmt.Sprintf("none of the %d columns is named like %s (%s)", len(header), withArticle(k.one), k.example),
		"say which column holds them with --column, by its name, letter or number",
	)
}

// withArticle puts the article in front of a noun.
func withArticle(noun string) string {
	if strings.ContainsRune("aeio", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
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
		return 0, headerError(
			fmt.Sprintf("several columns are named %q: %s", chosen, describeColumns(header, found)),
			"say which by its letter, such as "+columnLetter(found[0]),
		)
	}
	if i := columnIndex(chosen); i >= 0 && i < len(header) {
		return i, nil
	}
	return 0, headerError(
		fmt.Sprintf("there is no column %q among its %d columns", chosen, len(header)),
		"give its name from the header as it is written there, a letter such as C, or a number from 1",
	)
}

// matching returns the columns whose names are among names, which are reduced.
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

// describeColumns names columns to a person.
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
