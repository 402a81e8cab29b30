// Package text reads and writes text files of rows: CSV, TSV and their relatives. Use it
// through package sheet.
//
// # Reading
//
// [Open] takes the first megabyte of the input and detects the dialect: the encoding by
// the byte order mark, by NUL bytes, by what is valid UTF-8 or by the letters around each
// byte beyond ASCII; the line end by counting; the delimiter by how well each candidate
// fits the rows. A code page is in doubt if another makes as much sense of the text: the
// dialect says so. Then bytes pass these steps:
//
//  1. decode: to UTF-8, failing where a character is damaged;
//  2. filter: refuses what is ambiguous (a stray carriage return, text after a closing
//     quote) with the number of the line, and marks what encoding/csv would change;
//  3. encoding/csv: cuts the text into cells;
//  4. reader: pads rows, counts the lines that are not rows, and takes the marks back.
//
// A file is read twice. The first time, a survey counts rows and columns of the filtered
// text without encoding/csv, so that a file that cannot be read is refused before its
// first row is used, and so that no row is lost unnoticed. A pipe is surveyed only as far
// as it can be peeked at.
//
// # Writing
//
// [Create] writes with encoding/csv, in the Format of the Layout. Cells of added columns
// that a spreadsheet would take for a formula get an apostrophe in front: see [Guarded].
//
// # Libraries
//
// encoding/csv cuts rows into cells and joins them. It turns CRLF within cells into LF,
// skips blank lines, and its errors are not for the person who has the file: the filter
// makes up for that. golang.org/x/text has the names and the tables of code pages. Its
// decoders hide damage, so those of UTF-16 and of code pages are ours, and U+FFFD from the
// others is an error. excelize names the columns of a file without a header.
package text
