package xlsx

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// neighborStyles returns the styles of the last of the user's own cells, in the header and
// in the row below it.
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

// planStyles adds styles for our cells: those of their neighbors, as text, and tinted.
func (r *reader) planStyles(p *keepPlan, tints map[string]string) error {
	header, neighbor, err := r.neighborStyles(p.first)
	if p.header = header; err != nil || r.book.styles == "" {
		return err
	}
	found := styleCounts{neighbor: neighbor}
	if err := r.parts.scan(r.book.styles, found.observe); err != nil || found.fills == 0 || found.xfs == 0 {
		return err // without styles there is nothing to copy
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

// styleCounts counts the styles, and describes the one of the neighbor.
type styleCounts struct {
	neighbor   int // the style to copy
	fills, xfs int
	like       string // the attributes of that style
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
		if s.xfs == s.neighbor {
			s.like = fmt.Sprintf(`fontId="%d" borderId="%d" xfId="%d" applyFont="1" applyBorder="1"`,
				intAttr(t, "fontId"), intAttr(t, "borderId"), intAttr(t, "xfId"))
		}
		s.xfs++
	}
	return nil
}

// intAttr returns the value of an attribute, or 0.
func intAttr(t *token, name string) int {
	n, err := strconv.Atoi(t.attr(name))
	if err != nil {
		return 0
	}
	return n
}
