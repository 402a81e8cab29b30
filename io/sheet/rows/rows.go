package rows

import (
	"io"
	"io/fs"
	"iter"
)

// Kind is what a sheet is stored as.
type Kind string

// The kinds of sheet that are read and written.
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
	// Damaged lists the cells that the spreadsheet program has spoilt. What is
	// left of them stands in Cells, but must not be taken for an ID.
	Damaged []Damage
}

// Damage is a cell that does not hold what was entered.
type Damage struct {
	Column  int    // from 0
	Problem string // such as "its formula was saved without a result"
}

// Reader yields the rows of one sheet. It is read once, by one goroutine.
type Reader interface {
	// Header returns the column names. Where cells stand beyond them, they are
	// padded with empty names.
	Header() []string
	// Rows yields every row below the header in order. An error is yielded
	// once, last, and means that the rows before it are not all there are.
	Rows() iter.Seq2[Row, error]
	// Source says what is being read.
	Source() Source
	// Close releases the file and whatever was unpacked from it.
	Close() error
}

// Source describes the input of a Reader.
type Source struct {
	Name string // path as given, or "standard input"
	Kind Kind
	// Sheet is the name of the sheet read; empty for text files.
	Sheet string
	// Text says how a text file was understood.
	Text Text
	// HeaderRow is the row of a workbook that is its header; 0 for text files.
	HeaderRow int
	// Estimate is the expected number of rows, 0 where that is not known.
	Estimate int
	// Again tells that the input can be opened a second time.
	Again bool
	// Size (bytes) and SHA256 (hex) cover the whole input once Rows has ended
	// without an error.
	Size   int64
	SHA256 string
}

// Options says how to read an input.
type Options struct {
	// Sheet picks a sheet of a workbook by name or by number from 1; empty
	// takes the first visible one that holds something.
	Sheet string
	// HeaderRow is the row that holds the header of a workbook, counted from
	// 1; 0 finds it.
	HeaderRow int
	// HeaderHolds are names that only a header has: a row of a workbook that
	// holds one of them is it.
	HeaderHolds []string
	// Stdin is read when the path is "-".
	Stdin io.Reader
	// Encoding and Delimiter say how a text file is to be read; empty and 0
	// have them told from its content. A workbook has neither.
	Encoding  Encoding
	Delimiter Delimiter
}

// Layout says how a sheet is to be written.
type Layout struct {
	// Header holds the column names, the first row written.
	Header []string
	// Added is how many of the last columns are ours: a workbook sets them
	// apart from the user's own.
	Added int
	// Tints colours the cells of the first added column in a workbook, by
	// value, as RRGGBB.
	Tints map[string]string
	// Format is the look of a text file; a workbook has none.
	Format Format
	// GuardInput has the cells of a text file that a spreadsheet would take for
	// a formula begin with an apostrophe. The cells of the added columns always
	// do; the user's own pass through unchanged without it.
	GuardInput bool
	// Rows is how many rows will be written, 0 where that is not known. A
	// workbook that cannot hold as many is refused at once.
	Rows int
	// Keep is the workbook that is read, if it is to be kept: the output is a
	// copy of it, with the added columns at the right of its own. Every row of
	// Keep must be written, in order; cells but for those of the added columns
	// are not looked at, but stay as they are. See Keepable.
	Keep Reader
	// Anew has the sheet of Keep written anew, of the rows that are written and with
	// Header as its only columns: the other sheets of the workbook are kept.
	Anew bool
	// Replaced lists columns of Keep, from 0, that are left out: they are of a
	// former run.
	Replaced []int
}

// Writer writes one sheet. Nothing is at the final name before Commit.
type Writer interface {
	// Write adds a row of as many cells as the header has. It keeps none of them.
	Write(cells []string) error
	// Seal puts all that was written safely on disk under a temporary name.
	Seal() error
	// Stat describes the file, once it is sealed.
	Stat() (fs.FileInfo, error)
	// Digest returns the SHA-256 of the file in hex, once it is sealed; empty for a
	// stream.
	Digest() (string, error)
	// Commit seals, and gives the file its final name.
	Commit() error
	// Abort removes what was written. After Commit it does nothing.
	Abort()
}

func Blank(cells []string) bool {
	for _, cell := range cells {
		if cell != "" {
			return false
		}
	}
	return true
}
