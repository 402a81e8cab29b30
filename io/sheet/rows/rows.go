// Package rows has what the formats of sheets share: the types of a [Row], of its
// [Reader] and [Writer], of their settings ([Options], [Layout]) and of what was found out
// about an input ([Source], [Text]). [Input] is the file that a Reader reads.
//
// It is the leaf below the packages text and xlsx, which know nothing of each other.
// Others use these types through package sheet, where they have the same names. What
// cannot be read or written is a disk.Error, in every package of sheets.
package rows

import (
	"io"
	"io/fs"
	"iter"
)

// Kind is the format of a file.
type Kind string

// The formats that are read and written. CSV is any text file, whatever its delimiter.
const (
	CSV  Kind = "csv"
	XLSX Kind = "xlsx"
)

// Row is one row of a sheet below its header.
type Row struct {
	// Line is where the row starts in the input: the line of a CSV file, the
	// row number of a workbook, counted from 1.
	Line int
	// Cells holds the values as read, padded to the width of the header.
	Cells []string
	// Damaged lists the cells that a spreadsheet program has damaged, or shows
	// in another form than it stores. Cells has what is left of them, or is stored,
	// which must not be used as an ID.
	Damaged []Damage
}

// Damage is a cell that does not hold what was entered, or of which it is not certain
// that it shows what it holds.
type Damage struct {
	Column  int    // from 0
	Problem string // such as "its formula was saved without a result"
	IsDate  bool   // the cell is a sound date or time, and no ID
}

// Reader yields the rows of one sheet. It is read once, by one goroutine.
type Reader interface {
	// Header returns the column names, padded with empty names where rows have
	// more cells.
	Header() []string
	// Rows yields every row below the header in order. An error is yielded
	// once, last, and means that rows are missing.
	Rows() iter.Seq2[Row, error]
	// Source describes the input, as far as it is known.
	Source() Source
	// Close releases the file and its temporary files.
	Close() error
}

// Source describes the input of a Reader.
type Source struct {
	Name string // path as given, or "standard input"
	Kind Kind
	// Sheet is the name of the sheet read; empty for text files.
	Sheet string
	// Text is the dialect of a text file; zero for workbooks.
	Text Text
	// HeaderRow is the row number of the header in a workbook. Of a text file it is what
	// the Options say.
	HeaderRow int
	// TotalsRow is the row number of the totals of a table, which is not among the
	// rows; 0: there is none.
	TotalsRow int
	// Estimate is the expected number of rows, or 0 if it is not known.
	Estimate int
	// Reopenable reports whether the input can be opened a second time.
	Reopenable bool
	// Size (bytes) and SHA256 (hex) are of the whole input once Rows has ended
	// without an error.
	Size   int64
	SHA256 string
}

// Options says how to read an input.
type Options struct {
	// Sheet is the name of a sheet in a workbook, or its number from 1; empty
	// means the first visible sheet that is not empty.
	Sheet string
	// HeaderRow is the row of the header in a workbook, or its line in a text file, from
	// 1; 0 means that it is detected, or the first line of text.
	HeaderRow int
	// NoHeader says that the first row of a text file is a row like any other. Its
	// columns are named Column A, Column B and so on.
	NoHeader bool
	// KnownHeaders are names that only a header has: the first row of a workbook
	// with one of them is the header.
	KnownHeaders []string
	// Stdin is read when the path is "-".
	Stdin io.Reader
	// Encoding and Delimiter say how to read a text file; empty and 0 mean that
	// they are detected. A workbook has neither.
	Encoding  Encoding
	Delimiter Delimiter
}

// Layout says how to write a sheet.
type Layout struct {
	// Header holds the column names, which are the first row.
	Header []string
	// Added is how many of the last columns are ours. A workbook shows them in
	// another color than the user's own.
	Added int
	// Looks are how the columns of a workbook look; empty: the last Added ones have another
	// color, and nothing is wrapped.
	Looks []Look
	// Review lays a sheet of a workbook out for a person who decides its rows: cells begin
	// at the top, and it is printed on landscape pages, all columns on one, the header on
	// each.
	Review bool
	// Name is the name of the sheet of a new workbook; empty: Resolved.
	Name string
	// Tints are colors (RRGGBB) for the cells of the first added column of a
	// workbook, by value.
	Tints map[string]string
	// Format is how a text file is written; a workbook has none.
	Format Format
	// GuardInput puts an apostrophe in front of the user's own cells that a
	// spreadsheet would take for a formula. Those of the added columns always
	// get one. Both are for text files alone.
	GuardInput bool
	// Rows is how many rows will be written, or 0 if that is not known. More
	// than a workbook can hold are refused at once.
	Rows int
	// Keep is the reader of a workbook that is kept: the output is a copy of it with
	// the added columns. Every row of Keep must be written, in order. Only the cells of
	// the added columns are used; the others stay as they are in the workbook. A row
	// that is written as nil stays as a whole. See Keepable.
	Keep Reader
	// RewriteSheet replaces the sheet that Keep reads by the header and rows that are
	// written. The other sheets of the workbook are kept.
	RewriteSheet bool
	// Replaced lists the columns of Keep, from 0, that an earlier run has added. Those
	// that have the name of an added column are written where they are, and new ones
	// go to the first free columns.
	Replaced []int
}

// Writer writes one sheet. Nothing is at the final name before Commit.
type Writer interface {
	// Write adds a row, which has as many cells as the header. The caller may use
	// the slice again.
	Write(cells []string) error
	// Seal writes and syncs the file under a temporary name. No row can follow.
	Seal() error
	// Stat describes the sealed file.
	Stat() (fs.FileInfo, error)
	// Digest returns the SHA-256 of the sealed file in hex; empty for a stream.
	Digest() (string, error)
	// Commit seals the file and gives it its final name.
	Commit() error
	// Abort removes the file. After Commit it does nothing.
	Abort()
}

// Blank reports whether all cells are empty.
func Blank(cells []string) bool {
	for _, cell := range cells {
		if cell != "" {
			return false
		}
	}
	return true
}
