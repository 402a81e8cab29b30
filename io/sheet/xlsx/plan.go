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

// editLimit is how many bytes a part may have that is edited in memory.
const editLimit = 32 << 20

// properties are what a sheet says outside its rows.
type properties struct {
	prefix string // of the names of its elements
	strict bool   // it is strict Office Open XML, not transitional
	rules  bool   // it has formulas outside its cells
	links  bool   // it has hyperlinks
	merged columnRows
}

// observe takes a token from outside the rows. last is the last row that shows something.
func (p *properties) observe(t *token, last int) {
	if t.kind != startTag {
		return
	}
	switch string(t.name) {
	case "worksheet":
		if t.depth == 1 {
			p.prefix, p.strict = string(t.prefix), bytes.Contains(t.attrs, []byte(strictXML))
		}
	case "mergeCell":
		if a, ok := parseArea(t.attr("ref")); ok && a.top <= last {
			p.merged.mark(a)
		}
	case "hyperlink":
		p.links = true
	case "f", "formula", "formula1", "formula2":
		p.rules = true
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
	places
	headerRow, totalsRow int
	recalculate          bool // formulas of the user's read our columns
	dropChain            bool // cells with formulas are overwritten
	// IDs of the styles of our cells, 0 for none.
	header, cell int
	// Of the cells of a second sheet, if it is for review.
	review                    bool
	wrapped, offering, linked int

	tints  map[string]int
	styles []byte            // the edited styles part, nil if it is unchanged
	tables map[string][]byte // the edited parts of tables, by name in lower case
}

// Keepable reports, as a disk.Error, why the workbook in layout.Keep cannot be kept.
func Keepable(layout rows.Layout) error {
	if r, ok := layout.Keep.(*reader); ok && layout.RewriteSheet {
		err := r.keepable()
		if err == nil {
			err = r.rewritable()
		}
		if err != nil {
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
	p, err := r.plan(layout)
	if err != nil {
		return nil, r.notKept(err)
	}
	return p, nil
}

func (r *reader) plan(layout rows.Layout) (*keepPlan, error) {
	if r.tablesErr != nil {
		return nil, r.tablesErr
	}
	used, err := r.references()
	if err != nil {
		return nil, err
	}
	added := layout.Header[len(layout.Header)-layout.Added:]
	p := &keepPlan{properties: r.properties, headerRow: r.headerRow, totalsRow: r.totalsRow}
	if p.places, err = r.place(added, layout.Replaced, used); err != nil {
		return nil, err
	}
	if err := r.checkRenewed(p, used); err != nil {
		return nil, err
	}
	if err := r.planStyles(p, layout.Tints); err != nil {
		return nil, err
	}
	return p, r.planTables(p, added)
}

// checkRenewed refuses what cannot follow when the cells of our columns are written, and
// finds out what formulas have to do with them.
func (r *reader) checkRenewed(p *keepPlan, used *references) error {
	if used.childless && slices.ContainsFunc(p.all(), func(column int) bool { return used.inside.reaches(column, r.headerRow) }) {
		return errors.New("it has a shared formula that is not in the first of its cells")
	}
	for _, column := range p.all() {
		switch {
		case r.properties.merged.reaches(column, r.headerRow):
			return fmt.Errorf("it has merged cells in column %s, which loanmap writes", columnName(column))
		case used.arrays.reaches(column, r.headerRow):
			return fmt.Errorf("it has a formula in column %s that several cells share, and loanmap writes there", columnName(column))
		}
		p.dropChain = p.dropChain || used.inside.reaches(column, r.headerRow)
	}
	p.recalculate = used.formulas > 0 && len(p.fresh) < len(p.columns)
	return nil
}

// rewritable refuses to write a sheet anew where formulas refer to its tables, which are
// gone then.
func (r *reader) rewritable() error {
	if len(r.tables) == 0 {
		return r.tablesErr
	}
	used, err := r.references()
	if err == nil && len(used.names) > 0 {
		err = fmt.Errorf("formulas refer to its table %q", r.tables[0].name)
	}
	return err
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
	case r.properties.merged.every:
		return errors.New("it has too many merged areas")
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

// overHeader reports whether an area starts in the row of the header.
func (p *keepPlan) overHeader(ref string) bool {
	a, ok := parseArea(ref)
	return ok && a.top == p.headerRow
}

// refit returns an area with our new columns, and without those that are removed.
func (p *keepPlan) refit(ref string) string {
	a, ok := parseArea(ref)
	if !ok {
		return ref
	}
	a.right = p.refitRight(a.right)
	return a.String()
}

// widenDimension extends the area of a whole sheet to what it has, and to our columns.
// Programs that do not count its cells say A1.
func (p *keepPlan) widenDimension(ref string, has *extent) string {
	a, ok := parseArea(ref)
	if !ok {
		return ref
	}
	a.right, a.bottom = max(a.right, slices.Max(append(slices.Clip(p.columns), has.right))), max(a.bottom, has.bottom)
	return fmt.Sprintf("%s%d:%s%d", columnName(a.left), a.top, columnName(a.right), a.bottom)
}

// refitNamedRange is refit of an area with the name of its sheet, such as Loans!$A$1:$F$9.
func (p *keepPlan) refitNamedRange(ref string) string {
	i := strings.LastIndexByte(ref, '!') + 1
	a, ok := parseArea(ref[i:])
	if !ok || a.top != p.headerRow {
		return ref
	}
	return fmt.Sprintf("%s$%s$%d:$%s$%d", ref[:i], columnName(a.left), a.top, columnName(p.refitRight(a.right)), a.bottom)
}
