package xlsx

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// table is what the part of a table says.
type table struct {
	part       string
	name       string
	area       area
	ok         bool // it has an area and a header
	fromQuery  bool // it is filled by a query
	totals     bool // its last row has totals
	maxID      int  // highest ID of a column
	names      []string
	calculated []bool // by column: it has a formula for all its cells
}

// readTables reads the tables of the sheet.
func (r *reader) readTables() error {
	links, err := r.links()
	if err != nil {
		return err
	}
	for _, link := range links {
		if link.kind != "table" || link.external {
			continue
		}
		b := table{part: link.target}
		if err := r.parts.scan(b.part, b.observe); err != nil {
			return err
		}
		r.tables = append(r.tables, b)
	}
	r.totalsRow = r.findTotals()
	return nil
}

func (b *table) observe(t *token) error {
	switch {
	case t.is(startTag, "table") && t.depth == 1:
		b.name = t.attr("displayName")
		b.area, b.ok = parseArea(t.attr("ref"))
		b.ok = b.ok && t.attr("headerRowCount") != "0"
		b.totals = intAttr(t, "totalsRowCount") > 0
		b.fromQuery = t.attr("tableType") != "" && t.attr("tableType") != "worksheet"
	case t.is(startTag, "tableColumn"):
		b.maxID = max(b.maxID, intAttr(t, "id"))
		b.names, b.calculated = append(b.names, unescape(t.attr("name"))), append(b.calculated, false)
	case t.is(startTag, "calculatedColumnFormula") && len(b.names) > 0:
		b.calculated[len(b.names)-1] = true
	}
	return nil
}

// findTotals returns the row with the totals of the tables over the header; 0: there is
// none, or it has cells outside of them, which may be those of a row like all others.
func (r *reader) findTotals() int {
	row := 0
	inside := map[int]bool{}
	for _, b := range r.tables {
		if !b.ok || b.area.top != r.headerRow {
			continue
		}
		if !b.totals || b.area.bottom <= r.headerRow || row > 0 && row != b.area.bottom {
			return 0
		}
		row = b.area.bottom
		for column := b.area.left; column <= b.area.right; column++ {
			inside[column] = true
		}
	}
	for column := range r.extent.content.last {
		if row > 0 && !inside[column] && r.extent.content.reaches(column, row) {
			return 0
		}
	}
	return row
}

// planTables fits the tables over the header to our columns: otherwise sorting one would
// not move them.
func (r *reader) planTables(p *keepPlan, added []string) error {
	p.tables = map[string][]byte{}
	for i := range r.tables {
		content, err := r.fitTable(p, &r.tables[i], added)
		if err != nil {
			return err
		}
		if content != nil {
			p.tables[partName(r.tables[i].part)] = content
		}
	}
	return nil
}

// fitTable returns the part of a table with our columns, or nil if it stays as it is.
func (r *reader) fitTable(p *keepPlan, b *table, added []string) ([]byte, error) {
	if b.area.top > p.headerRow || b.area.bottom < p.headerRow {
		return nil, nil
	}
	kept := len(b.names) // columns of the table that remain
	for kept > 0 && p.isRemoved(b.area.left+kept-1) {
		kept--
	}
	isCalculated := func(column int) bool {
		i := column - b.area.left
		return i >= 0 && i < kept && b.calculated[i]
	}
	switch {
	case len(p.fresh) == 0 && kept == len(b.names) && !slices.ContainsFunc(p.all(), isCalculated):
		return nil, nil
	case !b.ok || b.area.top != p.headerRow:
		return nil, fmt.Errorf("its table %q is around the header", b.name)
	case b.fromQuery:
		return nil, fmt.Errorf("its table %q is filled by a query", b.name)
	case kept < 1:
		return nil, fmt.Errorf("its table %q has no columns but loanmap's", b.name)
	case len(p.fresh) > 0 && p.fresh[0] != b.area.left+kept:
		return nil, fmt.Errorf("its table %q does not end next to column %s, which is the first that is free", b.name, columnName(p.fresh[0]))
	}
	var names []string
	for i, name := range added {
		if !slices.Contains(p.fresh, p.columns[i]) {
			continue
		}
		if names = append(names, name); slices.ContainsFunc(b.names[:kept], func(other string) bool { return strings.EqualFold(name, other) }) {
			return nil, fmt.Errorf("its table %q has a column %q", b.name, name)
		}
	}
	return r.writeTable(p, b, kept, names)
}

// writeTable replaces the columns after those that are kept by ours, and drops the formulas
// of columns that we write.
func (r *reader) writeTable(p *keepPlan, b *table, kept int, added []string) ([]byte, error) {
	column, among, skipping := -1, false, false
	filter := filterEdit{plan: p, depth: 2}
	return r.parts.edit(b.part, func(t *token, out *bytes.Buffer) bool {
		if t.is(startTag, "tableColumn") {
			column++
		}
		if string(t.name) == "tableColumns" {
			among = t.kind == startTag
		}
		switch {
		case t.is(startTag, "table") && t.depth == 1:
			out.Write(changeTag(t, "ref", p.refit(t.attr("ref"))))
			return true
		case filter.edit(t, out):
			return true
		case t.is(startTag, "tableColumns"):
			out.Write(changeTag(t, "count", strconv.Itoa(kept+len(added))))
			return true
		case t.is(endTag, "tableColumns"):
			for i, name := range added {
				fmt.Fprintf(out, `<%stableColumn id="%d" name="%s"/>`, t.prefix, b.maxID+1+i, appendEscaped(nil, escape(name)))
			}
		case among && t.depth >= 3 && column >= kept:
			return true // of an earlier run
		case string(t.name) == "calculatedColumnFormula" && slices.Contains(p.all(), b.area.left+column):
			skipping = t.kind == startTag && !t.empty
			return true
		}
		return skipping
	})
}
