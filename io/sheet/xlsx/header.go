package xlsx

import (
	"slices"
	"strings"
	"unicode"

	"loanmap/io/sheet/rows"
)

const (
	headerSample     = 60      // rows looked at to find the header
	headerSampleText = 4 << 20 // bytes of text in them
	maxTitles        = 20      // rows that titles above a header may take
)

// gridRow is a row as it is shown.
type gridRow struct {
	line    int
	cells   []string
	damaged []rows.Damage
	filled  int  // how many cells hold something
	allText bool // all of these are text
}

// findHeader returns which of the first rows, empty ones left out, is the
// header. It is the first, unless that is clearly a title: it and those that
// follow are narrow, and then come a row of names and rows below it, most of
// them wide as well. It is better to stop at a header that does not fit than to
// take a row of data for one: then the rows above would be lost. A row that
// holds one of holds is it in any case.
func findHeader(rows []gridRow, holds []string) int {
	for i, row := range rows {
		if slices.ContainsFunc(holds, func(name string) bool { return slices.Contains(row.cells, name) }) {
			return i
		}
	}
	widest := 0
	for _, row := range rows {
		widest = max(widest, row.filled)
	}
	wide := func(row gridRow) bool {
		caption := row.filled == 2 && widest > 2 && !row.allText // such as "As of" and a date
		return row.filled >= 2 && 2*row.filled > widest && !caption
	}
	first := 0
	for first < len(rows) && !wide(rows[first]) {
		first++
	}
	if first == 0 || first >= len(rows) || first > maxTitles {
		return 0
	}
	header, rest := rows[first], rows[first+1:]
	below := 0
	for _, row := range rest {
		if wide(row) {
			below++
		}
	}
	if below == 0 || below < min(first, 3) || 2*below < len(rest) || !header.canBeNames() || header.resemblesAny(rest) {
		return 0
	}
	return first
}

// names reports whether all that a row holds may be names of columns, each of
// its own.
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

// likeAny reports whether a row looks as the ones below it do: a cell is made
// of the same letters, digits and signs as one in its column, such as L000212
// and L000213.
func (r *gridRow) resemblesAny(below []gridRow) bool {
	for i, cell := range r.cells {
		if cell == "" {
			continue
		}
		shape, telling := shapeOf(cell)
		for _, row := range below {
			other, _ := shapeOf(row.cells[i])
			if cell == row.cells[i] || telling && shape == other {
				return true
			}
		}
	}
	return false
}

// shapeOf reduces a text to one sign for each run of letters, digits or spaces,
// and reports whether it has what names of columns seldom have.
func shapeOf(text string) (shape string, telling bool) {
	var out []rune
	for _, r := range text {
		switch {
		case unicode.IsLetter(r), r == '_':
			r = 'a'
		case unicode.IsDigit(r):
			r, telling = '0', true
		case unicode.IsSpace(r):
			r = ' '
		case r == '@':
			telling = true
		}
		if len(out) == 0 || out[len(out)-1] != r {
			out = append(out, r)
		}
	}
	return string(out), telling
}
