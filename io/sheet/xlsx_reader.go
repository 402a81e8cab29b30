package sheet

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
)

// xlsxReader goes through a sheet twice: once before its first row is handed
// over, to make sure that all of it can be read, and once for the rows.
type xlsxReader struct {
	in     *input
	spool  *spool // holds what cannot be read twice
	parts  *parts
	book   *workbook
	texts  *texts
	styles *styles
	sheet  bookSheet
	census census
	facts  facts

	content   io.ReadCloser
	grid      *grid
	ahead     []gridRow // read, but not handed over
	read      int       // rows read that are not empty
	header    []string
	headerRow int
}

// census is what a sheet holds, counted before its rows are read.
type census struct {
	rows  int // that are not empty
	last  int // number of the last of them
	width int // columns up to the last that holds something
}

func newXLSXReader(in *input, opt Options) (*xlsxReader, error) {
	r := &xlsxReader{in: in}
	err := r.open(opt)
	if err == nil {
		err = r.readHeader(opt.HeaderRow, opt.HeaderHolds)
	}
	if err != nil {
		r.release()
		return nil, err
	}
	return r, nil
}

func (r *xlsxReader) open(opt Options) (err error) {
	source, size, err := r.source()
	if err != nil {
		return err
	}
	if r.parts, err = openParts(source, size); err != nil {
		return r.noArchive(err)
	}
	if err := r.in.foreignZip(r.parts); err != nil {
		return err
	}
	// Reading it to its end takes its sum.
	if _, err := io.Copy(io.Discard, r.in); err != nil {
		return r.in.unreadable(err)
	}
	if r.book, err = readWorkbook(r.parts); err != nil {
		return r.damaged(err)
	}
	if r.styles, err = readStyles(r.parts, r.book.styles); err != nil {
		return r.damaged(err)
	}
	r.styles.from1904 = r.book.from1904
	if err := r.readTexts(cmp.Or(opt.held, heldTexts)); err != nil {
		return err
	}
	if err := r.pick(opt.Sheet); err != nil {
		return err
	}
	if err := r.parts.verify(partName(r.sheet.part), partName(r.book.texts)); err != nil {
		return r.damaged(err)
	}
	return nil
}

// source returns what can be read here and there: the file itself, or a copy of
// what comes through a pipe.
func (r *xlsxReader) source() (io.ReaderAt, int64, error) {
	if size := r.in.length(); size >= 0 {
		return r.in.file, size, nil
	}
	var err error
	if r.spool, err = newSpool("reading " + r.in.name); err != nil {
		return nil, 0, err
	}
	size, err := io.Copy(r.spool, io.LimitReader(r.in, unzipLimit))
	if err != nil {
		return nil, 0, r.in.unreadable(err)
	}
	return r.spool, size, nil
}

func (r *xlsxReader) readTexts(held int64) (err error) {
	if r.texts, err = readTexts(r.parts, r.book.texts, "reading "+r.in.name, held); err != nil {
		return r.damaged(err)
	}
	return nil
}

// pick finds the sheet by name, then by number, or takes the first visible one
// that holds something, and counts what is in it.
func (r *xlsxReader) pick(sheet string) error {
	if sheet == "" {
		return r.pickFirst()
	}
	for _, s := range r.book.sheets {
		if strings.EqualFold(s.name, sheet) {
			return r.take(s)
		}
	}
	if n, err := strconv.Atoi(sheet); err == nil && n >= 1 && n <= len(r.book.sheets) {
		return r.take(r.book.sheets[n-1])
	}
	return r.in.refuse(fmt.Sprintf("it has no sheet %q", sheet), "its sheets are: "+r.book.names())
}

func (r *xlsxReader) pickFirst() error {
	problem, hint := "it has no visible sheet", "name one with --sheet: "+r.book.names()
	for _, s := range r.book.sheets {
		if s.hidden || !s.cells {
			continue
		}
		if err := r.count(s); err != nil || r.census.rows > 0 {
			return err
		}
		problem, hint = fmt.Sprintf("sheet %q holds no rows, not even a header", s.name),
			"name the sheet that holds the rows with --sheet: "+r.book.names()
	}
	return r.in.refuse(problem, hint)
}

// take takes a sheet that was named.
func (r *xlsxReader) take(s bookSheet) error {
	if !s.cells {
		return r.in.refuse(fmt.Sprintf("its sheet %q holds a chart, no rows", s.name), "its sheets are: "+r.book.names())
	}
	if err := r.count(s); err != nil || r.census.rows > 0 {
		return err
	}
	return r.in.refuse(fmt.Sprintf("sheet %q holds no rows, not even a header", s.name),
		"name the sheet that holds the rows with --sheet: "+r.book.names())
}

// count goes through a whole sheet.
func (r *xlsxReader) count(s bookSheet) error {
	r.sheet, r.census = s, census{}
	defer r.stop()
	if err := r.start(); err != nil {
		return err
	}
	r.facts = facts{}
	r.grid.tail = func(t *token) { r.facts.see(t, r.census.width) }
	for {
		more, err := r.grid.next()
		if err == nil && more {
			err = r.census.add(r.grid, r.styles, r.texts)
		}
		if err != nil {
			return r.damaged(partError(s.part, err))
		}
		if !more {
			return nil
		}
	}
}

func (n *census) add(g *grid, s *styles, shared *texts) error {
	filled := false
	for i := range g.cells {
		holds, err := s.holds(&g.cells[i], shared)
		if err != nil {
			return fmt.Errorf("row %d: %w", g.row, err)
		}
		if holds {
			filled = true
			n.width = max(n.width, g.cells[i].column+1)
		}
	}
	if filled {
		n.rows++
		n.last = g.row
	}
	return nil
}

func (r *xlsxReader) start() (err error) {
	if r.content, err = r.parts.open(r.sheet.part); err == nil {
		r.grid, err = newGrid(r.content)
	}
	if err != nil {
		return r.damaged(err)
	}
	return nil
}

func (r *xlsxReader) stop() {
	if r.content != nil {
		_ = r.content.Close()
	}
	r.content = nil
}

// readHeader finds the header in a row that was named, or by what the first
// rows hold.
func (r *xlsxReader) readHeader(line int, holds []string) error {
	if err := r.start(); err != nil {
		return err
	}
	for text := 0; len(r.ahead) < headerSample && text < headerSampleText; {
		row, more, err := r.next()
		if err != nil {
			return err
		}
		if !more {
			break
		}
		switch {
		case row.line < line:
			continue
		case line > 0 && row.line > line:
			return r.in.refuse(fmt.Sprintf("row %d of sheet %q is empty, so it is no header", line, r.sheet.name),
				"give --header-row the number that the spreadsheet shows beside the header")
		}
		for _, cell := range row.cells {
			text += len(cell)
		}
		if r.ahead = append(r.ahead, row); line > 0 {
			break
		}
	}
	if len(r.ahead) == 0 {
		return r.in.refuse(fmt.Sprintf("row %d is below the last row of sheet %q", line, r.sheet.name),
			"give --header-row the number that the spreadsheet shows beside the header")
	}
	i := findHeader(r.ahead, holds)
	r.header, r.headerRow = r.ahead[i].cells, r.ahead[i].line
	r.ahead = r.ahead[i+1:]
	return nil
}

// next reads the next row that is not empty.
func (r *xlsxReader) next() (row gridRow, more bool, err error) {
	for {
		if more, err = r.grid.next(); err != nil {
			return row, false, r.damaged(partError(r.sheet.part, err))
		}
		if !more {
			return row, false, r.compare()
		}
		if row, err = r.show(); err != nil {
			return row, false, r.damaged(fmt.Errorf("row %d: %w", r.grid.row, err))
		}
		if row.filled > 0 {
			r.read++
			return row, true, nil
		}
	}
}

// compare makes sure that as many rows were read as were counted.
func (r *xlsxReader) compare() error {
	if r.read == r.census.rows {
		return nil
	}
	return r.in.refuse(fmt.Sprintf("%d rows were read, but it had %d before: it was changed meanwhile", r.read, r.census.rows),
		"close it in other programs, then run again")
}

// show turns the row that was read into text.
func (r *xlsxReader) show() (gridRow, error) {
	row := gridRow{line: r.grid.row, cells: make([]string, r.census.width), text: true}
	for i := range r.grid.cells {
		c := &r.grid.cells[i]
		holds, err := r.styles.holds(c, r.texts)
		if err != nil {
			return row, err
		}
		if !holds {
			continue
		}
		if c.column >= r.census.width {
			return row, errors.New("it was changed meanwhile")
		}
		text, damage, err := r.styles.show(c, r.texts)
		if err != nil {
			return row, err
		}
		row.filled++
		row.cells[c.column] = text
		row.text = row.text && c.isText()
		if damage != "" {
			row.damaged = append(row.damaged, Damage{Column: c.column, Problem: damage})
		}
	}
	return row, nil
}

func (r *xlsxReader) Header() []string { return r.header }

// Rows leaves out empty rows at the end of the sheet, which a workbook often
// has for their formatting alone. Between others an empty row is a row.
func (r *xlsxReader) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		written := r.headerRow
		for {
			row, more, err := r.forth()
			if err != nil {
				yield(Row{}, err)
				return
			}
			if !more {
				return
			}
			for written++; written < row.line; written++ {
				if !yield(Row{Line: written, Cells: make([]string, len(r.header))}, nil) {
					return
				}
			}
			if !yield(Row{Line: row.line, Cells: row.cells, Damaged: row.damaged}, nil) {
				return
			}
		}
	}
}

// forth returns the next row, of those read ahead or of the sheet.
func (r *xlsxReader) forth() (row gridRow, more bool, err error) {
	if len(r.ahead) == 0 {
		return r.next()
	}
	row, r.ahead = r.ahead[0], r.ahead[1:]
	return row, true, nil
}

func (r *xlsxReader) Source() Source {
	return Source{
		Name: r.in.name, Kind: XLSX, Again: r.in.length() >= 0, Sheet: r.sheet.name, HeaderRow: r.headerRow,
		Estimate: max(r.census.last-r.headerRow, 0), Size: r.in.size, SHA256: r.in.sum(),
	}
}

func (r *xlsxReader) Close() error {
	r.release()
	return r.in.close()
}

func (r *xlsxReader) release() {
	r.stop()
	r.texts.close()
	if r.spool != nil {
		_ = r.spool.Close()
	}
}

func (r *xlsxReader) noArchive(err error) error {
	if errors.Is(err, errUnusual) {
		return &Error{Doing: "reading " + r.in.name, Err: err, Hint: "open it in Excel or LibreOffice and save the sheet as .csv"}
	}
	return r.broken("it is not a whole workbook", "download or export it again; it may have been cut short", err)
}

func (r *xlsxReader) damaged(err error) error {
	return r.broken("it is damaged", "download or export it again, or open it in Excel or LibreOffice and save it again as .xlsx", err)
}

// broken explains an error, unless it explains itself.
func (r *xlsxReader) broken(problem, hint string, err error) error {
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	if strings.ContainsAny(err.Error(), "\r\n") { // quoted from the workbook
		err = errors.New(strings.Join(strings.Fields(err.Error()), " "))
	}
	return &Error{Doing: "reading " + r.in.name, Problem: problem, Hint: hint, Err: err}
}
