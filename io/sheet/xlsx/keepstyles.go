package xlsx

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// neighborStyles returns the styles of the last of the user's own cells before a column, in
// the header and in the row below it.
func (r *reader) neighborStyles(before int, ours []int) (header, cell int, err error) {
	err = r.scanRows(func(g *grid) (more bool) {
		for _, c := range g.cells {
			switch {
			case c.column >= before || slices.Contains(ours, c.column):
			case g.row == r.headerRow:
				header = c.style
			case g.row > r.headerRow:
				cell = c.style
			}
		}
		return g.row <= r.headerRow
	})
	return header, cell, err
}

// scanRows reads the sheet row by row, as long as take wants more.
func (r *reader) scanRows(take func(*grid) (more bool)) error {
	content, err := r.parts.open(r.sheet.part)
	if err != nil {
		return err
	}
	defer content.Close()
	grid, err := newGrid(content)
	if err != nil {
		return err
	}
	for {
		if more, err := grid.next(); err != nil || !more || !take(grid) {
			return err
		}
	}
}

// planStyles adds styles for our cells: those of their neighbors, as text, and tinted.
// Styles of an earlier run are used again.
func (r *reader) planStyles(p *keepPlan, tints map[string]string) error {
	header, neighbor, err := r.neighborStyles(slices.Min(append(p.all(), maxStyles)), p.all())
	if p.header = header; err != nil || r.book.styles == "" {
		return err
	}
	found := styleLists{neighbor: neighbor, counts: map[string]int{}, items: map[string]int{}}
	if err := r.parts.scan(r.book.styles, found.observe); err != nil || found.counts["cellXfs"] == 0 {
		return err // without styles there is nothing to copy
	}
	found.complete()
	p.cell = found.style(0, "")
	if p.review {
		p.wrapped, p.offering, p.linked = found.reviewStyles()
	}
	p.tints = map[string]int{}
	for _, value := range slices.Sorted(maps.Keys(tints)) {
		p.tints[value] = found.style(found.solidFill(tints[value]), "")
	}
	if len(found.added) > 0 {
		p.styles, err = r.parts.edit(r.book.styles, found.edit())
	}
	return err
}

// styleOrder is the order of the lists of a part of styles (ECMA-376, CT_Stylesheet).
var styleOrder = []string{
	"numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors", "extLst",
}

// styleLists are the lists of a part of styles, and what is added to them.
type styleLists struct {
	neighbor int // the style to copy
	prefix   string
	counts   map[string]int
	items    map[string]int    // place of each element of fills and cellXfs, by its list and XML
	added    map[string]string // XML, by list
	font     int               // of the neighbor
	border   int
	xfID     int

	list string
	item []byte
}

// maxKnownStyles is how many styles and fills are compared with ours.
const maxKnownStyles = 10_000

func (s *styleLists) observe(t *token) error {
	if t.depth == 2 && t.kind == startTag {
		s.list, s.prefix = string(t.name), string(t.prefix)
		s.counts[s.list] += 0
	}
	if t.depth < 3 || t.kind == textToken && t.depth < 3 {
		return nil
	}
	if t.depth == 3 && t.kind == startTag {
		s.item = s.item[:0]
		s.takeNeighbor(t)
	}
	s.item = append(s.item, t.raw...)
	if t.depth != 3 || t.kind != endTag && !t.empty {
		return nil
	}
	if (s.list == "fills" || s.list == "cellXfs") && len(s.items) < maxKnownStyles {
		key := s.list + string(s.item)
		if _, known := s.items[key]; !known {
			s.items[key] = s.counts[s.list]
		}
	}
	s.counts[s.list]++
	return nil
}

// takeNeighbor takes what our styles have in common with the one to copy.
func (s *styleLists) takeNeighbor(t *token) {
	if s.list == "cellXfs" && s.counts[s.list] == s.neighbor {
		s.font, s.border, s.xfID = intAttr(t, "fontId"), intAttr(t, "borderId"), intAttr(t, "xfId")
	}
}

// complete adds the elements that our styles refer to, where the lists lack them. The first
// two fills are always those of a spreadsheet program, whatever the list says.
func (s *styleLists) complete() {
	s.added = map[string]string{}
	s.need("fonts", "<%sfont/>")
	s.need("fills", `<%sfill><%[1]spatternFill patternType="none"/></%[1]sfill>`, `<%sfill><%[1]spatternFill patternType="gray125"/></%[1]sfill>`)
	s.need("borders", "<%sborder/>")
	s.need("cellStyleXfs", "<%sxf/>")
	s.font, s.border, s.xfID = s.within("fonts", s.font), s.within("borders", s.border), s.within("cellStyleXfs", s.xfID)
}

// need adds those of the first elements of a list that it lacks.
func (s *styleLists) need(list string, first ...string) {
	for _, element := range first[min(s.counts[list], len(first)):] {
		s.put(list, fmt.Sprintf(element, s.prefix))
	}
}

// within returns a place in a list, or that of its first element if it has no such place.
func (s *styleLists) within(list string, place int) int {
	if place < 0 || place >= s.counts[list] {
		return 0
	}
	return place
}

// put adds an element to a list and returns its place.
func (s *styleLists) put(list, xml string) int {
	s.added[list] += xml
	s.counts[list]++
	return s.counts[list] - 1
}

// add returns the place of an element, which is added if the list lacks it.
func (s *styleLists) add(list, xml string) int {
	if at, known := s.items[list+xml]; known {
		return at
	}
	return s.put(list, xml)
}

// solidFill returns the place of a fill with a color (RRGGBB).
func (s *styleLists) solidFill(color string) int {
	return s.add("fills", fmt.Sprintf(`<%sfill><%[1]spatternFill patternType="solid"><%[1]sfgColor rgb="FF%s"/><%[1]sbgColor indexed="64"/></%[1]spatternFill></%[1]sfill>`,
		s.prefix, color))
}

// style returns a style for text with a fill, or with none for 0, and what else is in it.
func (s *styleLists) style(fill int, alignment string) int {
	apply := `applyNumberFormat="1" applyFont="1"`
	if fill > 0 {
		apply += ` applyFill="1"`
	}
	return s.add("cellXfs", fmt.Sprintf(`<%sxf numFmtId="49" fontId="%d" fillId="%d" borderId="%d" xfId="%d" %s applyBorder="1"`,
		s.prefix, s.font, fill, s.border, s.xfID, apply)+s.content(alignment))
}

// content closes the tag of a style, with its alignment if it has one.
func (s *styleLists) content(alignment string) string {
	if alignment == "" {
		return "/>"
	}
	return fmt.Sprintf(` applyAlignment="1"><%salignment %s/></%[1]sxf>`, s.prefix, alignment)
}

// edit returns the edit that adds what was added. A list that is missing goes to its place.
func (s *styleLists) edit() edit {
	missing := map[string]bool{}
	for list := range s.added {
		missing[list] = true
	}
	return func(t *token, out *bytes.Buffer) bool {
		name := string(t.name)
		switch {
		case t.is(endTag, "styleSheet"):
			s.insert(out, missing, len(styleOrder))
		case t.depth != 2 || t.kind == textToken:
		case t.kind == startTag:
			delete(missing, name)
			s.insert(out, missing, slices.Index(styleOrder, name))
			if s.added[name] == "" {
				return false
			}
			tag := changeTag(t, "count", strconv.Itoa(s.counts[name]))
			if t.empty {
				fmt.Fprintf(out, "%s>%s</%s%s>", bytes.TrimRight(tag[:len(tag)-2], " "), s.added[name], t.prefix, name)
			} else {
				out.Write(tag)
			}
			return true
		case t.kind == endTag:
			out.WriteString(s.added[name])
		}
		return false
	}
}

// insert writes the lists that are missing and precede one.
func (s *styleLists) insert(out *bytes.Buffer, missing map[string]bool, before int) {
	for i, list := range styleOrder {
		if i < before && missing[list] {
			fmt.Fprintf(out, `<%s%s count="%d">%s</%[1]s%[2]s>`, s.prefix, list, s.counts[list], s.added[list])
			delete(missing, list)
		}
	}
}

// intAttr returns the value of an attribute, or 0.
func intAttr(t *token, name string) int {
	n, err := strconv.Atoi(t.attr(name))
	if err != nil {
		return 0
	}
	return n
}
