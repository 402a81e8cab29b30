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

// keepWriter writes a copy of a workbook, with our columns in the sheet that was read. It
// copies that sheet row by row and adds our cells, edits a few small parts, and copies
// all others compressed as they are. Its memory does not grow with the sheet:
// excelize takes 10 GB for a million rows.
type keepWriter struct {
	*disk.File
	from      *reader
	layout    rows.Layout
	plan      *keepPlan
	zip       *zip.Writer
	extra     *extraSheet
	extraPart *extraPart
	replaced  string // the part of the sheet that extra replaces; empty: it is a new one

	content io.ReadCloser
	xml     *scanner
	out     *bufio.Writer
	sample  [][]string
	started bool
	written int // number of the last row written
	count   int // of rows written
	order   []int
	cells   []placedCell
	// What becomes of a cell by its column: at the header, and below it.
	atHeader, below []fate
	handed          map[string]handedFormula
	asIs            []bool // rows below the header that were left as they are
	buf             []byte
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
	from := layout.Keep.(*reader)
	w := &keepWriter{
		File: file, from: from, layout: layout, plan: plan, zip: newZip(file),
		written: from.headerRow, buf: make([]byte, 0, 4<<10), handed: map[string]handedFormula{},
	}
	w.planCells()
	file.Buffer(w.flush, func() {
		w.extra.discard()
		if w.content != nil {
			_ = w.content.Close()
		}
	})
	return w, nil
}

// Write adds our cells of a row, or leaves the row as it is if cells is nil. The first rows
// wait: the widths of columns depend on them.
func (w *keepWriter) Write(cells []string) error {
	if w.Err() != nil {
		return w.Err()
	}
	added := cells
	if cells != nil {
		added = cells[len(cells)-w.layout.Added:]
	}
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

// ourHeader returns the names of our columns.
func (w *keepWriter) ourHeader() []string {
	return w.layout.Header[len(w.layout.Header)-w.layout.Added:]
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
	if err := w.writeHeader(); err != nil {
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
		if w.plan.dropChain && isCalcChain(name) || w.replaces(name) {
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
			w.writeTag(t, "ref", w.plan.widenDimension(t.attr("ref"), &w.from.extent))
		case t.is(startTag, "col") && t.depth == 3:
			cols.add(t)
		case string(t.name) == "col", string(t.name) == "cols": // written with ours, before sheetData
		case t.is(startTag, "sheetData") && t.depth == 2:
			cols.write(w.out, string(t.prefix), w.plan.fresh, w.freshWidths())
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

// writeRowTag writes the start tag without the columns that the row says it spans, as it
// spans more with ours.
func (w *keepWriter) writeRowTag() {
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
func (w *keepWriter) closeEmptyRow() error {
	if len(w.cells) == 0 {
		_, err := w.out.Write(w.rowTag)
		return err
	}
	t := w.heldRow()
	tag := changeTag(&t, "spans", "")
	_, err := fmt.Fprintf(w.out, `%s>%s</%srow>`, bytes.TrimRight(tag[:len(tag)-2], " "), w.buf, w.plan.prefix)
	return err
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
	if want := w.from.estimate(); w.count != want {
		return w.from.in.Refuse(fmt.Sprintf("%d rows were written of %d", w.count, want),
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
		if err := w.extra.copyTo(w.zip, w.extraName()); err != nil {
			return err
		}
	}
	return w.zip.Close()
}

// addSheet adds a sheet whose name may have to change.
func (w *keepWriter) addSheet(name string, layout rows.Layout) (rows.Writer, error) {
	namespace := transitionalXML
	if w.plan.strict {
		namespace = strictXML
	}
	if layout.RewriteSheet {
		return w.replaceSheet(layout, namespace)
	}
	added, err := w.from.placeExtraSheet(name)
	if err != nil {
		return nil, err
	}
	extra, err := newExtraSheet(w.File, added.name, layout, namespace)
	if err != nil {
		return nil, err
	}
	if w.plan.review = layout.Review; layout.Review {
		if err := w.from.planStyles(w.plan, w.layout.Tints); err != nil {
			return nil, w.from.notKept(err)
		}
	}
	extra.rows.looks = styleIDs{header: w.plan.header, added: w.plan.header, wrapped: w.plan.wrapped, offering: w.plan.offering, linked: w.plan.linked}
	w.extraPart, w.extra = &added, extra
	return extra, nil
}
