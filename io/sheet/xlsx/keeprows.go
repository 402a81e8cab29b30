package xlsx

import (
	"fmt"
	"slices"
	"strings"
)

// fate says what becomes of a cell of a workbook that is kept.
type fate bool

const (
	stays fate = false
	goes  fate = true // it is one of ours, of an earlier run
)

// placedCell is one of our cells in a row: where it is in buf.
type placedCell struct{ column, from, to int }

// planCells decides what becomes of the cells of each column.
func (w *keepWriter) planCells() {
	p := &w.plan.places
	for i := range p.columns {
		w.order = append(w.order, i)
	}
	slices.SortFunc(w.order, func(a, b int) int { return p.columns[a] - p.columns[b] })
	last := slices.Max(append(p.all(), 0))
	w.atHeader, w.below = make([]fate, last+1), make([]fate, last+1)
	for _, column := range p.all() {
		w.below[column] = goes
	}
	for _, column := range slices.Concat(p.fresh, p.removed) {
		w.atHeader[column] = goes
	}
}

// freshWidths returns the widths of our new columns.
func (w *keepWriter) freshWidths() []int {
	var sample [][]string
	for _, cells := range w.sample {
		if cells != nil {
			sample = append(sample, cells)
		}
	}
	var widths []int
	for i, width := range widthsOf(w.ourHeader(), sample) {
		if slices.Contains(w.plan.fresh, w.plan.columns[i]) {
			widths = append(widths, width)
		}
	}
	return widths
}

// writeHeader writes the names of our new columns. Those of the others stay as they are.
func (w *keepWriter) writeHeader() error {
	w.buf, w.cells = w.buf[:0], w.cells[:0]
	names := w.ourHeader()
	if err := checkCells("writing "+w.Name(), w.from.headerRow, names); err != nil {
		return err
	}
	for _, i := range w.order {
		if column := w.plan.columns[i]; slices.Contains(w.plan.fresh, column) {
			w.place(column, w.from.headerRow, w.plan.header, names[i], "")
		}
	}
	return w.addRow(w.from.headerRow, w.atHeader)
}

// place appends one of our cells to those of the row, with the address that it leads to.
func (w *keepWriter) place(column, row, style int, text, address string) {
	from := len(w.buf)
	if w.buf = appendLinkedCell(w.buf, w.plan.prefix, column, row, style, text, address); len(w.buf) > from {
		w.cells = append(w.cells, placedCell{column, from, len(w.buf)})
	}
}

// writeRow writes the next row with our cells.
func (w *keepWriter) writeRow(added []string) error {
	w.count++
	if w.written++; w.written == w.plan.totalsRow {
		w.written++ // it is copied as it is
	}
	w.buf, w.cells = w.buf[:0], w.cells[:0]
	if w.plan.links {
		w.asIs = append(w.asIs, added == nil)
	}
	if added == nil {
		return w.copyBefore(w.written + 1)
	}
	if err := checkCells("writing "+w.Name(), w.written, added); err != nil {
		return err
	}
	for _, i := range w.order {
		address := w.layout.Address(len(w.layout.Header)-len(added)+i, added[i])
		w.place(w.plan.columns[i], w.written, w.cellStyle(i, added[i]), added[i], address)
	}
	return w.addRow(w.written, w.below)
}

// copyBefore copies the rows before one as they are.
func (w *keepWriter) copyBefore(row int) error {
	for w.inRows && w.row < row {
		if err := w.copyRow(nil); err != nil {
			return err
		}
	}
	return nil
}

// addRow writes a row with our cells, after the rows that precede it.
func (w *keepWriter) addRow(row int, fates []fate) error {
	if err := w.copyBefore(row); err != nil {
		return err
	}
	if w.inRows && w.row == row {
		return w.copyRow(fates)
	}
	if len(w.cells) == 0 {
		return nil
	}
	// The sheet does not store the row, because it is empty.
	_, err := fmt.Fprintf(w.out, `<%srow r="%d">%s</%[1]srow>`, w.plan.prefix, row, w.buf)
	return err
}

func (w *keepWriter) cellStyle(column int, text string) int {
	if style, ok := w.plan.tints[text]; ok && column == 0 {
		return style
	}
	return w.plan.cell
}

// copyRow copies the current row and puts our cells in their place among its own. If fates
// is nil, the row stays as it is.
func (w *keepWriter) copyRow(fates []fate) error {
	if w.rowToken.empty {
		if fates == nil {
			_, _ = w.out.Write(w.rowTag)
		} else if err := w.closeEmptyRow(); err != nil {
			return err
		}
		return w.copyToNextRow()
	}
	if fates == nil {
		_, _ = w.out.Write(w.rowTag)
	} else {
		w.writeRowTag()
	}
	pending := w.cells
	if fates == nil {
		pending = nil
	}
	column := -1
	for {
		if err := w.xml.next(); err != nil {
			return err
		}
		t := &w.xml.token
		if t.is(startTag, "c") && t.depth == 4 && (fates != nil || len(w.handed) > 0) {
			column++
			if err := w.copyCell(t, &column, &pending, fates); err != nil {
				return err
			}
			continue
		}
		end := t.is(endTag, "row") && t.depth == 3
		if end || t.is(startTag, "extLst") && t.depth == 4 {
			w.writePending(&pending, len(w.below))
		}
		_, _ = w.out.Write(t.raw)
		if end {
			return w.copyToNextRow()
		}
	}
}

// writePending writes those of our cells that are in front of a column.
func (w *keepWriter) writePending(pending *[]placedCell, column int) {
	for len(*pending) > 0 && (*pending)[0].column < column {
		_, _ = w.out.Write(w.buf[(*pending)[0].from:(*pending)[0].to])
		*pending = (*pending)[1:]
	}
}

// copyCell copies a cell, or drops it if it is in one of our columns.
func (w *keepWriter) copyCell(t *token, column *int, pending *[]placedCell, fates []fate) error {
	name, placed, err := attribute(t.attrs, "r")
	if err != nil {
		return err
	}
	if placed {
		if *column, err = parseRef(name, w.row); err != nil {
			return err
		}
	}
	w.writePending(pending, *column+1)
	drop := *column < len(fates) && fates[*column] == goes
	switch {
	case drop:
	case placed || fates == nil:
		_, _ = w.out.Write(t.raw)
	default: // its reference follows from the cell before it, which may be new
		head := 1 + len(t.prefix) + len(t.name)
		_, _ = fmt.Fprintf(w.out, `%s r="%s%d"%s`, t.raw[:head], columnName(*column), w.row, t.raw[head:])
	}
	if t.empty {
		return nil
	}
	return w.copyContent(*column, drop)
}

// copyContent copies what a cell holds, or drops it.
func (w *keepWriter) copyContent(column int, drop bool) error {
	for {
		if err := w.xml.next(); err != nil {
			return err
		}
		t := &w.xml.token
		if t.is(startTag, "f") && t.depth == 5 && (drop || len(w.handed) > 0) {
			if err := w.copyFormula(t, column, drop); err != nil {
				return err
			}
			continue
		}
		if !drop {
			_, _ = w.out.Write(t.raw)
		}
		if t.depth == 4 && t.kind == endTag {
			return nil
		}
	}
}

// handedFormula is a shared formula that is overwritten: the other cells that have it get
// a copy of their own.
type handedFormula struct {
	text        string
	column, row int
	bottom      int // the last row that has it
}

// maxHanded is how many shared formulas are kept before those that have ended are dropped.
const maxHanded = 1000

// copyFormula copies a formula, or drops it. A shared one whose first cell was overwritten
// is written out.
func (w *keepWriter) copyFormula(t *token, column int, drop bool) error {
	number, in, isFirst := "", area{}, false
	if t.attr("t") == "shared" {
		number = t.attr("si")
		in, isFirst = parseArea(t.attr("ref"))
	}
	from, shared := w.handed[number]
	shared = shared && number != "" && !isFirst
	if !drop && !shared {
		if isFirst {
			delete(w.handed, number)
		}
		_, err := w.out.Write(t.raw)
		return err
	}
	prefix := string(t.prefix)
	text, err := w.formulaText(t)
	switch {
	case err != nil:
		return err
	case drop && isFirst:
		w.hand(number, handedFormula{text, column, w.row, in.bottom})
	case !drop:
		text = shiftFormula(from.text, column-from.column, w.row-from.row)
		_, _ = fmt.Fprintf(w.out, `<%sf>%s</%[1]sf>`, prefix, appendEscaped(nil, text))
	}
	return nil
}

// hand keeps a shared formula that is overwritten.
func (w *keepWriter) hand(number string, f handedFormula) {
	if len(w.handed) >= maxHanded {
		for old, other := range w.handed {
			if other.bottom < w.row {
				delete(w.handed, old)
			}
		}
	}
	w.handed[number] = f
}

// formulaText reads to the end of a formula.
func (w *keepWriter) formulaText(t *token) (string, error) {
	var text strings.Builder
	for empty := t.empty; !empty; {
		if err := w.xml.next(); err != nil {
			return "", err
		}
		switch t := &w.xml.token; t.kind {
		case endTag:
			return text.String(), nil
		case textToken:
			part, err := appendText(nil, t.raw)
			if err != nil {
				return "", err
			}
			text.Write(part)
		default: // a comment
		}
	}
	return text.String(), nil
}
