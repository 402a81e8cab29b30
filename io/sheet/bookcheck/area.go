package bookcheck

import (
	"strconv"
	"strings"
)

// cell is a place in a sheet, from 1.
type cell struct{ column, row int }

// area is a range of cells.
type area struct{ first, last cell }

// The size of a sheet.
const (
	maxColumn = 16_384
	maxRow    = 1_048_576
)

func parseCell(ref string) (c cell, ok bool) {
	ref = strings.ReplaceAll(ref, "$", "")
	i := 0
	for ; i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z' && i < 4; i++ {
		c.column = c.column*26 + int(ref[i]-'A') + 1
	}
	row, err := strconv.Atoi(ref[i:])
	c.row = row
	return c, err == nil && i > 0 && row > 0 && row <= maxRow && c.column <= maxColumn
}

func parseArea(ref string) (a area, ok bool) {
	first, last, several := strings.Cut(ref, ":")
	if !several {
		last = first
	}
	a.first, ok = parseCell(first)
	c, ok2 := parseCell(last)
	a.last = c
	return a, ok && ok2 && a.first.column <= c.column && a.first.row <= c.row
}

func (a area) holds(c cell) bool {
	return c.column >= a.first.column && c.column <= a.last.column && c.row >= a.first.row && c.row <= a.last.row
}

func (a area) meets(b area) bool {
	return a.first.column <= b.last.column && b.first.column <= a.last.column && a.first.row <= b.last.row && b.first.row <= a.last.row
}

func (a area) within(b area) bool { return b.holds(a.first) && b.holds(a.last) }
