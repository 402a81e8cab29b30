package xlsx

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
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
	chooseColor = "FFFFE0"
	linkColor   = "0563C1" // as spreadsheet programs show links
)

// writer writes a new workbook of one or two sheets. excelize makes all parts except the
// rows.
type writer struct {
	*disk.File
	zip   *zip.Writer
	rows  *rowsXML
	extra *extraSheet
	// workbook is written last, because it names the area of the filter.
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

// open writes the other parts, and starts the part of the rows.
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

// frame makes a workbook with our styles and empty sheets.
func (w *writer) frame() (*zip.Reader, error) {
	book := excelize.NewFile()
	defer book.Close()
	name := w.sheetName()
	err := book.SetSheetName("Sheet1", name)
	if err == nil {
		w.rows.looks, err = addStyles(book, w.rows.layout.Tints)
	}
	// flush sets the area, which is known at the end.
	err = errors.Join(err, book.AutoFilter(name, "A1:B2", nil), repeatHeader(book, name, w.rows.layout.Review))
	if w.extra != nil {
		_, failed := book.NewSheet(w.extra.name)
		w.extra.rows.looks = w.rows.looks
		w.extra.rows.looks.tints = nil
		err = errors.Join(err, failed, repeatHeader(book, w.extra.name, w.extra.rows.layout.Review))
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

func (w *writer) sheetName() string { return cmp.Or(w.rows.layout.Name, outputSheet) }

// repeatHeader has the header printed on every page of a sheet for review.
func repeatHeader(book *excelize.File, sheet string, review bool) error {
	if !review {
		return nil
	}
	return book.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + sheet + "'!$1:$1", Scope: sheet})
}

func addStyles(book *excelize.File, tints map[string]string) (l styleIDs, err error) {
	style := func(color string) *excelize.Style {
		return &excelize.Style{
			Font: &excelize.Font{Bold: true, Family: "Calibri", Size: 11}, // as the cells
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}},

			Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"},
		}
	}
	if l.header, err = book.NewStyle(style(headerColor)); err != nil {
		return l, err
	}
	if l.added, err = book.NewStyle(style(addedColor)); err != nil {
		return l, err
	}
	if err := l.addCells(book); err != nil {
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

// addCells adds the styles of cells that are not plain.
func (l *styleIDs) addCells(book *excelize.File) (err error) {
	style := func(font *excelize.Font, fill string) (id int) {
		s := &excelize.Style{Font: font, NumFmt: textFormat, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}
		if fill != "" {
			s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}}
			s.Border = []excelize.Border{{Type: "left", Color: "BFBFBF", Style: 1}, {Type: "right", Color: "BFBFBF", Style: 1}, {Type: "bottom", Color: "BFBFBF", Style: 1}}
		}
		id, failed := book.NewStyle(s)
		err = errors.Join(err, failed)
		return id
	}
	plain := &excelize.Font{Family: "Calibri", Size: 11}
	l.wrapped, l.offering = style(plain, ""), style(plain, chooseColor)
	l.linked = style(&excelize.Font{Family: "Calibri", Size: 11, Color: linkColor, Underline: "single"}, "")
	return err
}

// textFormat is the number format of text (ECMA-376, numFmts).
const textFormat = 49

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
