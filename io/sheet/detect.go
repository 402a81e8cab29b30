package sheet

import (
	"bytes"
	"errors"
	"io"
	"regexp"

	"loanmap/io/sheet/rows"
	"loanmap/io/sheet/text"
)

// sniffLength is how many bytes of the input show what it is.
const sniffLength = 8 << 10

var (
	// Workbooks are zip archives. Office files from before 2007 and encrypted ones
	// of today are OLE containers.
	zipMagic  = []byte("PK\x03\x04")
	oleMagic  = []byte("\xD0\xCF\x11\xE0")
	gzipMagic = []byte("\x1F\x8B")
	pngMagic  = []byte("\x89PNG")
)

// detect looks at the first bytes and refuses what is neither text nor a workbook. If
// the Options name an encoding, the input is text.
func detect(in *rows.Input, named rows.Encoding) (rows.Kind, error) {
	head, err := in.Peek(sniffLength)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", in.Unreadable(err)
	}
	switch {
	case len(head) == 0:
		return "", in.Refuse("it is empty", "export it again, or check the name of the file")
	case bytes.HasPrefix(head, zipMagic):
		return rows.XLSX, nil
	case bytes.HasPrefix(head, oleMagic):
		return "", explainOLE(in)
	case bytes.HasPrefix(head, gzipMagic):
		return "", in.Refuse("it is compressed (gzip)", "decompress it first: gzip -d")
	case matchSignature(head, sheetMarkup) != "":
		return "", in.Refuse(matchSignature(head, sheetMarkup), rows.HintSaveAsXLSX)
	case named == "" && isUTF32(head):
		return "", in.Refuse("it is UTF-32", "save it again as \"CSV UTF-8\"")
	case named == "" && isBinary(head):
		return "", in.Refuse("it is neither text nor a workbook", "give a .csv or .xlsx file")
	case matchSignature(head, documents) != "":
		return "", in.Refuse(matchSignature(head, documents), rows.HintSaveAsXLSX)
	case rows.HasEnding(in.Name, ".xlsx") || rows.HasEnding(in.Name, ".xlsm"):
		return "", in.Refuse("it is named like a workbook but holds text",
			"give it the ending .csv if it is one, or export the workbook again")
	}
	return rows.CSV, nil
}

// isUTF32 reports whether head is UTF-32, by its byte order mark or because three bytes
// of each of its first characters are NUL, always the same.
func isUTF32(head []byte) bool {
	if bytes.HasPrefix(head, []byte("\xFF\xFE\x00\x00")) || bytes.HasPrefix(head, []byte("\x00\x00\xFE\xFF")) {
		return true
	}
	const sampled = 4 * 8
	if len(head) < sampled {
		return false
	}
	var nul [4]int
	for i, b := range head[:sampled] {
		if b == 0 {
			nul[i%4]++
		}
	}
	return nul == [4]int{0, 8, 8, 8} || nul == [4]int{8, 8, 8, 0}
}

// isBinary reports whether a file that begins with head is not text. A text with a few
// NUL bytes passes here, or with some at its end: package text reads or refuses it, and
// names the line.
func isBinary(head []byte) bool {
	encoding, _ := text.Sniff(head)
	if lines := bytes.TrimRight(head, "\x00"); bytes.HasSuffix(lines, []byte("\n")) || bytes.HasSuffix(lines, []byte("\r")) || bytes.HasSuffix(lines, []byte("\x1a")) {
		head = lines
	}
	nul := bytes.Count(head, []byte{0})
	if bytes.HasPrefix(head, pngMagic) {
		return true // its first lines look like those of a text that ends in filler
	}
	if nul == 0 || encoding != "" {
		return false
	}
	control := bytes.IndexFunc(head, func(r rune) bool { return r > 0 && r < '\t' || r > '\r' && r < ' ' })
	return control >= 0 || nul > len(head)/4
}

// signature is how a text that is not a table starts, after white space.
type signature struct {
	start   *regexp.Regexp
	problem string
}

// sheetMarkup are texts in which programs save spreadsheets.
var sheetMarkup = []signature{
	{regexp.MustCompile(`(?i)^(<!--.*?-->\s*)?<(!doctype\s+html|html|head|body|table|meta|style)\b`), "it is a web page (HTML), whatever its name says"},
	{regexp.MustCompile(`(?s)^<\?xml\b.{0,400}(urn:schemas-microsoft-com:office:spreadsheet|progid="Excel\.Sheet")`), "it is a workbook in the XML of Excel 2003"},
	{regexp.MustCompile(`(?s)^<\?xml\b.{0,400}urn:oasis:names:tc:opendocument`), "it is a flat OpenDocument file (.fods)"},
}

// documents are other texts that are not tables.
var documents = []signature{
	{regexp.MustCompile(`(?i)^<\?xml`), "it is XML, whatever its name says"},
	{regexp.MustCompile(`(?i)^mime-version:`), "it is a saved web page (MHTML), whatever its name says"},
	{regexp.MustCompile(`(?i)^\{\\rtf`), "it is a document (RTF)"},
	{regexp.MustCompile(`(?i)^%pdf-`), "it is a document (PDF)"},
}

// matchSignature returns the problem of the signature that head has, or "".
func matchSignature(head []byte, known []signature) string {
	_, mark := text.Sniff(head)
	start := bytes.TrimLeft(head[len(mark):], " \t\r\n\f")
	for _, other := range known {
		if other.start.Match(start) {
			return other.problem
		}
	}
	return ""
}

// oleSearch is how many bytes of an OLE container are searched.
const oleSearch = 256 << 20

// encryptedPackage is the stream that an encrypted workbook has, as a container spells
// its name.
var encryptedPackage = utf16Name("EncryptedPackage")

// explainOLE refuses an OLE container and says whether it is an encrypted workbook or an
// old one.
func explainOLE(in *rows.Input) error {
	found, err := contains(io.LimitReader(in, oleSearch), encryptedPackage)
	switch {
	case err != nil:
		return in.Unreadable(err)
	case found:
		return in.Refuse("it is encrypted with a password",
			"open it in Excel or LibreOffice and save it without a password")
	}
	return in.Refuse("it is an old Excel file (.xls)", rows.HintSaveAsXLSX)
}

// contains searches what is read for key, in constant memory.
func contains(from io.Reader, key []byte) (bool, error) {
	window := make([]byte, 64<<10)
	kept := 0
	for {
		n, err := from.Read(window[kept:])
		seen := window[:kept+n]
		if bytes.Contains(seen, key) {
			return true, nil
		}
		if errors.Is(err, io.EOF) {
			return false, nil
		} else if err != nil {
			return false, err
		}
		kept = copy(window, seen[max(0, len(seen)-len(key)+1):])
	}
}

func utf16Name(name string) []byte {
	var encoded []byte
	for _, c := range []byte(name) {
		encoded = append(encoded, c, 0)
	}
	return encoded
}
