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

// keepWriter writes a copy of a workbook, with columns of ours at the right of
// the sheet that was read. That sheet is rewritten as it is read, row by row,
// and so are a few small parts; all others are copied as they are, packed. Its
// memory does not grow with the sheet. (The library would take 10 GB for a
// million rows.)
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
	written int // number of the row that was written last
	buf     []byte
	// The row that is next in the sheet, its start tag already read.
	row     int
	rowTag  []byte
	rowTags token
	inRows  bool
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

// Write holds back the first rows: the widths of columns follow from them.
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

// start copies all other parts, and the sheet down to the rows held back.
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

// copyParts writes all parts but the sheet, which comes last.
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

// copyHead copies what stands above the rows, with widths for our columns.
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
		case string(t.name) == "col", string(t.name) == "cols": // all are written below
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

// writeTag writes a start tag with another value of one attribute.
func (w *keepWriter) writeTag(t *token, name, value string) {
	_, _ = w.out.Write(changeTag(t, name, value))
}

// changeTag returns a start tag with another value of an attribute that it has;
// "" takes the attribute out.
func changeTag(t *token, name, value string) []byte {
	old, found := findAttr(t, name)
	if !found {
		return t.raw
	}
	at := bytes.Index(t.raw, t.attrs) + (len(t.attrs) - len(old.tail)) // behind the attribute
	head := t.raw[:at-old.length]
	if value == "" {
		return slices.Concat(bytes.TrimRight(head, " \t\r\n"), t.raw[at:])
	}
	return slices.Concat(head, appendEscaped([]byte(name+`="`), value), []byte(`"`), t.raw[at:])
}

// foundAttr is where an attribute stands in a tag.
type attrSpan struct {
	length int    // from its name to its closing quote
	tail   []byte // what follows it
}

func findAttr(t *token, name string) (attrSpan, bool) {
	for attrs := t.attrs; ; {
		full, _, rest, err := nextAttr(attrs)
		if err != nil || full == nil {
			return attrSpan{}, false
		}
		if string(full) == name {
			start := bytes.TrimLeft(attrs, " \t\r\n")
			return attrSpan{length: len(start) - len(rest), tail: rest}, true
		}
		attrs = rest
	}
}

// toRow copies up to the start tag of the next row, or out of the rows.
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
			w.rowTag = append(w.rowTag[:0], t.raw...) // written behind the last row
		default:
			_, _ = w.out.Write(t.raw)
		}
	}
	return nil
}

func (w *keepWriter) holdRowTag(t *token) error {
	number := t.attr("r")
	w.row++
	if number != "" {
		var err error
		if w.row, err = strconv.Atoi(number); err != nil {
			return errors.New("a row has no number")
		}
	}
	w.rowTags = *t
	w.rowTag = append(w.rowTag[:0], t.raw...)
	return nil
}

// writeRow writes the cells of ours that belong to the next row.
func (w *keepWriter) writeRow(added []string) error { return w.addRow(added, w.cellStyle) }

func (w *keepWriter) addRow(added []string, style func(column int, text string) int) error {
	w.written++
	if err := checkCells("writing "+w.Name(), w.written, added); err != nil {
		return err
	}
	w.buf = w.buf[:0]
	for i, text := range added {
		w.buf = appendCell(w.buf, w.plan.prefix, w.plan.first+i, w.written, style(i, text), text)
	}
	for w.inRows && w.row < w.written {
		if err := w.copyRow(nil); err != nil {
			return err
		}
	}
	if w.inRows && w.row == w.written {
		return w.copyRow(w.buf)
	}
	// The row is not stored: it is empty.
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

// copyRow copies the row at hand, and puts ours at its place among the cells; nil
// leaves the row as it is.
func (w *keepWriter) copyRow(ours []byte) error {
	if w.rowTags.empty {
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

// writeRowTag leaves out the columns that a row says to span: it spans more.
func (w *keepWriter) writeRowTag(ours []byte) {
	if ours == nil {
		_, _ = w.out.Write(w.rowTag)
		return
	}
	t := w.heldRow()
	_, _ = w.out.Write(changeTag(&t, "spans", ""))
}

// heldRow returns the start tag of the row at hand.
func (w *keepWriter) heldRow() token {
	t := w.rowTags
	t.raw = w.rowTag
	end := len(w.rowTag) - 1
	if t.empty {
		end--
	}
	t.attrs = w.rowTag[1+nameLength(w.rowTag[1:end]) : end]
	return t
}

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

// copyCell copies a cell, or leaves it out where it is in a column of ours.
func (w *keepWriter) copyCell(t *token, column *int, pending *[]byte) error {
	name, placed, err := attribute(t.attrs, "r")
	if err != nil {
		return err
	}
	if placed {
		place := string(name)
		if *column, _, err = parseCellRef(place); err != nil {
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
	default: // its place would follow from the cell before it, which may be new
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

// cellPlace reads where a cell is, such as AB12: its column from 0, and its row.
func parseCellRef(name string) (column, row int, err error) {
	column, row, err = excelize.CellNameToCoordinates(strings.ReplaceAll(name, "$", ""))
	return column - 1, row, err
}

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

// copyTail copies what stands below the rows. A filter on the header must go
// over our columns: sorting by it would leave them behind.
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

func (w *keepWriter) addSheet(name string, layout rows.Layout) (rows.Writer, error) {
	namespace := transitionalXML
	if w.plan.strict {
		namespace = strictXML
	}
	added := w.from.placeExtraSheet(name)
	beside, err := newExtraSheet(w.File, added.name, layout, namespace)
	if err != nil {
		return nil, err
	}
	beside.rows.looks = styleIDs{header: w.plan.header, added: w.plan.header}
	w.extraPart, w.extra = &added, beside
	return beside, nil
}

// colList are the widths of a sheet's columns, in order.
type colList struct{ spans []colSpan }

type colSpan struct {
	min, max int    // from 1
	attrs    string // all others
}

func (l *colList) add(t *token) {
	span := colSpan{}
	for attrs := t.attrs; ; {
		name, value, rest, err := nextAttr(attrs)
		if err != nil || name == nil {
			break
		}
		switch attrs = rest; string(name) {
		case "min":
			span.min, _ = strconv.Atoi(string(value))
		case "max":
			span.max, _ = strconv.Atoi(string(value))
		default:
			span.attrs += fmt.Sprintf(` %s="%s"`, name, value)
		}
	}
	if span.min > 0 && span.max >= span.min {
		l.spans = append(l.spans, span)
	}
}

// write writes all widths, ours in place of others there are for our columns.
func (l *colList) write(out io.Writer, prefix string, first int, ours []int) {
	text := fmt.Appendf(nil, "<%scols>", prefix)
	from, to := first+1, first+len(ours)
	written := false
	write := func() {
		for i, width := range ours {
			text = appendCol(text, prefix, first+i, width)
		}
		written = true
	}
	for _, s := range l.spans {
		if s.min < from {
			text = fmt.Appendf(text, `<%scol min="%d" max="%d"%s/>`, prefix, s.min, min(s.max, from-1), s.attrs)
		}
		if s.max >= from && !written {
			write()
		}
		if s.max > to {
			text = fmt.Appendf(text, `<%scol min="%d" max="%d"%s/>`, prefix, max(s.min, to+1), s.max, s.attrs)
		}
	}
	if !written {
		write()
	}
	_, _ = out.Write(fmt.Appendf(text, "</%scols>", prefix))
}
