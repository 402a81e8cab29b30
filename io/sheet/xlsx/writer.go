package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"loanmap/io/disk"
	"loanmap/io/sheet/rows"
)

const (
	headerColor = "E7E6E6"
	addedColor  = "DDEBF7"
	outputSheet = "Resolved"
)

// xlsxWriter writes a new workbook of one sheet, or of two. The library makes
// what is around the rows.
type writer struct {
	*disk.File
	zip   *zip.Writer
	rows  *rowsXML
	extra *extraSheet
	// workbook is the part that is written last: it names the area of the filter.
	workbook string
}

func newWriter(file *disk.File, layout rows.Layout) (rows.Writer, error) {
	doing := "writing " + file.Name()
	if err := checkColumnCount(doing, len(layout.Header)); err != nil {
		return nil, err
	}
	if err := checkRowCount(doing, layout.Rows+1); err != nil {
		return nil, err
	}
	w := &writer{File: file, zip: newZip(file)}
	w.rows = &rowsXML{layout: layout, doing: doing, open: w.open, namespace: transitionalXML}
	file.Buffer(w.flush, func() { w.extra.discard() })
	return w, nil
}

func (w *writer) Write(cells []string) error {
	if w.Err() != nil {
		return w.Err()
	}
	if err := w.rows.write(cells); err != nil {
		return w.Fail(err)
	}
	return nil
}

// open writes the parts around the rows, and starts the part of the rows.
func (w *writer) open() (io.Writer, error) {
	frame, err := w.frame()
	if err != nil {
		return nil, err
	}
	for _, part := range frame.File {
		switch {
		case strings.HasPrefix(part.Name, "xl/worksheets/"):
		case part.Name == "xl/workbook.xml":
			if w.workbook, err = textOf(part); err != nil {
				return nil, err
			}
		default:
			if err := w.zip.Copy(part); err != nil {
				return nil, err
			}
		}
	}
	return w.zip.CreateHeader(&zip.FileHeader{Name: "xl/worksheets/sheet1.xml", Method: zip.Deflate})
}

// frame makes a workbook with the right styles and empty sheets.
func (w *writer) frame() (*zip.Reader, error) {
	book := excelize.NewFile()
	defer book.Close()
	err := book.SetSheetName("Sheet1", outputSheet)
	if err == nil {
		w.rows.looks, err = addStyles(book, w.rows.layout.Tints)
	}
	// The area is known at the end: see flush.
	err = errors.Join(err, book.AutoFilter(outputSheet, "A1:B2", nil))
	if w.extra != nil {
		_, failed := book.NewSheet(w.extra.name)
		w.extra.rows.looks = styleIDs{header: w.rows.looks.header, added: w.rows.looks.added}
		err = errors.Join(err, failed)
	}
	if err != nil {
		return nil, err
	}
	content, err := book.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(content.Bytes()), int64(content.Len()))
}

func addStyles(book *excelize.File, tints map[string]string) (l styleIDs, err error) {
	style := func(colour string) *excelize.Style {
		return &excelize.Style{
			Font: &excelize.Font{Bold: true, Family: "Calibri", Size: 11}, // as the cells
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}},
		}
	}
	if l.header, err = book.NewStyle(style(headerColor)); err != nil {
		return l, err
	}
	if l.added, err = book.NewStyle(style(addedColor)); err != nil {
		return l, err
	}
	l.tints = map[string]int{}
	for _, value := range slices.Sorted(maps.Keys(tints)) {
		if l.tints[value], err = book.NewConditionalStyle(&excelize.Style{
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{tints[value]}},
		}); err != nil {
			return l, err
		}
	}
	return l, nil
}

func textOf(part *zip.File) (string, error) {
	from, err := part.Open()
	if err != nil {
		return "", err
	}
	defer from.Close()
	content, err := io.ReadAll(from)
	return string(content), err
}

func (w *writer) flush() error {
	if err := w.rows.finish(); err != nil {
		return err
	}
	if err := w.extra.copyTo(w.zip, "xl/worksheets/sheet2.xml"); err != nil {
		return err
	}
	last := fmt.Sprintf("$A$1:$%s$%d", columnName(len(w.rows.layout.Header)-1), w.rows.row)
	workbook := strings.Replace(w.workbook, "$A$1:$B$2", last, 1)
	return errors.Join(addPart(w.zip, "xl/workbook.xml", []byte(workbook)), w.zip.Close())
}

// Beside adds a sheet of that name to the workbook that w writes. It must be
// called before the first row is written to w, with which the sheet is sealed,
// committed or given up.
func Beside(w rows.Writer, name string, layout rows.Layout) (rows.Writer, error) {
	switch w := w.(type) {
	case *writer:
		return w.addSheet(name, layout)
	case *keepWriter:
		return w.addSheet(name, layout)
	}
	return nil, &disk.Error{
		Doing: "writing sheet " + name, Problem: "the output is no workbook",
		Hint: "let its name end in .xlsx, or leave out --errors-sheet",
	}
}

func (w *writer) addSheet(name string, layout rows.Layout) (rows.Writer, error) {
	beside, err := newExtraSheet(w.File, name, layout, transitionalXML)
	if err != nil {
		return nil, err
	}
	w.extra = beside
	return beside, nil
}

// besideWriter writes a second sheet. Its rows wait in a file of their own until
// the first sheet is done.
type extraSheet struct {
	file *disk.File
	name string
	rows *rowsXML
	temp *disk.Spool
}

func newExtraSheet(file *disk.File, name string, layout rows.Layout, namespace string) (*extraSheet, error) {
	doing := "writing " + file.Name()
	if err := checkColumnCount(doing, len(layout.Header)); err != nil {
		return nil, err
	}
	temp, err := disk.NewSpool(doing)
	if err != nil {
		return nil, err
	}
	b := &extraSheet{file: file, name: name, temp: temp}
	b.rows = &rowsXML{layout: layout, doing: doing, namespace: namespace, open: func() (io.Writer, error) { return temp, nil }}
	return b, nil
}

func (b *extraSheet) Write(cells []string) error {
	if b.file.Err() != nil {
		return b.file.Err()
	}
	if err := b.rows.write(cells); err != nil {
		return b.file.Fail(err)
	}
	return nil
}

// Seal, Commit and Abort are for the workbook as a whole, which does them.
func (b *extraSheet) Seal() error                { return b.file.Err() }
func (b *extraSheet) Stat() (fs.FileInfo, error) { return b.file.Stat() }
func (b *extraSheet) Digest() (string, error)    { return b.file.Digest() }
func (b *extraSheet) Commit() error              { return b.file.Err() }
func (b *extraSheet) Abort()                     {}

// copyTo moves the sheet into the archive.
func (b *extraSheet) copyTo(w *zip.Writer, part string) error {
	if b == nil {
		return nil
	}
	if err := b.rows.finish(); err != nil {
		return err
	}
	if _, err := b.temp.Seek(0, io.SeekStart); err != nil {
		return err
	}
	to, err := w.CreateHeader(&zip.FileHeader{Name: part, Method: zip.Deflate})
	if err == nil {
		_, err = io.Copy(to, b.temp)
	}
	return err
}

func (b *extraSheet) discard() {
	if b != nil {
		_ = b.temp.Close()
	}
}
