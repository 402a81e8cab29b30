package xlsx

import (
	"io"
	"strings"

	"loanmap/io/sheet/rows"
)

// checkIsWorkbook refuses zip archives that are not workbooks, and says what they are.
func checkIsWorkbook(in *rows.Input, p *parts) error {
	switch {
	case p.has("mimetype"):
		return in.Refuse("it is "+describeOpenDocument(p), rows.HintSaveAsXLSX)
	case p.has("index/document.iwa"), p.has("index.zip"):
		return in.Refuse("it is a Numbers document", "in Numbers, export it to Excel or CSV")
	case p.has("xl/workbook.bin"):
		return in.Refuse("it is a binary workbook (.xlsb)", rows.HintSaveAsXLSX)
	case p.has("word/document.xml"), p.has("ppt/presentation.xml"):
		return in.Refuse("it is a text document or a presentation, not a workbook", "give a .csv or .xlsx file")
	case !p.has("[content_types].xml"):
		return in.Refuse("it is a zip archive, not a workbook", "unpack it, and give the .csv or .xlsx file inside it")
	}
	return nil
}

func describeOpenDocument(p *parts) string {
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
