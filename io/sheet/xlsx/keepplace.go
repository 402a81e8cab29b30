package xlsx

import (
	"fmt"
	"slices"

	"github.com/xuri/excelize/v2"
)

// places are where our columns are in a workbook that is kept. Those of an earlier run are
// renewed where they are: formulas read them there. New ones take the first columns that
// are free. A column of an earlier run that is no longer written is removed if it is
// among the last ones and nothing refers to it; else it keeps its name, and its cells are
// emptied.
type places struct {
	columns []int // of the added columns, from 0, in their order
	fresh   []int // those of them that are new, which are next to each other
	emptied []int
	removed []int
	lastOwn int // the last column that stays, of the user's or of an earlier run
}

// all returns all columns in which cells are written or emptied.
func (p *places) all() []int { return slices.Concat(p.columns, p.emptied, p.removed) }

// isRemoved reports whether a column of an earlier run is removed.
func (p *places) isRemoved(column int) bool { return slices.Contains(p.removed, column) }

// place finds the places of the added columns. replaced are columns of an earlier run.
func (r *reader) place(added []string, replaced []int, used *references) (places, error) {
	p := places{columns: make([]int, len(added)), lastOwn: -1}
	left := slices.Clone(replaced)
	missing := 0
	for i, name := range added {
		at := slices.IndexFunc(left, func(column int) bool { return r.header[column] == name })
		if at < 0 {
			p.columns[i] = -1
			missing++
			continue
		}
		p.columns[i] = left[at]
		left = slices.Delete(left, at, at+1)
	}
	p.dropLast(r, left, used)
	if missing == 0 {
		return p, nil
	}
	first, err := r.findFree(&p, missing, used)
	for i := range p.columns {
		if p.columns[i] < 0 {
			p.columns[i] = first + len(p.fresh)
			p.fresh = append(p.fresh, p.columns[i])
		}
	}
	return p, err
}

// dropLast decides what becomes of the columns of an earlier run that are not written.
func (p *places) dropLast(r *reader, unwritten []int, used *references) {
	slices.Sort(unwritten)
	end := max(len(r.extent.content.last), len(r.header))
	for column := end - 1; column >= 0; column-- {
		isOurs := slices.Contains(unwritten, column)
		switch {
		case isOurs && p.lastOwn < 0 && !r.isUsed(column, used) && !used.hasName(r.header[column]) && !r.inTotals(column):
			p.removed = append(p.removed, column)
		case p.lastOwn < 0 && (isOurs || r.isOccupied(column) || r.isUsed(column, used)):
			p.lastOwn = column
		}
		if isOurs && !p.isRemoved(column) {
			p.emptied = append(p.emptied, column)
		}
	}
}

// isOccupied reports whether a column has content at the header or below it.
func (r *reader) isOccupied(column int) bool {
	return r.extent.content.reaches(column, r.headerRow)
}

// isUsed reports whether something refers to a column, or spans it.
func (r *reader) isUsed(column int, used *references) bool {
	inTable := func(b table) bool {
		return column >= b.area.left && column <= b.area.right && b.area.bottom >= r.headerRow
	}
	return used.read.reaches(column, r.headerRow) || r.properties.merged.reaches(column, r.headerRow) ||
		column >= len(r.header) && slices.ContainsFunc(r.tables, inTable)
}

// inTotals reports whether the totals row of a table has something in a column.
func (r *reader) inTotals(column int) bool {
	return r.totalsRow > 0 && r.extent.content.reaches(column, r.totalsRow)
}

// findFree returns the first of some columns that are free, next to each other, after the
// columns of an earlier run or, if there are none, after the first column with a name.
func (r *reader) findFree(p *places, count int, used *references) (int, error) {
	from := slices.IndexFunc(r.header, func(name string) bool { return name != "" })
	for _, column := range p.columns {
		from = max(from, column)
	}
	run := 0
	for column := from + 1; column < excelize.MaxColumns; column++ {
		if run++; !p.isRemoved(column) && (r.isOccupied(column) || r.isUsed(column, used)) {
			run = 0
		}
		if run == count {
			return column - count + 1, nil
		}
	}
	return 0, fmt.Errorf("it has no %d free columns next to each other: %s", count, r.whyNoneFree(used))
}

// whyNoneFree says what takes the last column.
func (r *reader) whyNoneFree(used *references) string {
	if last := excelize.MaxColumns - 1; used.read.reaches(last, r.headerRow) {
		return "a formula reads whole rows of it"
	}
	last := len(r.extent.content.last) - 1
	if last < 0 {
		return "merged cells take them"
	}
	return fmt.Sprintf("its last cell is %s%d", columnName(last), r.extent.content.last[last])
}

// refitRight returns the last column of an area over the header that ends in this column.
func (p *places) refitRight(right int) int {
	if len(p.removed) > 0 && right > p.lastOwn {
		right = max(p.lastOwn, 0)
	}
	for _, column := range p.fresh {
		right = max(right, column)
	}
	return right
}
