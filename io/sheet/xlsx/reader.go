package xlsx

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"loanmap/io/disk"
	"loanmap/io/sheet/rows"
)

// reader reads a sheet twice: once to check that all of it can be read, before its first
// row is yielded, and once for the rows.
type reader struct {
	in         *rows.Input
	spool      *disk.Spool // a copy of what can be read only once; nil for a file
	parts      *parts
	book       *workbook
	strings    *sharedStrings
	styles     *styles
	sheet      sheetEntry
	extent     extent
	properties properties
	tables     []table
	tablesErr  error // why they could not be read
	totalsRow  int   // with the totals of the tables over the header, which ask nothing; 0: none
	used       *references
	overrides  overrides

	content   io.ReadCloser
	grid      *grid
	lookahead []gridRow // read, but not yielded
	rowsRead  int       // rows read so far that are not empty
	header    []string
	headerRow int
}

// extent is how many rows and columns of a sheet are in use, measured before its rows are
// read. White space alone, and formulas that show nothing, use none at the end of it.
type extent struct {
	rows     int // rows that are not empty, down to the last
	last     int // number of the last row that shows something
	before   int // number of the one before it that shows something
	width    int // columns up to the last that shows something
	content  columnRows
	formulas bool
	seen     int // rows that are not empty so far
	// The last column, from 0, and the last row with a cell, even an empty one.
	right, bottom int
}

// maxGap is how many empty rows there may be between others. More would all be rows that
// ask nothing.
const maxGap = 10_000

func newReader(in *rows.Input, opt rows.Options, inMemory int64) (rows.Reader, error) {
	r := &reader{in: in}
	err := r.open(opt, inMemory)
	if err == nil {
		err = r.readHeader(opt.HeaderRow, opt.KnownHeaders)
	}
	if err == nil {
		r.tablesErr = r.readTables()
	}
	if err != nil {
		r.release()
		return nil, err
	}
	return r, nil
}

func (r *reader) open(opt rows.Options, inMemory int64) (err error) {
	source, size, err := r.source()
	if err != nil {
		return err
	}
	if r.parts, err = openParts(source, size); err != nil {
		return r.notAnArchive(err)
	}
	if err := checkIsWorkbook(r.in, r.parts); err != nil {
		return err
	}
	// Size and digest are of the whole file.
	if _, err := io.Copy(io.Discard, r.in); err != nil {
		return r.in.Unreadable(err)
	}
	if r.book, err = readWorkbook(r.parts); err != nil {
		return r.damaged(err)
	}
	if r.styles, err = readStyles(r.parts, r.book.styles); err != nil {
		return r.damaged(err)
	}
	r.styles.from1904 = r.book.from1904
	if err := r.readStrings(inMemory); err != nil {
		return err
	}
	if err := r.pickSheet(opt.Sheet); err != nil {
		return err
	}
	if err := r.parts.verify(partName(r.sheet.part), partName(r.book.sharedStrings)); err != nil {
		return r.damaged(err)
	}
	return nil
}

// source returns what can be read at any offset: the file itself, or a copy of a pipe.
func (r *reader) source() (io.ReaderAt, int64, error) {
	if size := r.in.Length(); size >= 0 {
		return r.in, size, nil
	}
	var err error
	if r.spool, err = disk.NewSpool("reading " + r.in.Name); err != nil {
		return nil, 0, err
	}
	size, err := io.Copy(r.spool, io.LimitReader(r.in, unzipLimit))
	if err != nil {
		return nil, 0, r.in.Unreadable(err)
	}
	return r.spool, size, nil
}

func (r *reader) readStrings(inMemory int64) (err error) {
	if r.strings, err = readSharedStrings(r.parts, r.book.sharedStrings, "reading "+r.in.Name, inMemory); err != nil {
		return r.damaged(err)
	}
	return nil
}

// pickSheet finds the sheet by name, then by number, or takes the first visible one that
// is not empty, and measures it.
func (r *reader) pickSheet(sheet string) error {
	if sheet == "" {
		return r.pickFirst()
	}
	for _, s := range r.book.sheets {
		if strings.EqualFold(s.name, sheet) {
			return r.takeSheet(s)
		}
	}
	if n, err := strconv.Atoi(sheet); err == nil && n >= 1 && n <= len(r.book.sheets) {
		return r.takeSheet(r.book.sheets[n-1])
	}
	return r.in.Refuse(fmt.Sprintf("it has no sheet %q", sheet), "its sheets are: "+r.book.names())
}

func (r *reader) pickFirst() error {
	problem, hint := "it has no visible sheet", "choose one with --sheet: "+r.book.names()
	for _, s := range r.book.sheets {
		if s.hidden || !s.isWorksheet {
			continue
		}
		if err := r.measure(s); err != nil || r.extent.rows > 0 {
			return err
		}
		problem, hint = fmt.Sprintf("sheet %q holds no rows, not even a header", s.name),
			"give the sheet that holds the rows with --sheet: "+r.book.names()
	}
	return r.in.Refuse(problem, hint)
}

// takeSheet measures a sheet that was named.
func (r *reader) takeSheet(s sheetEntry) error {
	if !s.isWorksheet {
		return r.in.Refuse(fmt.Sprintf("its sheet %q holds a chart, not rows", s.name), "its sheets are: "+r.book.names())
	}
	if err := r.measure(s); err != nil || r.extent.rows > 0 {
		return err
	}
	return r.in.Refuse(fmt.Sprintf("sheet %q holds no rows, not even a header", s.name),
		"give the sheet that holds the rows with --sheet: "+r.book.names())
}

// measure reads a whole sheet and finds its extent.
func (r *reader) measure(s sheetEntry) error {
	r.sheet, r.extent = s, extent{}
	defer r.stop()
	if err := r.start(); err != nil {
		return err
	}
	r.properties, r.overrides = properties{}, overrides{}
	r.grid.outside = func(t *token) {
		r.properties.observe(t, r.extent.last)
		r.overrides.observe(t, r.styles)
	}
	for {
		more, err := r.grid.next()
		if err == nil && more {
			err = r.extent.add(r.grid, r.styles, r.strings)
		}
		switch {
		case errors.Is(err, errStray):
			return r.in.Refuse(err.Error(), "clear that cell, or delete the empty rows, and save the workbook")
		case err != nil:
			return r.damaged(partError(s.part, err))
		case !more:
			return nil
		}
	}
}

// add measures one row.
func (n *extent) add(g *grid, s *styles, shared *sharedStrings) error {
	filled, shows := false, -1
	if count := len(g.cells); count > 0 {
		n.right, n.bottom = max(n.right, g.cells[count-1].column), g.row
	}
	for i := range g.cells {
		c := &g.cells[i]
		n.formulas = n.formulas || c.formula
		holds, blank, err := s.holds(c, shared)
		if err != nil {
			return fmt.Errorf("row %d: %w", g.row, err)
		}
		if !holds {
			continue
		}
		filled = true
		n.content.set(c.column, g.row)
		if !blank {
			shows = c.column
		}
	}
	if filled {
		n.seen++
	}
	if shows < 0 {
		return nil
	}
	if n.last > 0 && g.row-n.last > maxGap {
		return fmt.Errorf("%w: cell %s%d is %d empty rows below the others", errStray, columnName(shows), g.row, g.row-n.last-1)
	}
	n.before, n.last, n.rows, n.width = n.last, g.row, n.seen, max(n.width, shows+1)
	return nil
}

// errStray is a cell far below all others.
var errStray = errors.New("it has a stray cell")

func (r *reader) start() (err error) {
	if r.content, err = r.parts.open(r.sheet.part); err == nil {
		r.grid, err = newGrid(r.content)
	}
	if err != nil {
		return r.damaged(err)
	}
	return nil
}

func (r *reader) stop() {
	if r.content != nil {
		_ = r.content.Close()
	}
	r.content = nil
}

// readHeader takes the header from the row of that number, or finds it among the first
// rows.
func (r *reader) readHeader(line int, holds []string) error {
	if err := r.start(); err != nil {
		return err
	}
	for text := 0; len(r.lookahead) < headerSample && text < headerSampleText; {
		row, more, err := r.readRow()
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
			return r.in.Refuse(fmt.Sprintf("row %d of sheet %q is empty, so it is not a header", line, r.sheet.name),
				"give --header-row the number that the spreadsheet shows next to the header")
		}
		for _, cell := range row.cells {
			text += len(cell)
		}
		if r.lookahead = append(r.lookahead, row); line > 0 {
			break
		}
	}
	if len(r.lookahead) == 0 {
		return r.in.Refuse(fmt.Sprintf("row %d is below the last row of sheet %q", line, r.sheet.name),
			"give --header-row the number that the spreadsheet shows next to the header")
	}
	i := findHeader(r.lookahead, holds)
	r.header, r.headerRow = r.lookahead[i].cells, r.lookahead[i].line
	r.lookahead = r.lookahead[i+1:]
	return nil
}

// readRow reads the next row that is not empty.
func (r *reader) readRow() (row gridRow, more bool, err error) {
	for {
		if more, err = r.grid.next(); err != nil {
			return row, false, r.damaged(partError(r.sheet.part, err))
		}
		if !more {
			return row, false, r.checkCount()
		}
		if r.grid.row > r.extent.last {
			continue
		}
		if row, err = r.displayRow(); err != nil {
			return row, false, r.damaged(fmt.Errorf("row %d: %w", r.grid.row, err))
		}
		if row.filled > 0 {
			r.rowsRead++
			return row, true, nil
		}
	}
}

// checkCount checks that as many rows were read as were measured.
func (r *reader) checkCount() error {
	if r.rowsRead == r.extent.rows {
		return nil
	}
	return r.in.Refuse(fmt.Sprintf("%d rows were read, but it had %d before: it has changed since", r.rowsRead, r.extent.rows),
		"close it in other programs, then run again")
}

// displayRow returns the row that was read as it is displayed.
func (r *reader) displayRow() (gridRow, error) {
	row := gridRow{line: r.grid.row, cells: make([]string, r.extent.width), allText: true}
	for i := range r.grid.cells {
		c := &r.grid.cells[i]
		holds, blank, err := r.styles.holds(c, r.strings)
		switch {
		case err != nil:
			return row, err
		case !holds:
			continue
		case c.column >= r.extent.width && blank:
			row.filled++
			continue
		case c.column >= r.extent.width:
			return row, errors.New("it has changed since it was checked")
		}
		shown, err := r.styles.display(c, r.strings)
		if err != nil {
			return row, err
		}
		row.filled++
		row.cells[c.column] = shown.text
		row.allText = row.allText && c.isText()
		if shown.damage == "" {
			shown.damage = r.overrides.damage(c, row.line, shown.text)
		}
		if shown.damage != "" {
			row.damaged = append(row.damaged, rows.Damage{Column: c.column, Problem: shown.damage, IsDate: shown.isDate})
		}
	}
	return row, nil
}

// Header returns the column names.
func (r *reader) Header() []string { return r.header }

// Rows yields the rows below the header. Empty rows between others are rows. Those at the
// end of the sheet are not: workbooks often store them for their formatting alone.
func (r *reader) Rows() iter.Seq2[rows.Row, error] {
	return func(yield func(rows.Row, error) bool) {
		line := r.headerRow
		for {
			row, more, err := r.nextRow()
			if err != nil {
				yield(rows.Row{}, err)
				return
			}
			if !more {
				return
			}
			for line++; line < row.line; line++ {
				if line != r.totalsRow && !yield(rows.Row{Line: line, Cells: make([]string, len(r.header))}, nil) {
					return
				}
			}
			if !yield(rows.Row{Line: row.line, Cells: row.cells, Damaged: row.damaged}, nil) {
				return
			}
		}
	}
}

// nextRow returns the next row that is not empty, from the lookahead or the sheet. Totals
// are no row.
func (r *reader) nextRow() (row gridRow, more bool, err error) {
	for {
		if len(r.lookahead) == 0 {
			row, more, err = r.readRow()
		} else {
			row, r.lookahead, more = r.lookahead[0], r.lookahead[1:], true
		}
		if !more || err != nil || row.line != r.totalsRow {
			return row, more, err
		}
	}
}

// estimate returns how many rows are below the header.
func (r *reader) estimate() int {
	count := r.extent.last - r.headerRow
	switch {
	case r.totalsRow > 0 && r.totalsRow == r.extent.last:
		count = r.extent.before - r.headerRow
	case r.totalsRow > 0 && r.totalsRow < r.extent.last:
		count--
	}
	return max(count, 0)
}

// Source describes the workbook and the sheet.
func (r *reader) Source() rows.Source {
	return rows.Source{
		Name: r.in.Name, Kind: rows.XLSX, Reopenable: r.in.Length() >= 0, Sheet: r.sheet.name, HeaderRow: r.headerRow, TotalsRow: r.totalsRow,
		Estimate: r.estimate(), Size: r.in.Size(), SHA256: r.in.SHA256(),
	}
}

// Close closes the file and removes temporary ones.
func (r *reader) Close() error {
	r.release()
	return r.in.Close()
}

func (r *reader) release() {
	r.stop()
	r.strings.close()
	if r.spool != nil {
		_ = r.spool.Close()
	}
}

func (r *reader) notAnArchive(err error) error {
	if errors.Is(err, errUnusual) {
		return &disk.Error{Doing: "reading " + r.in.Name, Err: err, Hint: "open it in Excel or LibreOffice and save the sheet as .csv"}
	}
	return r.explain("it is not a whole workbook", "download or export it again; it may have been cut short", err)
}

func (r *reader) damaged(err error) error {
	return r.explain("it is damaged", "download or export it again, or open it in Excel or LibreOffice and save it again as .xlsx", err)
}

// explain returns an error of reading as a disk.Error with a problem and a hint.
func (r *reader) explain(problem, hint string, err error) error {
	if known, ok := errors.AsType[*disk.Error](err); ok {
		return known
	}
	if strings.ContainsAny(err.Error(), "\r\n") { // a name in the workbook
		err = errors.New(strings.Join(strings.Fields(err.Error()), " "))
	}
	return &disk.Error{Doing: "reading " + r.in.Name, Problem: problem, Hint: hint, Err: err}
}
