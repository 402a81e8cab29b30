package xlsx

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"loanmap/io/disk"
	"loanmap/io/sheet/rows"
)

const (
	// editLimit is how many bytes a part may have that is edited in memory.
	editLimit = 32 << 20
	// maxMerges is how many merged areas beyond the last column are considered.
	maxMerges = 10_000
)

// properties are what a sheet says outside its rows.
type properties struct {
	prefix        string // of the names of its elements
	strict        bool   // it is strict Office Open XML, not transitional
	merges        []merge
	tooManyMerges bool // more than maxMerges
}

// merge is the last cell of a merged area that reaches beyond the columns in use.
type merge struct{ column, row int }

// observe takes a token from outside the rows. width is how many columns are in use.
func (p *properties) observe(t *token, width int) {
	switch {
	case t.kind == startTag && t.depth == 1:
		p.prefix = string(t.prefix)
		p.strict = bytes.Contains(t.attrs, []byte(strictXML))
	case t.is(startTag, "mergeCell"):
		if a, ok := parseArea(t.attr("ref")); ok && a.right >= width {
			p.tooManyMerges = len(p.merges) >= maxMerges
			if !p.tooManyMerges {
				p.merges = append(p.merges, merge{a.right, a.bottom})
			}
		}
	}
}

// area is a range of cells. Columns count from 0, rows from 1.
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

// keepPlan is how our columns are added to a workbook that is kept.
type keepPlan struct {
	properties
	first, last int // our columns, from 0
	replaced    []int
	headerRow   int
	// IDs of the styles of our cells, 0 for none.
	header, cell int
	tints        map[string]int
	styles       []byte            // the edited styles part, nil if it is unchanged
	tables       map[string][]byte // the edited parts of tables, by name in lower case
}

// Keepable reports, as a disk.Error, why the workbook in layout.Keep cannot be kept.
func Keepable(layout rows.Layout) error {
	if r, ok := layout.Keep.(*reader); ok && layout.RewriteSheet {
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
		return nil, &disk.Error{Doing: "keeping the workbook", Problem: "the input is not a workbook", Hint: "the output will be a new workbook"}
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

// notKept explains why the workbook cannot be kept.
func (r *reader) notKept(err error) error {
	return &disk.Error{
		Doing: "keeping the workbook " + r.in.Name, Err: err,
		Hint: "its rows go into a new workbook; copy the added columns from there if you need the rest",
	}
}

// keepable refuses a workbook that would not open after an edit.
func (r *reader) keepable() error {
	switch {
	case r.book.macros:
		return errors.New("it has macros, which an .xlsx file cannot hold")
	case r.book.signed:
		return errors.New("it is signed, and a change would break the signature")
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

// isOurs reports whether a column is added, or was added by an earlier run.
func (p *keepPlan) isOurs(column int) bool {
	return column >= p.first && column <= p.last || slices.Contains(p.replaced, column)
}

// overHeader reports whether an area starts in the row of the header.
func (p *keepPlan) overHeader(ref string) bool {
	a, ok := parseArea(ref)
	return ok && a.top == p.headerRow
}

// widen extends an area to our last column.
func (p *keepPlan) widen(ref string) string {
	a, ok := parseArea(ref)
	if !ok {
		return ref
	}
	return fmt.Sprintf("%s%d:%s%d", columnName(a.left), a.top, columnName(p.last), a.bottom)
}

// widenDimension extends the area of a whole sheet to its last row and our last column.
func (p *keepPlan) widenDimension(ref string, last int) string {
	a, ok := parseArea(ref)
	if !ok {
		return ref
	}
	return fmt.Sprintf("%s%d:%s%d", columnName(a.left), a.top, columnName(max(a.right, p.last)), max(a.bottom, last))
}

// widenNamedRange widens an area with the name of its sheet, such as Loans!$A$1:$F$9.
func (p *keepPlan) widenNamedRange(ref string) string {
	i := strings.LastIndexByte(ref, '!') + 1
	a, ok := parseArea(ref[i:])
	if !ok || a.top != p.headerRow {
		return ref
	}
	return fmt.Sprintf("%s$%s$%d:$%s$%d", ref[:i], columnName(a.left), a.top, columnName(p.last), a.bottom)
}
