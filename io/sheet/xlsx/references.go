package xlsx

import (
	"path"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// maxMarks is how many columns are marked one by one, for all areas of a workbook
// together. More is no work of a person.
const maxMarks = 1 << 27

// columnRows has, for each column, the number of the last row in which something is.
type columnRows struct {
	last  []int
	area  area // the last one that was marked
	marks int
	every bool // too much was marked: it may be anywhere
}

// mark marks the columns of an area down to its last row.
func (c *columnRows) mark(a area) {
	a.left, a.right = max(a.left, 0), min(a.right, excelize.MaxColumns-1)
	if a == c.area || a.right < a.left || c.every {
		return
	}
	c.area = a
	c.marks += a.right - a.left + 1
	c.every = c.marks > maxMarks
	for column := a.left; column <= a.right; column++ {
		c.set(column, a.bottom)
	}
}

// set marks one column down to a row.
func (c *columnRows) set(column, row int) {
	if column >= len(c.last) {
		c.last = append(c.last, make([]int, column+1-len(c.last))...)
	}
	c.last[column] = max(c.last[column], row)
}

// reaches reports whether something is in a column, in this row or below it.
func (c *columnRows) reaches(column, row int) bool {
	return c.every || column < len(c.last) && c.last[column] >= row
}

// maxTableNames is how many names of columns of tables are kept.
const maxTableNames = 100_000

// anyName is among the names where a formula refers to a range of columns of a table.
const anyName = ":"

// references say which cells of a sheet its workbook refers to, and where its formulas are.
type references struct {
	read      columnRows      // by formulas, rules, charts, pivot tables and comments
	names     map[string]bool // of columns of tables, in lower case
	inside    columnRows      // formulas of the sheet itself
	arrays    columnRows      // those of the sheet that several cells share as one
	formulas  int             // of the whole workbook
	masters   []bool          // by number: the first cell of a shared formula of the sheet was read
	childless bool            // a cell with a shared formula precedes that first one
}

// add takes a formula that is in all cells of an area, relative to its first cell. own
// reports whether a sheet, "" for that of the formula, is the one referred to.
func (r *references) add(formula string, own func(sheet string) bool, in area) {
	r.formulas++
	parts := parseFormula(formula)
	for i, c := range parts.corners {
		if c.external || !own(c.sheet) {
			continue
		}
		cells := c.spread(in)
		r.read.mark(cells)
		if c.joined {
			r.read.mark(parts.corners[i-1].spread(in).to(cells))
		}
	}
	if len(parts.names) > 0 && strings.Contains(formula, "]:[") {
		parts.names = append(parts.names, anyName)
	}
	for _, name := range parts.names {
		if len(r.names) >= maxTableNames {
			name = anyName
		}
		r.names[tableName(name)] = true
	}
}

// spread returns the cells that a corner refers to, from all cells that have its formula.
func (c *corner) spread(in area) area {
	a := area{left: c.column, right: c.column, top: c.row, bottom: c.row}
	switch {
	case c.column < 0:
		a.left, a.right = 0, excelize.MaxColumns-1
	case !c.columnFixed:
		a.left, a.right = a.left-(in.right-in.left), a.right+(in.right-in.left)
	}
	switch {
	case c.row == 0:
		a.bottom = maxRows
	case !c.rowFixed:
		a.bottom += in.bottom - in.top
	}
	return a
}

// to returns the area that spans two.
func (a area) to(b area) area {
	return area{min(a.left, b.left), min(a.top, b.top), max(a.right, b.right), max(a.bottom, b.bottom)}
}

// tableName is a name of a column of a table as formulas and names are compared.
func tableName(name string) string { return strings.ToLower(strings.ReplaceAll(name, "'", "")) }

// hasName reports whether a formula refers to a column of a table by its name.
func (r *references) hasName(name string) bool { return r.names[anyName] || r.names[tableName(name)] }

// references returns what the workbook refers to in the sheet that was read.
func (r *reader) references() (*references, error) {
	if r.used != nil {
		return r.used, nil
	}
	found := &references{names: map[string]bool{}}
	comments, err := r.commentsOf()
	if err != nil {
		return nil, err
	}
	for _, part := range r.parts.list {
		name := partName(part.Name)
		isOwn := name == partName(r.sheet.part)
		if !r.mayRefer(name) || isOwn && !r.extent.formulas && !r.properties.rules {
			continue
		}
		scan := formulaScan{found: found, isOwn: isOwn, comments: comments[name], own: func(sheet string) bool {
			return sheet == anySheet || strings.EqualFold(sheet, r.sheet.name) || sheet == "" && isOwn
		}}
		if err := r.parts.scan(part.Name, scan.observe); err != nil {
			return nil, err
		}
	}
	r.used = found
	return found, nil
}

// mayRefer reports whether a part may refer to cells of a sheet.
func (r *reader) mayRefer(part string) bool {
	folder := partName(path.Dir(r.book.part)) + "/"
	return strings.HasSuffix(part, ".xml") && strings.HasPrefix(part, folder) && !strings.HasPrefix(part, folder+"theme/") &&
		part != partName(r.book.sharedStrings) && part != partName(r.book.styles)
}

// commentsOf returns the names of the parts with the comments of the sheet.
func (r *reader) commentsOf() (map[string]bool, error) {
	parts := map[string]bool{}
	links, err := r.links()
	for _, link := range links {
		parts[partName(link.target)] = link.kind == "comments" || link.kind == "threadedComment"
	}
	return parts, err
}

// links returns the links of the sheet, of which there may be none.
func (r *reader) links() ([]relation, error) {
	if !r.parts.has(relationsOf(r.sheet.part)) {
		return nil, nil
	}
	return r.parts.relations(r.sheet.part)
}

// formulaScan finds the references in one part: in cells, rules, names, charts, pivot
// tables and comments.
type formulaScan struct {
	found    *references
	own      func(sheet string) bool
	isOwn    bool // the part is the sheet that was read
	comments bool // the part has its comments

	row, column int // of the cell
	inCell      bool
	in          area
	text        []byte
	reading     bool
	rule        bool // the formula is one of a rule, whose cells may be named after it
	pending     []string
	ruled       []area
}

func (s *formulaScan) observe(t *token) error {
	switch {
	case t.kind == startTag:
		return s.start(t)
	case t.kind == textToken && s.reading:
		var err error
		s.text, err = appendText(s.text, t.raw)
		return err
	case t.kind == endTag:
		s.end(string(t.name))
	}
	return nil
}

// start takes a start tag.
func (s *formulaScan) start(t *token) error {
	switch string(t.name) {
	case "row":
		s.row++
		if n := intAttr(t, "r"); n > 0 {
			s.row = n
		}
		s.column = -1
	case "c":
		s.column++
		if ref := t.attr("r"); ref != "" {
			s.column, _, _ = parseCellRef(ref)
		}
		s.inCell = !t.empty
	case "f":
		s.startFormula(t)
	case "conditionalFormatting", "dataValidation":
		s.rule, s.pending, s.ruled = true, nil, parseAreas(t.attr("sqref"))
	case "formula", "formula1", "formula2", "sqref":
		s.read(t, area{})
	case "definedName":
		if !strings.HasPrefix(t.attr("name"), "_xlnm.") {
			s.read(t, area{})
		}
	case "worksheetSource":
		if a, ok := parseArea(t.attr("ref")); ok && s.own(t.attr("sheet")) {
			s.found.read.mark(a)
		}
	case "comment", "threadedComment":
		if a, ok := parseArea(t.attr("ref")); ok && s.comments {
			s.found.read.mark(a)
		}
	}
	return nil
}

func (s *formulaScan) read(t *token, in area) {
	s.text, s.reading, s.in = s.text[:0], !t.empty, in
}

// startFormula takes the start tag of a formula, of a cell or of a rule.
func (s *formulaScan) startFormula(t *token) {
	in, several := parseArea(t.attr("ref"))
	s.read(t, in)
	if !s.isOwn || !s.inCell {
		return
	}
	s.found.inside.set(max(s.column, 0), s.row)
	switch kind := t.attr("t"); kind {
	case "shared":
		s.found.share(t.attr("si"), several)
	case "dataTable":
		for _, name := range []string{"r1", "r2"} {
			if a, ok := parseArea(t.attr(name)); ok {
				s.found.read.mark(a)
			}
		}
	}
	if several && t.attr("t") != "shared" && (in.left < in.right || in.top < in.bottom) {
		s.found.arrays.mark(in)
	}
}

// maxShared is how many shared formulas a sheet may have: one for each row, and more.
const maxShared = 4 * maxRows

// share takes a cell with a shared formula. The first one has the formula.
func (r *references) share(number string, isFirst bool) {
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= maxShared {
		r.childless = true
		return
	}
	for len(r.masters) <= n {
		r.masters = append(r.masters, false)
	}
	r.masters[n] = r.masters[n] || isFirst
	r.childless = r.childless || !r.masters[n]
}

// end takes an end tag.
func (s *formulaScan) end(name string) {
	switch {
	case name == "conditionalFormatting" || name == "dataValidation":
		for _, formula := range s.pending {
			s.found.add(formula, s.own, spanOf(s.ruled))
		}
		s.rule, s.pending = false, nil
	case name == "c":
		s.inCell = false
	case !s.reading:
	case name == "sqref":
		s.ruled, s.reading = parseAreas(string(s.text)), false
	case s.rule:
		s.pending, s.reading = append(s.pending, string(s.text)), false
	default:
		s.found.add(string(s.text), s.own, s.in)
		s.reading = false
	}
}

// parseAreas parses areas with blanks between them, as sqref has them.
func parseAreas(refs string) []area {
	var all []area
	for ref := range strings.FieldsSeq(refs) {
		if a, ok := parseArea(ref); ok {
			all = append(all, a)
		}
	}
	return all
}

// spanOf returns the smallest area with all of several.
func spanOf(areas []area) area {
	if len(areas) == 0 {
		return area{}
	}
	span := areas[0]
	for _, a := range areas {
		span = span.to(a)
	}
	return span
}

// String is the area as a workbook writes it.
func (a area) String() string {
	first, last := columnName(a.left)+strconv.Itoa(a.top), columnName(a.right)+strconv.Itoa(a.bottom)
	if first == last {
		return first
	}
	return first + ":" + last
}
