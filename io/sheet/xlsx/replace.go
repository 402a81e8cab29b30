package xlsx

import (
	"fmt"
	"slices"

	"loanmap/io/sheet/rows"
)

// replaceSheet has a sheet replace the one that layout.Keep reads, of the same workbook.
// What belongs to the replaced sheet, such as drawings, is no longer linked. The
// calculation chain may name its cells; a spreadsheet program builds it again.
func (w *keepWriter) replaceSheet(layout rows.Layout, namespace string) (rows.Writer, error) {
	from := layout.Keep.(*reader)
	extra, err := newExtraSheet(w.File, from.sheet.name, layout, namespace)
	if err != nil {
		return nil, err
	}
	extra.rows.looks = styleIDs{header: w.plan.header, added: w.plan.header}
	if err := extra.rows.looks.take(from, layout.Header); err != nil {
		extra.discard()
		return nil, from.notKept(err)
	}
	w.plan.dropChain = true
	w.extra, w.replaced = extra, partName(from.sheet.part)
	return extra, nil
}

// replaces reports whether a part is of the sheet that is replaced.
func (w *keepWriter) replaces(part string) bool {
	return w.replaced != "" && (part == w.replaced || part == partName(relationsOf(w.replaced)))
}

// extraName is the name of the part of the second sheet.
func (w *keepWriter) extraName() string {
	if w.replaced != "" {
		return w.from.parts.byName[w.replaced].Name
	}
	return w.extraPart.part
}

// styledRows is how many rows of a sheet are looked at for the styles of its columns: the
// cells of some may be missing.
const styledRows = 50

// take takes the styles of the columns of a sheet that is replaced, by their names. A column
// that it lacks has the styles of the one before it.
func (s *styleIDs) take(from *reader, header []string) error {
	headers, cells, err := from.columnStyles()
	if err != nil {
		return err
	}
	for i, name := range header {
		at := slices.Index(from.Header(), name)
		switch {
		case at >= 0:
			s.headers, s.cells = append(s.headers, headers[at]), append(s.cells, cells[at])
		case i > 0:
			s.headers, s.cells = append(s.headers, s.headers[i-1]), append(s.cells, s.cells[i-1])
		default:
			s.headers, s.cells = append(s.headers, s.header), append(s.cells, s.cell)
		}
	}
	return nil
}

// columnStyles returns the styles of the names of the columns, and of the first cell below
// each.
func (r *reader) columnStyles() (headers, cells []int, err error) {
	headers, cells = make([]int, len(r.header)), make([]int, len(r.header))
	err = r.scanRows(func(g *grid) (more bool) {
		if g.row > r.headerRow+styledRows {
			return false
		}
		for _, c := range g.cells {
			switch {
			case c.column >= len(headers):
			case g.row == r.headerRow:
				headers[c.column] = c.style
			case g.row > r.headerRow && cells[c.column] == 0:
				cells[c.column] = c.style
			}
		}
		return true
	})
	return headers, cells, err
}

// reviewStyles adds the styles of a sheet for review: of values that are wrapped, that offer
// something, and that are links.
func (s *styleLists) reviewStyles() (wrapped, offering, linked int) {
	const alignment = `vertical="top" wrapText="1"`
	fill := s.solidFill(chooseColor)
	wrapped, offering = s.style(0, alignment), s.style(fill, alignment)
	font := s.font
	s.font = s.put("fonts", fmt.Sprintf(`<%sfont><%[1]su/><%[1]ssz val="11"/><%[1]scolor rgb="FF%s"/><%[1]sname val="Calibri"/></%[1]sfont>`, s.prefix, linkColor))
	linked = s.style(0, alignment)
	s.font = font
	return wrapped, offering, linked
}
