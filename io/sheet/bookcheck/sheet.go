package bookcheck

import (
	"path"
	"slices"
	"strconv"
	"strings"
)

// sheetOrder is the order of elements in a sheet (CT_Worksheet).
var sheetOrder = strings.Fields(`sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges
	scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations
	hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors
	smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst`)

// sheetCheck checks the rows of one sheet, one after the other.
type sheetCheck struct {
	*book
	sheet  *sheet
	tables []table
	values map[cell]string // of cells in the headers of tables
	row    int
	used   area // the cells that are there
	shared map[string]area
	arrays []area
}

// checkSheet checks a sheet and its tables.
func (b *book) checkSheet(s *sheet) {
	f := b.files[s.part]
	if f == nil {
		return
	}
	c := &sheetCheck{book: b, sheet: s, values: map[cell]string{}, shared: map[string]area{}, used: area{first: cell{maxColumn + 1, maxRow + 1}}}
	c.readTables()
	content, err := f.Open()
	if err != nil {
		b.report("%s: %v", s.part, err)
		return
	}
	defer content.Close()
	root, err := parse(content, func(open []*node, n *node) bool {
		if len(open) == 2 && open[1].local == "sheetData" && n.local == "row" {
			c.checkRow(n)
			return true
		}
		return false
	})
	if err != nil {
		b.report("%s: %v", s.part, err)
		return
	}
	links := b.links(s.part)
	root.walk(func(n *node) { b.checkLinks(s.part, n, links) })
	b.checkOrder(s.part, root, sheetOrder, "conditionalFormatting")
	c.checkHead(root)
	c.checkFilter(root.kid("autoFilter"))
	c.checkLists(root)
	c.checkTables(root)
}

func (c *sheetCheck) problem(format string, args ...any) {
	c.report("%s: "+format, append([]any{c.sheet.part}, args...)...)
}

// checkRow checks a row and its cells.
func (c *sheetCheck) checkRow(r *node) {
	number := c.row + 1
	if text := r.attr("r"); text != "" {
		number, _ = strconv.Atoi(text)
	}
	if number <= c.row || number > maxRow {
		c.problem("row %d is after row %d", number, c.row)
	}
	c.row = number
	column := 0
	for _, k := range r.all("c") {
		at := cell{column + 1, number}
		if ref := k.attr("r"); ref != "" {
			parsed, ok := parseCell(ref)
			if !ok || parsed.row != number {
				c.problem("row %d has a cell %s", number, ref)
				continue
			}
			at = parsed
		}
		if at.column <= column {
			c.problem("%s is after column %d", k.attr("r"), column)
		}
		column = at.column
		c.checkCell(k, at)
	}
	if _, to, ok := strings.Cut(r.attr("spans"), ":"); ok {
		if last, _ := strconv.Atoi(to); column > last {
			c.problem("row %d spans %s, and has column %d", number, r.attr("spans"), column)
		}
	}
}

// checkCell checks what a cell holds and refers to.
func (c *sheetCheck) checkCell(k *node, at cell) {
	c.used.first = cell{min(c.used.first.column, at.column), min(c.used.first.row, at.row)}
	c.used.last = cell{max(c.used.last.column, at.column), max(c.used.last.row, at.row)}
	if text := k.attr("s"); text != "" {
		if n, err := strconv.Atoi(text); err != nil || n < 0 || n >= c.styles.xfs {
			c.problem("%s has style %s of %d", k.attr("r"), text, c.styles.xfs)
		}
	}
	value := ""
	if v := k.kid("v"); v != nil {
		value = v.text
	}
	switch kind := k.attr("t"); kind {
	case "s":
		if n, err := strconv.Atoi(strings.TrimSpace(value)); value != "" && (err != nil || n < 0 || n >= c.strings) {
			c.problem("%s has shared string %s of %d", k.attr("r"), value, c.strings)
		}
	case "inlineStr":
		if k.kid("is") == nil && value != "" {
			c.problem("%s has text in a wrong place", k.attr("r"))
		}
	case "", "n", "b", "e", "d", "str":
	default:
		c.problem("%s is of type %q", k.attr("r"), kind)
	}
	if f := k.kid("f"); f != nil {
		c.checkFormula(f, at)
	}
	for _, t := range c.tables {
		if t.headed && at.row == t.area.first.row {
			c.values[at] = c.shownText(k, value)
		}
	}
	for _, a := range c.arrays {
		if a.first != at && a.holds(at) && k.kid("f") != nil {
			c.problem("%s has a formula inside of an array", k.attr("r"))
		}
	}
}

// shownText returns the text of a cell. A number has a mark in front: it is no name.
func (c *sheetCheck) shownText(k *node, value string) string {
	switch k.attr("t") {
	case "s":
		n, _ := strconv.Atoi(strings.TrimSpace(value))
		list := c.trees[path.Join(path.Dir(c.part), "sharedStrings.xml")].all("si")
		if n < 0 || n >= len(list) {
			return ""
		}
		return plainText(list[n])
	case "inlineStr":
		if is := k.kid("is"); is != nil {
			return plainText(is)
		}
		return ""
	case "str":
		return value
	}
	return "\x00" + value
}

// plainText is a text without what says how it is pronounced.
func plainText(n *node) string {
	var text strings.Builder
	for _, k := range n.kids {
		switch k.local {
		case "t":
			text.WriteString(k.text)
		case "r":
			text.WriteString(plainText(k))
		}
	}
	return text.String()
}

// checkFormula checks a formula, and those that cells share.
func (c *sheetCheck) checkFormula(f *node, at cell) {
	c.sheet.formulas[at] = true
	in, several := parseArea(f.attr("ref"))
	if f.attr("ref") != "" && (!several || !in.holds(at)) {
		c.problem("the formula in row %d, column %d is that of %s", at.row, at.column, f.attr("ref"))
	}
	switch f.attr("t") {
	case "shared":
		of, known := c.shared[f.attr("si")]
		switch {
		case several:
			if f.text == "" {
				c.problem("the shared formula %s is empty", f.attr("si"))
			}
			c.shared[f.attr("si")] = in
		case !known:
			c.problem("row %d, column %d has the shared formula %s, which no cell has had", at.row, at.column, f.attr("si"))
		case !of.holds(at):
			c.problem("row %d, column %d has the shared formula %s, which is that of other cells", at.row, at.column, f.attr("si"))
		}
	case "array":
		if !several {
			c.problem("the array in row %d, column %d has no area", at.row, at.column)
		} else if in.first != in.last {
			c.arrays = append(c.arrays, in)
		}
	default:
		if f.text == "" && f.attr("t") != "dataTable" {
			c.problem("the formula in row %d, column %d is empty", at.row, at.column)
		}
	}
}

// checkHead checks the area that the sheet says it has, and its columns.
func (c *sheetCheck) checkHead(root *node) {
	// Programs that do not count the cells say A1.
	if d := root.kid("dimension"); d != nil && d.attr("ref") != "A1" && c.used.last.row > 0 {
		if a, ok := parseArea(d.attr("ref")); !ok || !c.used.within(a) {
			c.problem("its dimension leaves cells out")
		}
	}
	cols := root.kid("cols")
	if cols == nil {
		return
	}
	if len(cols.kids) == 0 {
		c.problem("cols is empty")
	}
	last := 0
	for _, k := range cols.kids {
		from, _ := strconv.Atoi(k.attr("min"))
		to, _ := strconv.Atoi(k.attr("max"))
		if from <= last || to < from || to > maxColumn {
			c.problem("it has widths of columns %d to %d after column %d", from, to, last)
		}
		last = to
		if text := k.attr("style"); text != "" {
			if n, err := strconv.Atoi(text); err != nil || n >= c.styles.xfs {
				c.problem("columns have style %s of %d", text, c.styles.xfs)
			}
		}
	}
}

// checkFilter checks that a filter is about its own columns.
func (c *sheetCheck) checkFilter(filter *node) {
	if filter == nil {
		return
	}
	c.sheet.filter = filter.attr("ref")
	c.checkFilterColumns(c.sheet.part, filter)
}

func (b *book) checkFilterColumns(part string, filter *node) {
	a, ok := parseArea(filter.attr("ref"))
	if !ok {
		b.report("%s: a filter is of %q", part, filter.attr("ref"))
		return
	}
	for _, k := range filter.all("filterColumn") {
		if n, err := strconv.Atoi(k.attr("colId")); err != nil || n < 0 || n > a.last.column-a.first.column {
			b.report("%s: the filter %s has a column %s", part, filter.attr("ref"), k.attr("colId"))
		}
		k.walk(func(n *node) { b.checkDxf(part, n, "dxfId") })
	}
	b.checkSort(part, filter.kid("sortState"), a)
}

// checkSort checks that a sort is within an area, and its conditions within the sort.
func (b *book) checkSort(part string, sort *node, in area) {
	if sort == nil {
		return
	}
	a, ok := parseArea(sort.attr("ref"))
	if !ok || !a.within(in) {
		b.report("%s: the sort of %s is not within its area", part, sort.attr("ref"))
		return
	}
	for _, k := range sort.all("sortCondition") {
		if by, ok := parseArea(k.attr("ref")); !ok || !by.within(a) {
			b.report("%s: the sort of %s is by %s", part, sort.attr("ref"), k.attr("ref"))
		}
	}
}

// notEmpty are lists that may not be empty, and the elements that they have.
var notEmpty = map[string]string{
	"mergeCells": "mergeCell", "dataValidations": "dataValidation", "hyperlinks": "hyperlink", "tableParts": "tablePart",
	"ignoredErrors": "ignoredError", "protectedRanges": "protectedRange", "conditionalFormatting": "cfRule",
}

// checkLists checks the lists that follow the rows.
func (c *sheetCheck) checkLists(root *node) {
	for _, list := range root.kids {
		element, known := notEmpty[list.local]
		if !known || list.space != root.space {
			continue
		}
		elements := list.all(element)
		if len(elements) == 0 {
			c.problem("<%s> is empty", list.local)
		}
		if list.local != "conditionalFormatting" {
			c.checkCount(c.sheet.part, list, len(elements))
		}
		for _, k := range append(slices.Clone(elements), list) {
			c.checkAreas(k)
			c.checkDxf(c.sheet.part, k, "dxfId")
		}
	}
	var merged []area
	for _, m := range root.kid("mergeCells").all("mergeCell") {
		a, _ := parseArea(m.attr("ref"))
		if slices.ContainsFunc(merged, a.meets) {
			c.problem("merged cells %s meet others", m.attr("ref"))
		}
		if len(merged) < 2000 {
			merged = append(merged, a)
		}
	}
}

// checkAreas checks the areas that an element is about.
func (c *sheetCheck) checkAreas(k *node) {
	for _, name := range []string{"ref", "sqref"} {
		for ref := range strings.FieldsSeq(k.attr(name)) {
			if _, ok := parseArea(ref); !ok {
				c.problem("<%s> is about %s", k.local, ref)
			}
		}
		if k.has(name) && strings.TrimSpace(k.attr(name)) == "" {
			c.problem("<%s> is about nothing", k.local)
		}
	}
}
