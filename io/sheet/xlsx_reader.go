package sheet

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

const (
	// unzipLimit bounds what a workbook may unpack to, against zip bombs. The
	// largest sheet there can be, with a few dozen columns, stays below it.
	unzipLimit = 2 << 30
	// heldPart is how large a part may be to be held in memory, in bytes; a
	// larger one goes to a private folder that Close removes.
	heldPart = 16 << 20
	maxRows  = 1_048_576
)

type xlsxReader struct {
	in     *input
	book   *excelize.File
	folder string
	sheet  string
	rows   *excelize.Rows
	line   int
	header []string
}

func newXLSXReader(in *input, opt Options) (_ *xlsxReader, err error) {
	r := &xlsxReader{in: in}
	if r.folder, err = os.MkdirTemp("", "loanmap-*"); err != nil {
		return nil, &Error{Doing: "reading " + in.name, Hint: tempHint, Err: err}
	}
	if err := r.open(opt); err != nil {
		r.release()
		return nil, err
	}
	return r, nil
}

func (r *xlsxReader) open(opt Options) (err error) {
	defer r.rescue(&err)
	archive, err := io.ReadAll(r.in)
	if err != nil {
		return &Error{Doing: "reading " + r.in.name, Hint: "check that the file may be read", Err: err}
	}
	book, err := excelize.OpenReader(bytes.NewReader(archive), excelize.Options{
		UnzipSizeLimit: unzipLimit, UnzipXMLSizeLimit: cmp.Or(opt.held, heldPart), TmpDir: r.folder,
	})
	if err != nil {
		return r.unreadable("it is not a whole workbook", err)
	}
	r.book = book
	c := census{charset: book.CharsetReader}
	if err := c.check(archive); err != nil {
		return r.unreadable("it is damaged", err)
	}
	if r.sheet, err = r.pick(opt.Sheet); err != nil {
		return err
	}
	if r.rows, err = book.Rows(r.sheet); err != nil {
		return r.unreadable(fmt.Sprintf("sheet %q", r.sheet), err)
	}
	return r.readHeader()
}

// pick finds the sheet by name, then by number, or takes the first visible one.
func (r *xlsxReader) pick(sheet string) (string, error) {
	names := r.book.GetSheetList()
	if sheet == "" {
		for _, name := range names {
			if visible, err := r.book.GetSheetVisible(name); err == nil && visible {
				return name, nil
			}
		}
		return "", r.in.refuse("it has no visible sheet", "name one with --sheet")
	}
	for _, name := range names {
		if strings.EqualFold(name, sheet) {
			return name, nil
		}
	}
	if n, err := strconv.Atoi(sheet); err == nil && n >= 1 && n <= len(names) {
		return names[n-1], nil
	}
	return "", r.in.refuse(fmt.Sprintf("it has no sheet %q", sheet),
		"its sheets are: "+strings.Join(names, ", "))
}

func (r *xlsxReader) readHeader() error {
	for cells, err := range r.lines() {
		if err != nil {
			return err
		}
		if !blank(cells) {
			r.header = cells
			return nil
		}
	}
	return r.in.refuse(fmt.Sprintf("sheet %q holds no rows, not even a header", r.sheet),
		"name the sheet that holds the rows with --sheet")
}

// lines yields the cells of every further row, also of empty ones.
func (r *xlsxReader) lines() iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for {
			cells, more, err := r.next()
			if err != nil {
				yield(nil, err)
				return
			}
			if !more || !yield(cells, nil) {
				return
			}
		}
	}
}

// next reads one row.
func (r *xlsxReader) next() (cells []string, more bool, err error) {
	defer r.rescue(&err)
	if !r.rows.Next() {
		if err := r.rows.Error(); err != nil {
			return nil, false, r.unreadable("it is damaged", err)
		}
		return nil, false, nil
	}
	r.line++
	if r.line > maxRows {
		return nil, false, r.unreadable("it is damaged", fmt.Errorf("it has more than %d rows", maxRows))
	}
	if cells, err = r.rows.Columns(); err != nil {
		return nil, false, r.unreadable("it is damaged", err)
	}
	return cells, true, nil
}

// rescue makes an error of a panic: the library panics on some damaged
// workbooks.
func (r *xlsxReader) rescue(err *error) {
	if cause := recover(); cause != nil {
		*err = r.unreadable("it is damaged", fmt.Errorf("row %d: %v", r.line, cause))
	}
}

func (r *xlsxReader) Header() []string { return r.header }

// Rows leaves out empty rows at the end of the sheet, which a workbook often
// has for their formatting alone. Between others an empty row is a row.
func (r *xlsxReader) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		written := r.line
		for cells, err := range r.lines() {
			if err == nil && blank(cells) {
				continue
			}
			for line := written + 1; err == nil && line < r.line; line++ {
				if !yield(Row{Line: line, Cells: make([]string, len(r.header))}, nil) {
					return
				}
			}
			written = r.line
			if err == nil {
				cells, err = fit(r.in.name, r.line, cells, len(r.header))
			}
			if !yield(Row{Line: r.line, Cells: cells}, err) || err != nil {
				return
			}
		}
	}
}

func (r *xlsxReader) Source() Source {
	return Source{
		Again: r.in.length() >= 0,
		Name:  r.in.name, Kind: XLSX, Sheet: r.sheet, Estimate: r.estimate(),
		Size: r.in.size, SHA256: r.in.sum(),
	}
}

// estimate takes the sheet's own word for its size, for the progress bar alone.
func (r *xlsxReader) estimate() int {
	dimension, err := r.book.GetSheetDimension(r.sheet)
	_, last, ok := strings.Cut(dimension, ":")
	if err != nil || !ok {
		return 0
	}
	_, row, err := excelize.CellNameToCoordinates(last)
	if err != nil {
		return 0
	}
	return max(row-1, 0)
}

func (r *xlsxReader) Close() error {
	r.release()
	return r.in.close()
}

func (r *xlsxReader) release() {
	if r.rows != nil {
		_ = r.rows.Close()
	}
	if r.book != nil {
		_ = r.book.Close()
	}
	_ = os.RemoveAll(r.folder)
}

func (r *xlsxReader) unreadable(problem string, err error) error {
	if strings.ContainsAny(err.Error(), "\r\n") { // quoted from the workbook
		err = errors.New(strings.Join(strings.Fields(err.Error()), " "))
	}
	return &Error{
		Doing: "reading " + r.in.name, Problem: problem, Err: err,
		Hint: "open it in Excel or LibreOffice and save it again as .xlsx",
	}
}
