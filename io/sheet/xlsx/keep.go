package xlsx

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"loanmap/io/disk"
	"loanmap/io/sheet/rows"
)

// keepWriter writes a copy of a workbook, with our columns to the right of the sheet that
// was read. It copies that sheet row by row and adds our cells, edits a few small parts,
// and copies all others compressed as they are. Its memory does not grow with the sheet:
// excelize takes 10 GB for a million rows.
type keepWriter struct {
	*disk.File
	from      *reader
	layout    rows.Layout
	plan      *keepPlan
	zip       *zip.Writer
	extra     *extraSheet
	extraPart *extraPart

	content io.ReadCloser
	xml     *scanner
	out     *bufio.Writer
	sample  [][]string
	started bool
	written int // number of the last row written
	buf     []byte
	// The next row of the sheet, of which the start tag was read.
	row      int
	rowTag   []byte
	rowToken token
	inRows   bool
}

func newKeepWriter(file *disk.File, layout rows.Layout) (rows.Writer, error) {
	plan, err := planKeep(layout)
	if err != nil {
		return nil, err
	}
	if err := checkColumnCount("writing "+file.Name(), plan.last+1); err != nil {
		return nil, err
	}
	from := layout.Keep.(*reader)
	w := &keepWriter{
		File: file, from: from, layout: layout, plan: plan, zip: newZip(file),
		written: from.headerRow, buf: make([]byte, 0, 4<<10),
	}
	file.Buffer(w.flush, func() {
		w.extra.discard()
		if w.content != nil {
			_ = w.content.Close()
		}
	})
	return w, nil
}

// Write adds our cells of a row. The first rows wait: the widths of columns depend on them.
func (w *keepWriter) Write(cells []string) error {
	if w.Err() != nil {
		return w.Err()
	}
	added := cells[len(cells)-w.layout.Added:]
	var err error
	if w.started {
		err = w.writeRow(added)
	} else if w.sample = append(w.sample, slices.Clone(added)); len(w.sample) >= sampleRows {
		err = w.start()
	}
	if err != nil {
		return w.Fail(err)
	}
	return nil
}

// start copies all other parts, and the sheet down to the rows that wait.
func (w *keepWriter) start() (err error) {
	w.started = true
	if err := w.copyParts(); err != nil {
		return err
	}
	part := w.from.parts.byName[partName(w.from.sheet.part)]
	to, err := w.zip.CreateHeader(&zip.FileHeader{Name: part.Name, Method: zip.Deflate})
	if err != nil {
		return err
	}
	w.out = bufio.NewWriterSize(to, 64<<10)
	if w.content, err = w.from.parts.open(part.Name); err != nil {
		return err
	}
	if w.xml, err = newScanner(w.content); err != nil {
		return err
	}
	if err := w.copyHead(); err != nil {
		return err
	}
	w.written--
	if err := w.addRow(w.layout.Header[len(w.layout.Header)-w.layout.Added:], w.headerStyle); err != nil {
		return err
	}
	for _, cells := range w.sample {
		if err := w.writeRow(cells); err != nil {
			return err
		}
	}
	w.sample = nil
	return nil
}

// copyParts writes all parts except the sheet, which is last.
func (w *keepWriter) copyParts() error {
	changed, err := w.changedParts()
	if err != nil {
		return err
	}
	for _, part := range w.from.parts.list {
		name := partName(part.Name)
		if name == partName(w.from.sheet.part) {
			continue
		}
		if content, ok := changed[name]; ok {
			err = addPart(w.zip, part.Name, content)
		} else {
			err = w.zip.Copy(part)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// copyHead copies what precedes the rows, with widths for our columns.
func (w *keepWriter) copyHead() error {
	var cols colList
	for {
		if err := w.xml.next(); err != nil {
			return err
		}
		t := &w.xml.token
		switch {
		case t.is(startTag, "dimension") && t.depth == 2:
			w.writeTag(t, "ref", w.plan.widenDimension(t.attr("ref"), w.from.extent.last))
		case t.is(startTag, "col") && t.depth == 3:
			cols.add(t)
		case string(t.name) == "col", string(t.name) == "cols": // written with ours, before sheetData
		case t.is(startTag, "sheetData") && t.depth == 2:
			widths := widthsOf(w.layout.Header[len(w.layout.Header)-w.layout.Added:], w.sample)
			cols.write(w.out, string(t.prefix), w.plan.first, widths)
			_, _ = w.out.Write(t.raw)
			w.inRows = !t.empty
			return w.copyToNextRow()
		default:
			_, _ = w.out.Write(t.raw)
		}
	}
}

// writeTag writes a start tag with a new value for one attribute.
func (w *keepWriter) writeTag(t *token, name, value string) {
	_, _ = w.out.Write(changeTag(t, name, value))
}

// copyToNextRow copies up to the start tag of the next row, or the end of the rows.
func (w *keepWriter) copyToNextRow() error {
	for w.inRows {
		if err := w.xml.next(); err != nil {
			return err
		}
		t := &w.xml.token
		switch {
		case t.is(startTag, "row") && t.depth == 3:
			return w.holdRowTag(t)
		case t.is(endTag, "sheetData"):
			w.inRows = false
			w.rowTag = append(w.rowTag[:0], t.raw...) // written after the last row
		default:
			_, _ = w.out.Write(t.raw)
		}
	}
	return nil
}

// holdRowTag keeps the start tag of a row until our cells for it are known.
func (w *keepWriter) holdRowTag(t *token) error {
	number := t.attr("r")
	w.row++
	if number != "" {
		var err error
		if w.row, err = strconv.Atoi(number); err != nil {
			return errors.New("a row has no number")
		}
	}
	w.rowToken = *t
	w.rowTag = append(w.rowTag[:0], t.raw...)
	return nil
}

// writeRow writes the next row with our cells.
func (w *keepWriter) writeRow(added []string) error { return w.addRow(added, w.cellStyle) }

// addRow writes a row with our cells, after the rows that precede it.
func (w *keepWriter) addRow(added []string, style func(column int, text string) int) error {
	w.written++
	if err := checkCells("writing "+w.Name(), w.written, added); err != nil {
		return err
	}
	w.buf = w.buf[:0]
	for i, text := range added {
		w.buf = appendLinkedCell(w.buf, w.plan.prefix, w.plan.first+i, w.written, style(i, text), text, w.layout.Address(len(w.layout.Header)-len(added)+i, text))
	}
	for w.inRows && w.row < w.written {
		if err := w.copyRow(nil); err != nil {
			return err
		}
	}
	if w.inRows && w.row == w.written {
		return w.copyRow(w.buf)
	}
	// The sheet does not store the row, because it is empty.
	_, err := fmt.Fprintf(w.out, `<%srow r="%d">%s</%[1]srow>`, w.plan.prefix, w.written, w.buf)
	return err
}

func (w *keepWriter) headerStyle(int, string) int { return w.plan.header }

func (w *keepWriter) cellStyle(column int, text string) int {
	if style, ok := w.plan.tints[text]; ok && column == 0 {
		return style
	}
	return w.plan.cell
}

// copyRow copies the current row and puts our cells in their place among its own. If ours
// is nil, the row stays as it is.
func (w *keepWriter) copyRow(ours []byte) error {
	if w.rowToken.empty {
		if err := w.closeEmptyRow(ours); err != nil {
			return err
		}
		return w.copyToNextRow()
	}
	w.writeRowTag(ours)
	column, pending := -1, ours
	for {
		if err := w.xml.next(); err != nil {
			return err
		}
		t := &w.xml.token
		if t.is(startTag, "c") && t.depth == 4 && ours != nil {
			column++
			if err := w.copyCell(t, &column, &pending); err != nil {
				return err
			}
			continue
		}
		end := t.is(endTag, "row") && t.depth == 3
		if end || t.is(startTag, "extLst") && t.depth == 4 {
			_, _ = w.out.Write(pending)
			pending = nil
		}
		_, _ = w.out.Write(t.raw)
		if end {
			return w.copyToNextRow()
		}
	}
}

// writeRowTag writes the start tag without the columns that the row says it spans, as it
// spans more with ours.
func (w *keepWriter) writeRowTag(ours []byte) {
	if ours == nil {
		_, _ = w.out.Write(w.rowTag)
		return
	}
	t := w.heldRow()
	_, _ = w.out.Write(changeTag(&t, "spans", ""))
}

// heldRow returns the start tag of the current row.
func (w *keepWriter) heldRow() token {
	t := w.rowToken
	t.raw = w.rowTag
	end := len(w.rowTag) - 1
	if t.empty {
		end--
	}
	t.attrs = w.rowTag[1+nameLength(w.rowTag[1:end]) : end]
	return t
}

// closeEmptyRow writes a row that is one tag, with our cells.
func (w *keepWriter) closeEmptyRow(ours []byte) error {
	if len(ours) == 0 {
		_, err := w.out.Write(w.rowTag)
		return err
	}
	t := w.heldRow()
	tag := changeTag(&t, "spans", "")
	_, err := fmt.Fprintf(w.out, `%s>%s</%srow>`, bytes.TrimRight(tag[:len(tag)-2], " "), ours, w.plan.prefix)
	return err
}

// copyCell copies a cell, or drops it if it is in one of our columns.
func (w *keepWriter) copyCell(t *token, column *int, pending *[]byte) error {
	name, placed, err := attribute(t.attrs, "r")
	if err != nil {
		return err
	}
	if placed {
		ref := string(name)
		if *column, _, err = parseCellRef(ref); err != nil {
			return err
		}
	}
	if *column >= w.plan.first {
		_, _ = w.out.Write(*pending)
		*pending = nil
	}
	drop := w.plan.isOurs(*column)
	switch {
	case drop:
	case placed:
		_, _ = w.out.Write(t.raw)
	default: // its reference follows from the cell before it, which may be new
		head := 1 + len(t.prefix) + len(t.name)
		_, _ = fmt.Fprintf(w.out, `%s r="%s%d"%s`, t.raw[:head], columnName(*column), w.row, t.raw[head:])
	}
	if t.empty {
		return nil
	}
	for {
		if err := w.xml.next(); err != nil {
			return err
		}
		if !drop {
			_, _ = w.out.Write(w.xml.token.raw)
		}
		if w.xml.token.depth == 4 && w.xml.token.kind == endTag {
			return nil
		}
	}
}

// parseCellRef parses a cell reference such as AB12: the column from 0, and the row.
func parseCellRef(name string) (column, row int, err error) {
	column, row, err = excelize.CellNameToCoordinates(strings.ReplaceAll(name, "$", ""))
	return column - 1, row, err
}

// flush writes the rest of the workbook, if every row was written.
func (w *keepWriter) flush() error {
	if !w.started {
		if err := w.start(); err != nil {
			return err
		}
	}
	if last := w.from.extent.last; w.written != last {
		return w.from.in.Refuse(fmt.Sprintf("%d rows were written of %d", w.written-w.from.headerRow, last-w.from.headerRow),
			"run it again, and report this if it happens again")
	}
	for w.inRows {
		if err := w.copyRow(nil); err != nil {
			return err
		}
	}
	_, _ = w.out.Write(w.rowTag) // </sheetData>
	if err := w.copyTail(); err != nil {
		return err
	}
	if err := w.out.Flush(); err != nil {
		return err
	}
	if w.extra != nil {
		if err := w.extra.copyTo(w.zip, w.extraPart.part); err != nil {
			return err
		}
	}
	return w.zip.Close()
}

// copyTail copies what follows the rows. A filter on the header is widened over our
// columns: otherwise sorting by it would not move them.
func (w *keepWriter) copyTail() error {
	for {
		err := w.xml.next()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		t := &w.xml.token
		if t.is(startTag, "autoFilter") && t.depth == 2 && w.plan.overHeader(t.attr("ref")) {
			w.writeTag(t, "ref", w.plan.widen(t.attr("ref")))
			continue
		}
		_, _ = w.out.Write(t.raw)
	}
}

// addSheet adds a sheet whose name may have to change.
func (w *keepWriter) addSheet(name string, layout rows.Layout) (rows.Writer, error) {
	namespace := transitionalXML
	if w.plan.strict {
		namespace = strictXML
	}
	added := w.from.placeExtraSheet(name)
	extra, err := newExtraSheet(w.File, added.name, layout, namespace)
	if err != nil {
		return nil, err
	}
	extra.rows.looks = styleIDs{header: w.plan.header, added: w.plan.header}
	w.extraPart, w.extra = &added, extra
	return extra, nil
}
