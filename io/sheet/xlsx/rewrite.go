package xlsx

import (
	"archive/zip"
	"bytes"
	"path"
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
	header, _, err := from.neighborStyles(from.extent.width)
	if err != nil {
		return nil, from.notKept(err)
	}
	w := &rewriteWriter{File: file, from: from, zip: newZip(file)}
	if w.sheet, err = newExtraSheet(file, from.sheet.name, layout, namespace); err != nil {
		return nil, err
	}
	w.sheet.rows.looks = styleIDs{header: header, added: header}
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
	var edit func(*token, *bytes.Buffer) bool
	switch name := partName(part.Name); {
	case name == partName(w.from.sheet.part), name == partName(relationsOf(w.from.sheet.part)), path.Base(name) == calcChain:
		return nil
	case name == partName(relationsOf(w.from.book.part)):
		edit = dropElements("Relationship", func(t *token) bool { return strings.EqualFold(path.Base(t.attr("Target")), calcChain) })
	case name == "[content_types].xml":
		edit = dropElements("Override", func(t *token) bool { return strings.EqualFold(path.Base(t.attr("PartName")), calcChain) })
	case name == partName(w.from.book.part):
		edit = dropElements("definedName", w.isFilterOfSheet)
	default:
		return w.zip.Copy(part)
	}
	content, err := w.from.parts.edit(part.Name, edit)
	if err != nil {
		return err
	}
	return addPart(w.zip, part.Name, content)
}

const calcChain = "calcchain.xml"

// isFilterOfSheet reports whether a defined name is that of the filter of the sheet.
func (w *rewriteWriter) isFilterOfSheet(t *token) bool {
	sheet := slices.IndexFunc(w.from.book.sheets, func(s sheetEntry) bool { return s.id == w.from.sheet.id })
	return strings.EqualFold(t.attr("name"), "_xlnm._FilterDatabase") && t.attr("localSheetId") == strconv.Itoa(sheet)
}

// dropElements returns an edit that drops the elements of a name for which drop is true, with
// their content.
func dropElements(name string, drop func(*token) bool) func(*token, *bytes.Buffer) bool {
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
