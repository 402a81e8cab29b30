// Package sheet reads rows from, and writes rows to, the spreadsheets that people
// have: CSV and its relatives, and XLSX. It never interprets or changes the value of a cell,
// and a file that it writes appears whole at its final name or not at all.
//
// # Reading
//
// [Open] looks at the content of a file, not at its name, and returns a [Reader]. Its
// Header names the columns; its Rows yields each [Row] below, with the line that a
// person finds it on. Its Source says what was detected: the kind, the encoding and
// delimiter of a text file, the sheet and header row of a workbook.
//
//	r, err := sheet.Open("loans.csv", sheet.Options{})
//	if err != nil { ... }
//	defer r.Close()
//	for row, err := range r.Rows() { ... }
//
// What cannot be read for certain is refused, with the line: an unclosed quote, a
// damaged workbook, two delimiters that fit equally well. A cell that a spreadsheet
// program has damaged, such as an ID stored as a rounded number, is read and listed in
// [Row] as [Damage].
//
// # Writing
//
// [Create] starts a [Writer] at a [disk.Target] and chooses the format by the ending of the
// name. A [Layout] says what the sheet looks like, and whether the workbook that is
// read is kept: then the output is a copy of it with columns added. Nothing is at the
// final name before Commit.
//
// # The packages below
//
//   - rows has the types that are used here under the same names, and the input file;
//   - text reads and writes CSV and TSV;
//   - xlsx reads, writes and keeps workbooks.
//
// The libraries that they use, and why others are not used, are described there.
package sheet

import (
	"loanmap/io/disk"
	"loanmap/io/sheet/rows"
	"loanmap/io/sheet/text"
	"loanmap/io/sheet/xlsx"
)

// The types of package rows.
type (
	// Row is one row below the header.
	Row = rows.Row
	// Damage is a cell that does not hold what was entered.
	Damage = rows.Damage
	// Reader yields the rows of one sheet.
	Reader = rows.Reader
	// Writer writes one sheet.
	Writer = rows.Writer
	// Source describes the input of a Reader.
	Source = rows.Source
	// Options says how to read an input.
	Options = rows.Options
	// Layout says how a sheet is to be written.
	Layout = rows.Layout
	// Look is how a column of a workbook looks.
	Look = rows.Look
	// Kind is the format of a file: CSV or XLSX.
	Kind = rows.Kind
	// Text is the dialect of a text file.
	Text = rows.Text
	// Encoding is how a text file spells its characters as bytes.
	Encoding = rows.Encoding
	// Delimiter is the character between two cells of a text file.
	Delimiter = rows.Delimiter
)

// The values of Kind.
const (
	CSV  = rows.CSV
	XLSX = rows.XLSX
)

// Values of Encoding and Delimiter. Package rows has the others.
const (
	UTF8        = rows.UTF8
	Windows1252 = rows.Windows1252
	Comma       = rows.Comma
	Semicolon   = rows.Semicolon
	Tab         = rows.Tab
)

// Open opens the file at path, or Options.Stdin for "-", and reads its header. The
// content says what the file is. Every error is a *disk.Error.
func Open(path string, opt Options) (Reader, error) {
	in, err := rows.OpenInput(path, opt.Stdin)
	if err != nil {
		return nil, err
	}
	reader, err := open(in, opt)
	if err != nil {
		_ = in.Close()
		return nil, err
	}
	return reader, nil
}

func open(in *rows.Input, opt Options) (Reader, error) {
	kind, err := detect(in, opt.Encoding)
	if err != nil {
		return nil, err
	}
	if kind == XLSX {
		if opt.Encoding != "" || opt.Delimiter != 0 {
			return nil, in.Refuse("it is a workbook, which has no encoding and no delimiter", "leave out --encoding and --delimiter")
		}
		if opt.NoHeader {
			return nil, in.Refuse("it is a workbook, and --no-header is for text files",
				"insert a row with the names of the columns, or save the sheet as .csv")
		}
		return xlsx.Open(in, opt)
	}
	if opt.Sheet != "" {
		return nil, in.Refuse("it is a text file, which has no sheets", "leave out --sheet, or give the workbook itself")
	}
	return text.Open(in, opt)
}

// Create starts a sheet at target and writes its header. The ending of the target's
// path says what it will be: .xlsx or .csv; a stream is CSV. Every error is a *disk.Error.
func Create(target disk.Target, layout Layout) (Writer, error) {
	kind, err := KindOf(target.Path)
	if err != nil {
		return nil, err
	}
	file, err := disk.Create(target)
	if err != nil {
		return nil, err
	}
	create := text.Create
	if kind == XLSX {
		create = xlsx.Create
	}
	w, err := create(file, layout)
	if err != nil {
		file.Abort()
		return nil, err
	}
	return w, nil
}

// Keepable reports, as a *disk.Error, why the workbook in layout.Keep cannot be kept. Its
// rows can still be written to a new workbook. The reader must stay open until the
// workbook is committed.
func Keepable(layout Layout) error { return xlsx.Keepable(layout) }

// AddSheet adds a sheet of that name to the workbook that w writes. It must be called
// before the first row is written to w. Seal, Commit and Abort of w are for both
// sheets.
func AddSheet(w Writer, name string, layout Layout) (Writer, error) {
	return xlsx.AddSheet(w, name, layout)
}

// Guarded returns a cell as text files hold those of the added columns: with an
// apostrophe in front if a spreadsheet may take it for a formula.
func Guarded(cell string) string { return text.Guarded(cell) }

// Digest returns the SHA-256 of the file at path, in hex. Errors are *disk.Error.
func Digest(path string) (string, error) { return rows.Digest(path) }
