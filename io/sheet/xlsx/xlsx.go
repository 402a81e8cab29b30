// Package xlsx reads, writes and keeps workbooks (.xlsx, Office Open XML). Use it through
// package sheet.
//
// # Reading
//
// A workbook is a zip archive of XML parts. [Open] reads them in this order:
//
//  1. parts: the archive, refused if it would unpack to too much or has what no
//     spreadsheet program makes;
//  2. workbook: which sheets there are;
//  3. styles and sharedStrings: how cells are displayed, and the texts they refer to;
//  4. grid: the rows of the sheet as they are stored, read by scanner.
//
// A sheet is read twice. The first time, before any row is used, every checksum, every
// reference and the extent of the sheet are checked. A cell is returned as the spreadsheet
// displays it, if that shows the whole stored value, so that leading zeros and prefixes are
// not lost. Dates are in ISO 8601, whatever their number format. Numbers that have lost
// digits, and cells that may show something else than they hold, are listed as Damage.
//
// # Number formats
//
// A format is compiled once for each style. Its sections, conditions, placeholders, literal
// text, General and @ are shown as the spreadsheet does, with the separators of the United
// States. Dates, powers, fractions, rounded and scaled numbers are recognized and never
// rendered: they are no IDs. All else is damage, because it is not certain:
//
//   - what spreadsheets show in different ways: a decimal point without digits, truth values
//     under a format, two percent signs, an escaped slash, space before a minus sign;
//   - what depends on the width of the column: characters that fill it, gaps between others;
//   - what the standard (ECMA-376, part 1, 18.8.31) leaves open: conditions that leave a number
//     over, conditions for negative numbers, General with text for other than short whole
//     numbers;
//   - other countries and digits, formats that are malformed, conditional formats.
//
// A golden file has what LibreOffice shows for 4,600 formats and values. For 1,763 of them
// the reading is certain, and equal. excelize differs from LibreOffice in 186 of these, and
// reports none: it shows 212 where "LN-"General shows LN-212. Its parser, xuri/nfp, trims the
// code, drops apostrophes and does not report what it has not understood, so both parser and
// rendering are ours.
//
// # Writing
//
// [Create] chooses one of three writers by the Layout:
//
//   - a new workbook, whose only sheet has the rows;
//   - a copy of the workbook that is read, with columns added ([Keepable] says whether it
//     can be kept), cell by cell as it was;
//   - a copy in which the rows replace the sheet that was read.
//
// Every cell is written as text, so that no ID becomes a number. [AddSheet] adds a second
// sheet.
//
// # Libraries
//
// excelize makes what surrounds the rows of a new workbook: its parts, styles, colors and
// filter. It also converts column names and cell references. Reading and keeping is ours:
//
//   - excelize takes the readable start of a damaged workbook for all of it, so that rows
//     are lost silently;
//   - it returns a cell either as stored or as displayed, and not its type, unless it loads
//     the sheet: 10 GB of memory for a million rows, which is also what keeping a workbook
//     through it takes;
//   - its stream writer replaces control characters by a question mark and cuts long cells.
//
// archive/zip reads and writes the archive; klauspost/compress compresses as well as the
// standard library in a third of the time. encoding/xml is as strict as our scanner, but
// ten times slower. golang.org/x/text decodes parts that are not in UTF-8.
package xlsx

import (
	"loanmap/io/disk"
	"loanmap/io/sheet/rows"
)

// Open checks a workbook and reads the header of a sheet. The Reader closes in.
func Open(in *rows.Input, opt rows.Options) (rows.Reader, error) {
	return newReader(in, opt, maxStringsInMemory)
}

// Create starts a workbook in file: a new one, or a copy of layout.Keep. The Writer commits
// or aborts file.
func Create(file *disk.File, layout rows.Layout) (rows.Writer, error) {
	switch {
	case layout.Keep != nil && layout.RewriteSheet:
		return newRewriteWriter(file, layout)
	case layout.Keep != nil:
		return newKeepWriter(file, layout)
	}
	return newWriter(file, layout)
}
