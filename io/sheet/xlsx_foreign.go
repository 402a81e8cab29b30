package sheet

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

const saveAsXLSX = "open it in Excel or LibreOffice and save it as .xlsx"

// oleSearch bounds how far into an old file its kind is looked for.
const oleSearch = 256 << 20

var utf16Key = utf16Name("EncryptedPackage")

// oldOrLocked tells an encrypted workbook from an old one: both are in the same
// container, in which the first names its content.
func (in *input) oldOrLocked() error {
	found, err := contains(io.LimitReader(in, oleSearch), utf16Key)
	switch {
	case err != nil:
		return in.unreadable(err)
	case found:
		return in.refuse("it is encrypted with a password",
			"open it in Excel or LibreOffice and save it without a password")
	}
	return in.refuse("it is an old Excel file (.xls)", saveAsXLSX)
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

// foreignZip refuses zip archives that are no workbook, telling what they are.
func (in *input) foreignZip(p *parts) error {
	switch {
	case p.has("mimetype"):
		return in.refuse("it is "+openDocument(p), saveAsXLSX)
	case p.has("index/document.iwa"), p.has("index.zip"):
		return in.refuse("it is a Numbers document", "in Numbers, export it to Excel or CSV")
	case p.has("xl/workbook.bin"):
		return in.refuse("it is a binary workbook (.xlsb)", saveAsXLSX)
	case p.has("word/document.xml"), p.has("ppt/presentation.xml"):
		return in.refuse("it is a text document or a presentation, not a workbook", "give a .csv or .xlsx file")
	case !p.has("[content_types].xml"):
		return in.refuse("it is a zip archive, not a workbook", "unpack it, and give the .csv or .xlsx file inside it")
	}
	return nil
}

func openDocument(p *parts) string {
	content, err := p.open("mimetype")
	if err != nil {
		return "damaged"
	}
	defer content.Close()
	kind, _ := io.ReadAll(io.LimitReader(content, 100))
	if strings.Contains(string(kind), "opendocument.spreadsheet") {
		return "an OpenDocument sheet (.ods)"
	}
	return "a document of another kind"
}
