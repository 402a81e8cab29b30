package xlsx

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// copyTail copies what follows the rows. A filter on the header is fitted to our columns:
// otherwise sorting by it would not move them. Links of cells that are overwritten, and
// rules about columns that are removed, are left out.
func (w *keepWriter) copyTail() error {
	list := listWriter{drop: w.restOf, uncounted: len(w.plan.removed) > 0}
	filter := filterEdit{plan: w.plan, depth: 2}
	for {
		err := w.xml.next()
		if errors.Is(err, io.EOF) {
			return w.out.Flush()
		} else if err != nil {
			return err
		}
		var out bytes.Buffer
		t := &w.xml.token
		if !filter.edit(t, &out) && !list.write(t, &out) {
			out.Write(t.raw)
		}
		_, _ = w.out.Write(out.Bytes())
	}
}

// restOf returns the areas that are left of those of an element behind the rows, and
// whether they have changed. A hyperlink of ours leads to the record that was found
// before; whatever else there is in a column that stays is the user's choice.
func (w *keepWriter) restOf(name string, areas []area) (rest []area, changed bool) {
	gone := w.plan.removed
	from := w.from.headerRow
	if name == "hyperlink" {
		gone, from = w.plan.all(), from+1
	}
	for _, column := range gone {
		cut := areas[:0:0]
		for _, a := range areas {
			if a.right < column || a.left > column || a.bottom < from || name == "hyperlink" && w.isAsIs(a) {
				cut = append(cut, a)
				continue
			}
			changed = true
			cut = append(cut, a.without(column, from)...)
		}
		areas = cut
	}
	return areas, changed
}

// isAsIs reports whether an area is in one row, which was left as it is.
func (w *keepWriter) isAsIs(a area) bool {
	row := a.top - w.from.headerRow - 1
	return a.top == a.bottom && (row >= len(w.asIs) || row >= 0 && w.asIs[row])
}

// without returns what is left of an area without a column of it, from a row on.
func (a area) without(column, from int) (rest []area) {
	for _, part := range []area{
		{a.left, a.top, a.right, min(a.bottom, from-1)},
		{a.left, max(a.top, from), column - 1, a.bottom},
		{column + 1, max(a.top, from), a.right, a.bottom},
	} {
		if part.left <= part.right && part.top <= part.bottom {
			rest = append(rest, part)
		}
	}
	return rest
}

// listWriter writes the lists behind the rows without the elements that have no area left,
// and without a list that has no element left.
type listWriter struct {
	drop      func(name string, areas []area) (rest []area, changed bool)
	uncounted bool   // elements may be left out, so that their count is not known
	list      []byte // the start tag of the list, until an element of it is written
	inList    bool
	skipper
}

// areaLists are the lists whose elements are each about some areas, by the attribute with
// the areas. A conditional format is in no list.
var areaLists = map[string]string{
	"dataValidations": "sqref", "hyperlinks": "ref", "ignoredErrors": "sqref", "protectedRanges": "sqref",
}

// write takes a token, and reports whether it is done with it.
func (l *listWriter) write(t *token, out *bytes.Buffer) bool {
	name := string(t.name)
	_, isList := areaLists[name]
	switch {
	case l.skips(t):
		return true
	case t.kind == startTag && t.depth == 2 && isList && !t.empty:
		l.list, l.inList = bytes.Clone(t.raw), true
		if l.uncounted {
			l.list = bytes.Clone(changeTag(t, "count", ""))
		}
		return true
	case t.kind == endTag && t.depth == 2 && isList:
		unwritten := l.list != nil
		l.list, l.inList = nil, false
		return unwritten
	case t.kind == startTag && (l.inList && t.depth == 3 || t.depth == 2 && name == "conditionalFormatting"):
		return l.writeElement(t, out)
	}
	return l.inList && l.list != nil // white space
}

// writeElement writes the start tag of an element, for what is left of its areas.
func (l *listWriter) writeElement(t *token, out *bytes.Buffer) bool {
	attr := "sqref"
	if string(t.name) == "hyperlink" {
		attr = "ref"
	}
	rest, changed := l.drop(string(t.name), parseAreas(t.attr(attr)))
	if changed && len(rest) == 0 {
		return l.skip(t)
	}
	if l.list != nil {
		out.Write(l.list)
		l.list = nil
	}
	if !changed {
		return false
	}
	if attr == "ref" { // it has one area
		for _, a := range rest[1:] {
			out.Write(changeTag(t, attr, a.String()))
		}
		rest = rest[:1]
	}
	var refs []string
	for _, a := range rest {
		refs = append(refs, a.String())
	}
	out.Write(changeTag(t, attr, strings.Join(refs, " ")))
	return true
}

// filterEdit fits a filter, and the order in which it sorts, to our columns. depth is that
// of the filter.
type filterEdit struct {
	plan   *keepPlan
	depth  int
	left   int // first column of the filter
	inside bool
	skipper
}

// edit takes a token, and reports whether it is done with it.
func (f *filterEdit) edit(t *token, out *bytes.Buffer) bool {
	switch {
	case f.skips(t):
		return true
	case t.is(startTag, "autoFilter") && t.depth == f.depth && f.plan.overHeader(t.attr("ref")):
		a, _ := parseArea(t.attr("ref"))
		f.left, f.inside = a.left, !t.empty
		out.Write(changeTag(t, "ref", f.plan.refit(t.attr("ref"))))
		return true
	case t.is(endTag, "autoFilter"):
		f.inside = false
	case t.is(startTag, "filterColumn") && f.inside && f.plan.isRemoved(f.left+intAttr(t, "colId")):
		return f.skip(t)
	case t.is(startTag, "sortState") && (f.inside || t.depth == f.depth) && len(f.plan.removed) > 0:
		return f.skip(t)
	}
	return false
}

// skipper leaves elements out. It is the depth of the one that is left out; 0: none.
type skipper int

// skip begins to leave out the element of a start tag, and returns true.
func (s *skipper) skip(t *token) bool {
	if !t.empty {
		*s = skipper(t.depth)
	}
	return true
}

// skips reports whether a token is in the element that is left out, or ends it.
func (s *skipper) skips(t *token) bool {
	if *s == 0 {
		return false
	}
	if t.kind == endTag && t.depth == int(*s) {
		*s = 0
	}
	return true
}
