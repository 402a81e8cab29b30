package xlsx

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"loanmap/io/disk"
	"loanmap/io/sheet/rows"
)

const (
	// rewriteLimit bounds a part that is rewritten in memory, in bytes.
	editLimit = 32 << 20
	// maxMerges bounds how many merged areas beyond the last column are looked at.
	maxMerges = 10_000
)

// facts are what the rows of a sheet are set in.
type properties struct {
	prefix        string // of the names of its elements
	strict        bool   // it is in the strict form of the format
	merges        []merge
	tooManyMerges bool // more merges than are looked at
}

// merge is a merged area that reaches beyond the columns that hold something.
type merge struct{ column, row int } // its last ones

// see takes a token that stands outside of the rows.
func (f *properties) observe(t *token, width int) {
	switch {
	case t.kind == startTag && t.depth == 1:
		f.prefix = string(t.prefix)
		f.strict = bytes.Contains(t.attrs, []byte(strictXML))
	case t.is(startTag, "mergeCell"):
		if a, ok := parseArea(t.attr("ref")); ok && a.right >= width {
			f.tooManyMerges = len(f.merges) >= maxMerges
			if !f.tooManyMerges {
				f.merges = append(f.merges, merge{a.right, a.bottom})
			}
		}
	}
}

// area is a part of a sheet; columns count from 0, rows from 1.
type area struct{ left, top, right, bottom int }

func parseArea(ref string) (a area, ok bool) {
	first, last, found := strings.Cut(ref, ":")
	if !found {
		last = first
	}
	var failed error
	var err error
	a.left, a.top, failed = parseCellRef(first)
	a.right, a.bottom, err = parseCellRef(last)
	return a, failed == nil && err == nil
}

// keepPlan is how columns of ours are put into a workbook that is kept.
type keepPlan struct {
	properties
	first, last int // our columns, from 0
	replaced    []int
	headerRow   int
	// Styles of our cells, 0 for none.
	header, cell int
	tints        map[string]int
	styles       []byte            // the part with them, nil if it is not changed
	tables       map[string][]byte // parts of tables that are widened, by name in lower case
}

// Keepable reports, as an *Error, why the workbook in layout.Keep cannot be kept;
// its rows can be written to a new workbook all the same. The reader must stay
// open until the workbook is committed.
func Keepable(layout rows.Layout) error {
	if r, ok := layout.Keep.(*reader); ok && layout.Anew {
		if err := r.keepable(); err != nil {
			return r.notKept(err)
		}
		return nil
	}
	_, err := planKeep(layout)
	return err
}

func planKeep(layout rows.Layout) (*keepPlan, error) {
	r, ok := layout.Keep.(*reader)
	if !ok {
		return nil, &disk.Error{Doing: "keeping the workbook", Problem: "the input is none", Hint: "it becomes a new workbook"}
	}
	if err := r.keepable(); err != nil {
		return nil, r.notKept(err)
	}
	p := &keepPlan{properties: r.properties, replaced: layout.Replaced, headerRow: r.headerRow}
	p.first = r.extent.width
	for p.first > 0 && slices.Contains(layout.Replaced, p.first-1) {
		p.first--
	}
	for _, m := range r.properties.merges {
		if m.row >= r.headerRow && !slices.Contains(layout.Replaced, m.column) {
			p.first = max(p.first, m.column+1)
		}
	}
	p.last = p.first + layout.Added - 1
	err := r.planStyles(p, layout.Tints)
	if err == nil {
		err = r.planTables(p, layout.Header[len(layout.Header)-layout.Added:])
	}
	if err != nil {
		return nil, r.notKept(err)
	}
	return p, nil
}

func (r *reader) notKept(err error) error {
	return &disk.Error{
		Doing: "keeping the workbook " + r.in.Name, Err: err,
		Hint: "its rows go into a new workbook; copy the added columns from there if you need the rest",
	}
}

// keepable refuses what would not open again.
func (r *reader) keepable() error {
	switch {
	case r.book.macros:
		return errors.New("it has macros, which an .xlsx file cannot hold")
	case r.book.signed:
		return errors.New("it is signed, and would not be after a change")
	case r.properties.tooManyMerges:
		return fmt.Errorf("it has more than %d merged areas beyond its last column", maxMerges)
	}
	for _, name := range []string{r.sheet.part, r.book.part, r.book.styles, relationsOf(r.book.part), "[Content_Types].xml"} {
		part := r.parts.byName[partName(name)]
		if part == nil {
			continue
		}
		if name != r.sheet.part && part.UncompressedSize64 > editLimit {
			return fmt.Errorf("its part %q is too large", name)
		}
		content, err := part.Open()
		if err != nil {
			return err
		}
		head, err := io.ReadAll(io.LimitReader(content, 200))
		_ = content.Close()
		if err != nil {
			return err
		}
		if label := encodingOf(head); label != "" && !strings.EqualFold(label, "utf-8") {
			return fmt.Errorf("its part %q is in the encoding %.20q", name, label)
		}
	}
	return nil
}

func (p *keepPlan) isOurs(column int) bool {
	return column >= p.first && column <= p.last || slices.Contains(p.replaced, column)
}

// overHeader reports whether an area starts with the header.
func (p *keepPlan) overHeader(ref string) bool {
	a, ok := parseArea(ref)
	return ok && a.top == p.headerRow
}

// widen makes an area end with our last column.
func (p *keepPlan) widen(ref string) string {
	a, ok := parseArea(ref)
	if !ok {
		return ref
	}
	return fmt.Sprintf("%s%d:%s%d", columnName(a.left), a.top, columnName(p.last), a.bottom)
}

// whole makes the area of a sheet, which may not be right before, one that has
// its last row and our last column.
func (p *keepPlan) widenDimension(ref string, last int) string {
	a, ok := parseArea(ref)
	if !ok {
		return ref
	}
	return fmt.Sprintf("%s%d:%s%d", columnName(a.left), a.top, columnName(max(a.right, p.last)), max(a.bottom, last))
}

// neighbours returns the styles of the last of the user's own cells in the
// header and in the row below it.
func (r *reader) neighborStyles(before int) (header, cell int, err error) {
	content, err := r.parts.open(r.sheet.part)
	if err != nil {
		return 0, 0, err
	}
	defer content.Close()
	grid, err := newGrid(content)
	if err != nil {
		return 0, 0, err
	}
	for {
		more, err := grid.next()
		if err != nil || !more {
			return header, cell, err
		}
		for _, c := range grid.cells {
			switch {
			case c.column >= before:
			case grid.row == r.headerRow:
				header = c.style
			case grid.row > r.headerRow:
				cell = c.style
			}
		}
		if grid.row > r.headerRow {
			return header, cell, nil
		}
	}
}

// planStyles adds styles for our cells: like their neighbours, but as text, and
// tinted.
func (r *reader) planStyles(p *keepPlan, tints map[string]string) error {
	header, neighbour, err := r.neighborStyles(p.first)
	if p.header = header; err != nil || r.book.styles == "" {
		return err
	}
	found := styleCounts{neighbour: neighbour}
	if err := r.parts.scan(r.book.styles, found.observe); err != nil || found.fills == 0 || found.xfs == 0 {
		return err // without any styles ours cannot be like them
	}
	p.cell, p.tints = found.xfs, map[string]int{}
	var fills, xfs strings.Builder
	fmt.Fprintf(&xfs, `<%sxf numFmtId="49" fillId="0" %s applyNumberFormat="1"/>`, found.prefix, found.like)
	for i, value := range slices.Sorted(maps.Keys(tints)) {
		p.tints[value] = found.xfs + 1 + i
		fmt.Fprintf(&fills, `<%sfill><%[1]spatternFill patternType="solid"><%[1]sfgColor rgb="FF%s"/><%[1]sbgColor indexed="64"/></%[1]spatternFill></%[1]sfill>`,
			found.prefix, tints[value])
		fmt.Fprintf(&xfs, `<%sxf numFmtId="49" fillId="%d" %s applyNumberFormat="1" applyFill="1"/>`, found.prefix, found.fills+i, found.like)
	}
	p.styles, err = r.parts.edit(r.book.styles, func(t *token, out *bytes.Buffer) bool {
		switch {
		case t.depth != 2:
			return false
		case t.is(startTag, "fills"):
			out.Write(changeTag(t, "count", strconv.Itoa(found.fills+len(tints))))
			return true
		case t.is(startTag, "cellXfs"):
			out.Write(changeTag(t, "count", strconv.Itoa(found.xfs+1+len(tints))))
			return true
		case t.is(endTag, "fills"):
			out.WriteString(fills.String())
		case t.is(endTag, "cellXfs"):
			out.WriteString(xfs.String())
		}
		return false
	})
	return err
}

// styleSheet counts the styles there are, and describes one of them.
type styleCounts struct {
	neighbour  int // the style to be like
	fills, xfs int
	like       string // its attributes
	prefix     string
	section    string
}

func (s *styleCounts) observe(t *token) error {
	switch {
	case t.kind != startTag:
	case t.depth == 2:
		s.section, s.prefix = string(t.name), string(t.prefix)
	case t.depth == 3 && s.section == "fills":
		s.fills++
	case t.depth == 3 && s.section == "cellXfs":
		if s.xfs == s.neighbour {
			s.like = fmt.Sprintf(`fontId="%d" borderId="%d" xfId="%d" applyFont="1" applyBorder="1"`,
				intAttr(t, "fontId"), intAttr(t, "borderId"), intAttr(t, "xfId"))
		}
		s.xfs++
	}
	return nil
}

func intAttr(t *token, name string) int {
	n, err := strconv.Atoi(t.attr(name))
	if err != nil {
		return 0
	}
	return n
}

// rewrite returns a part with changes. Edit may write to out in front of a
// token, and returns true where that stands for the token.
func (p *parts) edit(name string, edit func(t *token, out *bytes.Buffer) bool) ([]byte, error) {
	var out bytes.Buffer
	err := p.scan(name, func(t *token) error {
		if !edit(t, &out) {
			out.Write(t.raw)
		}
		return nil
	})
	return out.Bytes(), err
}

// planTables widens a table over the header: sorting it would leave columns
// beside it behind.
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

// table is what a part says of a table.
type table struct {
	name      string
	area      area
	ok        bool // it has an area, and a header
	fromQuery bool // it is filled by a query
	maxID     int  // highest number of a column
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

// widenTable returns the part of a table with our columns, nil where the table
// is not over the header.
func (r *reader) widenTable(p *keepPlan, part string, added []string) ([]byte, error) {
	var b table
	if err := r.parts.scan(part, b.observe); err != nil {
		return nil, err
	}
	if b.area.top > p.headerRow || b.area.bottom < p.headerRow {
		return nil, nil
	}
	kept := p.first - b.area.left // columns of the table that stay
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

// writeTable replaces the columns behind those kept by ours.
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
			return true // of a former run
		}
		return false
	})
}

// besideSheet is where a sheet that is added goes.
type extraPart struct{ name, part, relation string }

// placeBeside finds a name and a part for a sheet that are not taken.
func (r *reader) placeExtraSheet(name string) extraPart {
	taken := func(name string) bool {
		return slices.ContainsFunc(r.book.sheets, func(s sheetEntry) bool { return strings.EqualFold(s.name, name) })
	}
	s := extraPart{name: name}
	for n := 2; taken(s.name); n++ {
		s.name = fmt.Sprintf("%s (%d)", name, n)
	}
	folder := path.Dir(r.sheet.part)
	for n := len(r.book.sheets) + 1; s.part == "" || r.parts.has(s.part); n++ {
		s.part, s.relation = fmt.Sprintf("%s/sheet%d.xml", folder, n), fmt.Sprintf("rIdAdded%d", n)
	}
	return s
}

// changedParts returns the parts that are rewritten, by name in lower case.
func (w *keepWriter) changedParts() (map[string][]byte, error) {
	changed := maps.Clone(w.plan.tables)
	if changed == nil {
		changed = map[string][]byte{}
	}
	if w.plan.styles != nil {
		changed[partName(w.from.book.styles)] = w.plan.styles
	}
	var err error
	put := func(name string, edit func(*token, *bytes.Buffer) bool) {
		if err == nil {
			changed[partName(name)], err = w.from.parts.edit(name, edit)
		}
	}
	put(w.from.book.part, w.editWorkbook())
	if w.extraPart != nil {
		put(relationsOf(w.from.book.part), w.editRelations())
		put("[Content_Types].xml", func(t *token, out *bytes.Buffer) bool {
			if t.is(endTag, "Types") {
				fmt.Fprintf(out, `<%sOverride PartName="/%s" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`,
					t.prefix, w.extraPart.part)
			}
			return false
		})
	}
	return changed, err
}

// editWorkbook widens what the workbook says of a filter on the header, and
// lists the sheet that is added.
func (w *keepWriter) editWorkbook() func(*token, *bytes.Buffer) bool {
	sheet := strconv.Itoa(slices.IndexFunc(w.from.book.sheets, func(s sheetEntry) bool { return s.id == w.from.sheet.id }))
	inFilter, ids, idName := false, 0, "r:id"
	return func(t *token, out *bytes.Buffer) bool {
		switch {
		case t.is(startTag, "sheet"):
			ids = max(ids, intAttr(t, "sheetId"))
			idName = attrNameWithPrefix(t, "id", idName)
		case t.is(endTag, "sheets") && w.extraPart != nil:
			fmt.Fprintf(out, `<%ssheet name="%s" sheetId="%d" %s="%s"/>`, t.prefix, appendEscaped(nil, w.extraPart.name), ids+1, idName, w.extraPart.relation)
		case t.is(startTag, "definedName"):
			inFilter = strings.EqualFold(t.attr("name"), "_xlnm._FilterDatabase") && t.attr("localSheetId") == sheet
		case t.is(endTag, "definedName"):
			inFilter = false
		case t.kind == textToken && inFilter:
			out.WriteString(w.plan.widenNamedRange(string(t.raw)))
			return true
		}
		return false
	}
}

// widenName widens an area with the name of its sheet, such as Loans!$A$1:$F$9.
func (p *keepPlan) widenNamedRange(ref string) string {
	i := strings.LastIndexByte(ref, '!') + 1
	a, ok := parseArea(ref[i:])
	if !ok || a.top != p.headerRow {
		return ref
	}
	return fmt.Sprintf("%s$%s$%d:$%s$%d", ref[:i], columnName(a.left), a.top, columnName(p.last), a.bottom)
}

// attrNamed returns an attribute's name with its prefix.
func attrNameWithPrefix(t *token, local, otherwise string) string {
	for attrs := t.attrs; ; {
		full, _, rest, err := nextAttr(attrs)
		if err != nil || full == nil {
			return otherwise
		}
		if prefix, name := splitName(full); string(name) == local && len(prefix) > 0 {
			return string(full)
		}
		attrs = rest
	}
}

// editRelations links the sheet that is added, as the one that is read is linked.
func (w *keepWriter) editRelations() func(*token, *bytes.Buffer) bool {
	kind := ""
	return func(t *token, out *bytes.Buffer) bool {
		if t.is(startTag, "Relationship") && t.attr("Id") == w.from.sheet.id {
			kind = t.attr("Type")
		}
		if t.is(endTag, "Relationships") {
			fmt.Fprintf(out, `<%sRelationship Id="%s" Type="%s" Target="/%s"/>`, t.prefix, w.extraPart.relation, kind, w.extraPart.part)
		}
		return false
	}
}
