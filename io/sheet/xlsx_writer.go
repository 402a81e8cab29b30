package sheet

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

const (
	sampleRows     = 1000 // rows looked at to set the column widths
	minWidth       = 9    // characters
	maxWidth       = 48
	maxWidths      = 256 // columns given a width: the library takes the square of their number in time
	headerColour   = "E7E6E6"
	addedColour    = "DDEBF7"
	outputSheet    = "Resolved"
	maxCellLength  = 32_767 // UTF-16 units, as Excel counts
	filterIconRoom = 3      // the filter's button covers the end of a header
)

type xlsxWriter struct {
	*File
	layout Layout
	book   *excelize.File
	stream *excelize.StreamWriter
	folder string
	sample [][]string
	row    int
	values []any
}

func newXLSXWriter(file *File, layout Layout) (_ *xlsxWriter, err error) {
	if len(layout.Header) > excelize.MaxColumns {
		return nil, &Error{
			Doing:   "writing " + file.target.Path,
			Problem: fmt.Sprintf("a workbook cannot hold %d columns", len(layout.Header)),
			Hint:    "write .csv instead",
		}
	}
	w := &xlsxWriter{File: file, layout: layout, values: make([]any, len(layout.Header))}
	if w.folder, err = os.MkdirTemp("", "loanmap-*"); err != nil {
		return nil, &Error{Doing: "writing " + file.target.Path, Hint: tempHint, Err: err}
	}
	w.book = excelize.NewFile(excelize.Options{TmpDir: w.folder})
	file.finish = w.flush
	file.release = w.release
	if err := w.book.SetSheetName("Sheet1", outputSheet); err != nil {
		return nil, file.cannotWrite(err)
	}
	if w.stream, err = w.book.NewStreamWriter(outputSheet); err != nil {
		return nil, file.cannotWrite(err)
	}
	return w, nil
}

// Write holds back the first rows, from which the column widths are told: a
// stream takes widths only before its first row.
func (w *xlsxWriter) Write(cells []string) error {
	if w.row > 0 {
		return w.writeRow(cells)
	}
	w.sample = append(w.sample, slices.Clone(cells))
	if len(w.sample) < sampleRows {
		return nil
	}
	return w.start()
}

// start writes the header and the rows held back.
func (w *xlsxWriter) start() error {
	if err := errors.Join(w.setWidths(), w.freezeHeader(), w.writeHeader()); err != nil {
		return w.cannotWrite(err)
	}
	for _, cells := range w.sample {
		if err := w.writeRow(cells); err != nil {
			return err
		}
	}
	w.sample = nil
	return nil
}

// setWidths goes from the last column to the first: the library puts the one
// set last first, and Excel wants them in order.
func (w *xlsxWriter) setWidths() error {
	for i, name := range slices.Backward(w.layout.Header[:min(len(w.layout.Header), maxWidths)]) {
		width := max(minWidth, runes(name)+filterIconRoom)
		for _, cells := range w.sample {
			width = max(width, runes(cells[i])+1)
		}
		if err := w.stream.SetColWidth(i+1, i+1, float64(min(width, maxWidth))); err != nil {
			return err
		}
	}
	return nil
}

func runes(s string) int { return len([]rune(s)) }

func (w *xlsxWriter) freezeHeader() error {
	return w.stream.SetPanes(&excelize.Panes{
		Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft",
	})
}

func (w *xlsxWriter) writeHeader() error {
	own, err := w.headerStyle(headerColour)
	if err != nil {
		return err
	}
	added, err := w.headerStyle(addedColour)
	if err != nil {
		return err
	}
	if err := w.fits(w.layout.Header); err != nil {
		return err
	}
	cells := make([]any, len(w.layout.Header))
	for i, name := range w.layout.Header {
		style := own
		if i >= len(cells)-w.layout.Added {
			style = added
		}
		cells[i] = excelize.Cell{StyleID: style, Value: name}
	}
	w.row = 1
	return w.stream.SetRow("A1", cells)
}

func (w *xlsxWriter) headerStyle(colour string) (int, error) {
	return w.book.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true, Family: "Calibri", Size: 11}, // as the cells
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}},
	})
}

// writeRow writes every value as text, so that no ID is taken for a number
// and nothing for a formula.
func (w *xlsxWriter) writeRow(cells []string) error {
	if err := w.fits(cells); err != nil {
		return w.cannotWrite(err)
	}
	if w.row == maxRows {
		return w.cannotWrite(&Error{
			Doing:   "writing " + w.target.Path,
			Problem: fmt.Sprintf("a workbook cannot hold more than %d rows", maxRows),
			Hint:    "write .csv instead",
		})
	}
	for i, cell := range cells {
		w.values[i] = cell
	}
	w.row++
	name, err := excelize.CoordinatesToCellName(1, w.row)
	if err != nil {
		return w.cannotWrite(err)
	}
	if err := w.stream.SetRow(name, w.values); err != nil {
		return w.cannotWrite(err)
	}
	return nil
}

// fits refuses what a workbook cannot hold. The library would cut or replace it
// without a word.
func (w *xlsxWriter) fits(cells []string) error {
	for _, cell := range cells {
		var problem string
		switch {
		case strings.ContainsFunc(cell, notXML) || !utf8.ValidString(cell):
			problem = "a control character or one that is not UTF-8"
		case len(cell) > maxCellLength && len(utf16.Encode([]rune(cell))) > maxCellLength:
			problem = fmt.Sprintf("more than %d characters", maxCellLength)
		default:
			continue
		}
		return &Error{
			Doing:   "writing " + w.target.Path,
			Problem: fmt.Sprintf("row %d has a cell with %s, which a workbook cannot hold", w.row+1, problem),
			Hint:    "write .csv instead",
		}
	}
	return nil
}

// notXML reports whether XML, and so a workbook, cannot hold a character.
func notXML(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\uFFFE' || r == '\uFFFF'
}

func (w *xlsxWriter) flush() error {
	if w.row == 0 {
		if err := w.start(); err != nil {
			return err
		}
	}
	if err := errors.Join(w.filter(), w.tint()); err != nil {
		return err
	}
	if err := w.stream.Flush(); err != nil {
		return err
	}
	_, err := w.book.WriteTo(w.temp)
	return err
}

// filter puts a filter on the header.
func (w *xlsxWriter) filter() error {
	last, err := excelize.CoordinatesToCellName(len(w.layout.Header), w.row)
	if err != nil {
		return err
	}
	return w.book.AutoFilter(outputSheet, "A1:"+last, nil)
}

// tint colours the first added column by its values.
func (w *xlsxWriter) tint() error {
	column, err := excelize.ColumnNumberToName(len(w.layout.Header) - w.layout.Added + 1)
	if err != nil || w.row < 2 {
		return err
	}
	var rules []excelize.ConditionalFormatOptions
	for _, value := range slices.Sorted(maps.Keys(w.layout.Tints)) {
		style, err := w.book.NewConditionalStyle(&excelize.Style{
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{w.layout.Tints[value]}},
		})
		if err != nil {
			return err
		}
		rules = append(rules, excelize.ConditionalFormatOptions{
			Type: "cell", Criteria: "==", Value: strconv.Quote(value), Format: &style,
		})
	}
	return w.book.SetConditionalFormat(outputSheet, fmt.Sprintf("%s2:%s%d", column, column, w.row), rules)
}

func (w *xlsxWriter) release() {
	_ = w.book.Close()
	_ = os.RemoveAll(w.folder)
}
