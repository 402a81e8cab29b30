package xlsx

import (
	"archive/zip"
	"bytes"
	"slices"
	"strconv"
	"strings"

	"loanmap/io/disk"
	"loanmap/io/sheet/rows"
)

// rewriteWriter writes a copy of a workbook in which the rows that are written replace the
// sheet that was read. The other sheets stay as they are. The drawings and tables of the
// replaced sheet are no longer linked.
type rewriteWriter struct {
	*disk.File
	from  *reader
	zip   *zip.Writer
	sheet *extraSheet // waits until the other parts are copied
}

func newRewriteWriter(file *disk.File, layout rows.Layout) (rows.Writer, error) {
	if err := Keepable(layout); err != nil {
		return nil, err
	}
	from := layout.Keep.(*reader)
	namespace := transitionalXML
	if from.properties.strict {
		namespace = strictXML
	}
	header, _, err := from.neighborStyles(from.extent.width, nil)
	if err != nil {
		return nil, from.notKept(err)
	}
	w := &rewriteWriter{File: file, from: from, zip: newZip(file)}
	if w.sheet, err = newExtraSheet(file, from.sheet.name, layout, namespace); err != nil {
		return nil, err
	}
	w.sheet.rows.looks = styleIDs{header: header, added: header}
	if err := w.sheet.rows.looks.take(from, layout.Header); err != nil {
		return nil, from.notKept(err)
	}
	file.Buffer(w.flush, w.sheet.discard)
	return w, nil
}

// Write adds a row to the new sheet.
func (w *rewriteWriter) Write(cells []string) error { return w.sheet.Write(cells) }

func (w *rewriteWriter) flush() error {
	for _, part := range w.from.parts.list {
		if err := w.copyPart(part); err != nil {
			return err
		}
	}
	part := w.from.parts.byName[partName(w.from.sheet.part)]
	if err := w.sheet.copyTo(w.zip, part.Name); err != nil {
		return err
	}
	return w.zip.Close()
}

// copyPart copies a part, except for the sheet and what belongs to it. The calculation chain
// names cells of the sheet; a spreadsheet program builds it again.
func (w *rewriteWriter) copyPart(part *zip.File) error {
	var change edit
	switch name := partName(part.Name); {
	case name == partName(w.from.sheet.part), name == partName(relationsOf(w.from.sheet.part)), isCalcChain(name):
		return nil
	case name == partName(relationsOf(w.from.book.part)):
		change = dropCalcChain("Relationship", "Target", true)
	case name == "[content_types].xml":
		change = dropCalcChain("Override", "PartName", true)
	case name == partName(w.from.book.part):
		change = dropElements("definedName", w.isFilterOfSheet)
	default:
		return w.zip.Copy(part)
	}
	content, err := w.from.parts.edit(part.Name, change)
	if err != nil {
		return err
	}
	return addPart(w.zip, part.Name, content)
}

// isFilterOfSheet reports whether a defined name is that of the filter of the sheet.
func (w *rewriteWriter) isFilterOfSheet(t *token) bool {
	sheet := slices.IndexFunc(w.from.book.sheets, func(s sheetEntry) bool { return s.id == w.from.sheet.id })
	return strings.EqualFold(t.attr("name"), "_xlnm._FilterDatabase") && t.attr("localSheetId") == strconv.Itoa(sheet)
}

// dropElements returns an edit that drops the elements of a name for which drop is true, with
// their content.
func dropElements(name string, drop func(*token) bool) edit {
	dropping := false
	return func(t *token, _ *bytes.Buffer) bool {
		switch {
		case t.is(startTag, name) && drop(t):
			dropping = !t.empty
			return true
		case t.is(endTag, name) && dropping:
			dropping = false
			return true
		}
		return dropping
	}
}
