package bookcheck

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// table is a table of a sheet.
type table struct {
	part   string
	tree   *node
	area   area
	headed bool
	totals int
}

// readTables reads the tables of the sheet.
func (c *sheetCheck) readTables() {
	for _, r := range c.links(c.sheet.part) {
		if path.Base(r.attr("Type")) != "table" {
			continue
		}
		part := targetOf(relsOf(c.sheet.part), r)
		tree := c.trees[part]
		if tree == nil {
			continue
		}
		a, ok := parseArea(tree.attr("ref"))
		if !ok {
			c.report("%s: it is of %q", part, tree.attr("ref"))
			continue
		}
		totals, _ := strconv.Atoi(tree.attr("totalsRowCount"))
		c.tables = append(c.tables, table{part, tree, a, tree.attr("headerRowCount") != "0", totals})
	}
}

// checkTables checks the tables against each other and the cells of the sheet.
func (c *sheetCheck) checkTables(root *node) {
	if listed := len(root.kid("tableParts").all("tablePart")); listed != len(c.tables) {
		c.problem("it lists %d tables and has %d", listed, len(c.tables))
	}
	for i, t := range c.tables {
		id, name := t.tree.attr("id"), strings.ToLower(t.tree.attr("displayName"))
		if slices.Contains(c.tableIDs, id) || slices.Contains(c.tableNames, name) {
			c.report("%s: another table has the ID %s or the name %s", t.part, id, name)
		}
		c.tableIDs, c.tableNames = append(c.tableIDs, id), append(c.tableNames, name)
		for _, other := range c.tables[:i] {
			if other.area.meets(t.area) {
				c.report("%s meets %s", t.part, other.part)
			}
		}
		c.checkTable(&t)
		c.checkHeader(&t)
	}
}

// checkTable checks the columns and the filter of a table.
func (c *sheetCheck) checkTable(t *table) {
	list := t.tree.kid("tableColumns")
	columns := list.all("tableColumn")
	if want := t.area.last.column - t.area.first.column + 1; len(columns) != want {
		c.report("%s: it is of %s and has %d columns", t.part, t.tree.attr("ref"), len(columns))
	}
	c.checkCount(t.part, list, len(columns))
	ids, names := map[string]bool{}, map[string]bool{}
	for _, k := range columns {
		id, name := k.attr("id"), strings.ToLower(k.attr("name"))
		if ids[id] || names[name] || name == "" {
			c.report("%s: the column %q with ID %s is there twice or has no name", t.part, name, id)
		}
		ids[id], names[name] = true, true
		for _, attr := range []string{"headerRowDxfId", "dataDxfId", "totalsRowDxfId"} {
			c.checkDxf(t.part, k, attr)
		}
	}
	c.checkSort(t.part, t.tree.kid("sortState"), t.area)
	filter := t.tree.kid("autoFilter")
	if filter == nil {
		return
	}
	c.checkFilterColumns(t.part, filter)
	want := t.area
	want.last.row -= t.totals
	if a, ok := parseArea(filter.attr("ref")); !ok || a != want {
		c.report("%s: its filter is not that of its rows", t.part)
	}
}

// escaped is how a workbook writes a character that XML cannot hold.
var escaped = regexp.MustCompile(`_x([0-9A-Fa-f]{4})_`)

func unescape(text string) string {
	text = escaped.ReplaceAllStringFunc(text, func(s string) string {
		n, _ := strconv.ParseUint(s[2:6], 16, 32)
		return string(rune(n))
	})
	return strings.ReplaceAll(text, "\r\n", "\n")
}

// checkHeader checks that the columns of a table have the names in its header.
func (c *sheetCheck) checkHeader(t *table) {
	for i, k := range t.tree.kid("tableColumns").all("tableColumn") {
		at := cell{t.area.first.column + i, t.area.first.row}
		if shown := c.values[at]; t.headed && unescape(shown) != unescape(k.attr("name")) {
			c.report("%s: the column %q has %q in its header", t.part, k.attr("name"), shown)
		}
	}
}
