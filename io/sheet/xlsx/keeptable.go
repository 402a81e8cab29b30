package xlsx

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// planTables widens a table over the header: otherwise sorting it would not move our
// columns.
func (r *reader) planTables(p *keepPlan, added []string) error {
	relations := relationsOf(r.sheet.part)
	if !r.parts.has(relations) {
		return nil
	}
	links, err := r.parts.relations(r.sheet.part)
	if err != nil {
		return err
	}
	p.tables = map[string][]byte{}
	for _, link := range links {
		if link.kind != "table" || link.external {
			continue
		}
		content, err := r.widenTable(p, link.target, added)
		if err != nil {
			return err
		}
		if content != nil {
			p.tables[partName(link.target)] = content
		}
	}
	return nil
}

// table is what the part of a table says.
type table struct {
	name      string
	area      area
	ok        bool // it has an area and a header
	fromQuery bool // it is filled by a query
	maxID     int  // highest ID of a column
	names     []string
}

func (b *table) observe(t *token) error {
	switch {
	case t.is(startTag, "table") && t.depth == 1:
		b.name = t.attr("displayName")
		b.area, b.ok = parseArea(t.attr("ref"))
		b.ok = b.ok && t.attr("headerRowCount") != "0"
		b.fromQuery = t.attr("tableType") != "" && t.attr("tableType") != "worksheet"
	case t.is(startTag, "tableColumn"):
		b.maxID = max(b.maxID, intAttr(t, "id"))
		b.names = append(b.names, unescape(t.attr("name")))
	}
	return nil
}

// widenTable returns the part of a table with our columns, or nil if the table does not
// cover the header.
func (r *reader) widenTable(p *keepPlan, part string, added []string) ([]byte, error) {
	var b table
	if err := r.parts.scan(part, b.observe); err != nil {
		return nil, err
	}
	if b.area.top > p.headerRow || b.area.bottom < p.headerRow {
		return nil, nil
	}
	kept := p.first - b.area.left // columns of the table that remain
	switch {
	case !b.ok || b.area.top != p.headerRow:
		return nil, fmt.Errorf("its table %q is around the header", b.name)
	case b.fromQuery:
		return nil, fmt.Errorf("its table %q is filled by a query", b.name)
	case kept < 1 || kept > len(b.names):
		return nil, fmt.Errorf("its table %q ends before the last column", b.name)
	}
	for _, name := range added {
		if slices.ContainsFunc(b.names[:kept], func(other string) bool { return strings.EqualFold(name, other) }) {
			return nil, fmt.Errorf("its table %q has a column %q", b.name, name)
		}
	}
	return r.writeTable(p, part, &b, kept, added)
}

// writeTable replaces the columns after those that are kept by ours.
func (r *reader) writeTable(p *keepPlan, part string, b *table, kept int, added []string) ([]byte, error) {
	column, among := -1, false
	return r.parts.edit(part, func(t *token, out *bytes.Buffer) bool {
		if t.is(startTag, "tableColumn") {
			column++
		}
		if string(t.name) == "tableColumns" {
			among = t.kind == startTag
		}
		switch {
		case t.is(startTag, "table") && t.depth == 1, t.is(startTag, "autoFilter") && t.depth == 2:
			out.Write(changeTag(t, "ref", p.widen(t.attr("ref"))))
			return true
		case t.is(startTag, "tableColumns"):
			out.Write(changeTag(t, "count", strconv.Itoa(kept+len(added))))
			return true
		case t.is(endTag, "tableColumns"):
			for i, name := range added {
				fmt.Fprintf(out, `<%stableColumn id="%d" name="%s"/>`, t.prefix, b.maxID+1+i, appendEscaped(nil, escape(name)))
			}
		case among && t.depth >= 3 && column >= kept:
			return true // added by an earlier run
		}
		return false
	})
}
