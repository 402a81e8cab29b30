package sheet

import (
	"bytes"
	"errors"
	"io"
	"regexp"

	"loanmap/io/sheet/rows"
	"loanmap/io/sheet/text"
)

// sniffLength is how much of the input is looked at to tell what it is.
const sniffLength = 8 << 10

var (
	// Workbooks are zip archives; Office files of before 2007, and encrypted
	// ones of today, are OLE containers.
	zipMagic  = []byte("PK\x03\x04")
	oleMagic  = []byte("\xD0\xCF\x11\xE0")
	gzipMagic = []byte("\x1F\x8B")
)

// detect looks at the first bytes and refuses what is neither text nor workbook.
// An encoding that was asked for says that it is text.
func detect(in *rows.Input, asked rows.Encoding) (rows.Kind, error) {
	head, err := in.Peek(sniffLength)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", in.Unreadable(err)
	}
	switch {
	case len(head) == 0:
		return "", in.Refuse("it is empty", "export it again, or check that the right file was named")
	case bytes.HasPrefix(head, zipMagic):
		return rows.XLSX, nil
	case bytes.HasPrefix(head, oleMagic):
		return "", explainOLE(in)
	case bytes.HasPrefix(head, gzipMagic):
		return "", in.Refuse("it is packed (gzip)", "unpack it first: gzip -d")
	case otherText(head, sheetMarkup) != "":
		return "", in.Refuse(otherText(head, sheetMarkup), rows.HintSaveAsXLSX)
	case asked == "" && noText(head):
		return "", in.Refuse("it is neither text nor a workbook", "give a .csv or .xlsx file")
	case otherText(head, documents) != "":
		return "", in.Refuse(otherText(head, documents), rows.HintSaveAsXLSX)
	case rows.HasEnding(in.Name, ".xlsx") || rows.HasEnding(in.Name, ".xlsm"):
		return "", in.Refuse("it is named like a workbook but holds text",
			"give it the ending .csv if it is one, or export the workbook again")
	}
	return rows.CSV, nil
}

// noText reports whether a file that begins with head is no text. A text with
// some NUL bytes is one for now: it is refused by the line.
func noText(head []byte) bool {
	nul := bytes.Count(head, []byte{0})
	if encoding, _ := text.Sniff(head); nul == 0 || encoding != "" {
		return false
	}
	control := bytes.IndexFunc(head, func(r rune) bool { return r > 0 && r < '\t' || r > '\r' && r < ' ' })
	return control >= 0 || nul > len(head)/4
}

// beginning is how a text that is no table begins, behind white space.
type beginning struct {
	start   *regexp.Regexp
	problem string
}

// sheetMarkup is what spreadsheets also come in.
var sheetMarkup = []beginning{
	{regexp.MustCompile(`(?i)^(<!--.*?-->\s*)?<(!doctype\s+html|html|head|body|table|meta|style)\b`), "it is a web page (HTML), whatever its name says"},
	{regexp.MustCompile(`(?s)^<\?xml\b.{0,400}(urn:schemas-microsoft-com:office:spreadsheet|progid="Excel\.Sheet")`), "it is a workbook in the XML of Excel 2003"},
	{regexp.MustCompile(`(?s)^<\?xml\b.{0,400}urn:oasis:names:tc:opendocument`), "it is a flat OpenDocument file (.fods)"},
}

// documents are other texts that are no table.
var documents = []beginning{
	{regexp.MustCompile(`(?i)^<\?xml`), "it is XML, whatever its name says"},
	{regexp.MustCompile(`(?i)^mime-version:`), "it is a saved web page (MHTML), whatever its name says"},
	{regexp.MustCompile(`(?i)^\{\\rtf`), "it is a document (RTF)"},
	{regexp.MustCompile(`(?i)^%pdf-`), "it is a document (PDF)"},
}

// otherText says which of known a text is, or nothing.
func otherText(head []byte, known []beginning) string {
	_, mark := text.Sniff(head)
	start := bytes.TrimLeft(head[len(mark):], " \t\r\n\f")
	for _, other := range known {
		if other.start.Match(start) {
			return other.problem
		}
	}
	return ""
}

// oleSearch bounds how far into an old file its kind is looked for.
const oleSearch = 256 << 20

var utf16Key = utf16Name("EncryptedPackage")

// explainOLE tells an encrypted workbook from an old one: both are in the same
// container, in which the first names its content.
func explainOLE(in *rows.Input) error {
	found, err := contains(io.LimitReader(in, oleSearch), utf16Key)
	switch {
	case err != nil:
		return in.Unreadable(err)
	case found:
		return in.Refuse("it is encrypted with a password",
			"open it in Excel or LibreOffice and save it without a password")
	}
	return in.Refuse("it is an old Excel file (.xls)", rows.HintSaveAsXLSX)
}

// contains looks for key in what is read, in memory that does not grow.
func contains(from io.Reader, key []byte) (bool, error) {
	window := make([]byte, 64<<10)
	held := 0
	for {
		n, err := from.Read(window[held:])
		seen := window[:held+n]
		if bytes.Contains(seen, key) {
			return true, nil
		}
		if errors.Is(err, io.EOF) {
			return false, nil
		} else if err != nil {
			return false, err
		}
		held = copy(window, seen[max(0, len(seen)-len(key)+1):])
	}
}

func utf16Name(name string) []byte {
	var wide []byte
	for _, c := range []byte(name) {
		wide = append(wide, c, 0)
	}
	return wide
}
