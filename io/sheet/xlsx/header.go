package xlsx

import (
	"slices"
	"strings"
	"unicode"

	"loanmap/io/sheet/rows"
)

const (
	headerSample     = 60      // rows among which the header is found
	headerSampleText = 4 << 20 // bytes of text in them
	maxTitles        = 20      // rows that titles above a header may take
)

// gridRow is a row as it is displayed.
type gridRow struct {
	line    int
	cells   []string
	damaged []rows.Damage
	filled  int  // how many cells are not empty
	allText bool // all of these are text
}

// findHeader returns the index of the header among the first rows that are not empty. A row
// with one of the known names is the header. Otherwise it is the first row, unless that is
// clearly a title: narrow, as may be some more, then a row of names, then mostly wide rows.
// A title taken for a header stops the run; a data row taken for one would lose the rows
// above it.
func findHeader(rows []gridRow, known []string) int {
	for i, row := range rows {
		if slices.ContainsFunc(known, func(name string) bool { return slices.Contains(row.cells, name) }) {
			return i
		}
	}
	widest := 0
	for _, row := range rows {
		widest = max(widest, row.filled)
	}
	isWide := func(row gridRow) bool {
		caption := row.filled == 2 && widest > 2 && !row.allText // such as "As of" and a date
		return row.filled >= 2 && 2*row.filled > widest && !caption
	}
	first := 0
	for first < len(rows) && !isWide(rows[first]) {
		first++
	}
	if first == 0 || first >= len(rows) || first > maxTitles {
		return 0
	}
	header, rest := rows[first], rows[first+1:]
	below := 0
	for _, row := range rest {
		if isWide(row) {
			below++
		}
	}
	if below == 0 || below < min(first, 3) || 2*below < len(rest) || !header.canBeNames() || header.resemblesAny(rest) {
		return 0
	}
	return first
}

// canBeNames reports whether the cells of a row may be column names: text with letters, no
// two equal.
func (r *gridRow) canBeNames() bool {
	seen := map[string]bool{}
	for _, cell := range r.cells {
		name := strings.ToLower(cell)
		if cell != "" && (seen[name] || !strings.ContainsFunc(cell, unicode.IsLetter)) {
			return false
		}
		seen[name] = true
	}
	return r.allText
}

// resemblesAny reports whether a row looks like the rows below it: a cell equals one in its
// column, or has the same shape, as L000212 and L000213 do.
func (r *gridRow) resemblesAny(below []gridRow) bool {
	for i, cell := range r.cells {
		if cell == "" {
			continue
		}
		shape, likeData := shapeOf(cell)
		for _, row := range below {
			other, _ := shapeOf(row.cells[i])
			if cell == row.cells[i] || likeData && shape == other {
				return true
			}
		}
	}
	return false
}

// shapeOf reduces a text to one sign for each run of letters, digits or spaces, and reports
// whether it has digits or an @, which column names seldom have.
func shapeOf(text string) (shape string, likeData bool) {
	var out []rune
	for _, r := range text {
		switch {
		case unicode.IsLetter(r), r == '_':
			r = 'a'
		case unicode.IsDigit(r):
			r, likeData = '0', true
		case unicode.IsSpace(r):
			r = ' '
		case r == '@':
			likeData = true
		}
		if len(out) == 0 || out[len(out)-1] != r {
			out = append(out, r)
		}
	}
	return string(out), likeData
}
