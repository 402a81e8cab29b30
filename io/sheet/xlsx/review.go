package xlsx

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// pageProperties has a sheet for review printed on pages that are as wide as it is.
func (x *rowsXML) pageProperties() string {
	if !x.layout.Review {
		return ""
	}
	return `<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>`
}

// pageSetup is how a sheet for review is printed: margins in inches, any number of pages.
func (x *rowsXML) pageSetup() string {
	if !x.layout.Review {
		return ""
	}
	return `<pageMargins left="0.3" right="0.3" top="0.4" bottom="0.5" header="0.2" footer="0.2"/>` +
		`<pageSetup orientation="landscape" fitToWidth="1" fitToHeight="0"/>` +
		`<headerFooter><oddFooter>&amp;LPage &amp;P of &amp;N&amp;R&amp;F</oddFooter></headerFooter>`
}

// lineHeight is that of a line of text in the fonts of our styles, in points.
const lineHeight = 15

// maxLines is how many lines a row shows (Excel's limit is 409 points).
const maxLines = 20

// height is the height of a row as an attribute, open at its end. LibreOffice does not
// measure the cells of a row that has none.
func (x *rowsXML) height(cells []string) string {
	most := 1
	for i, cell := range cells {
		if x.layout.Look(i).Width == 0 {
			continue
		}
		lines := 0
		for line := range strings.Lines(cell) {
			lines += linesOf(line, x.widths[i])
		}
		most = max(most, lines)
	}
	if most == 1 {
		return ""
	}
	return fmt.Sprintf(`" ht="%d`, lineHeight*min(most, maxLines))
}

// linesOf returns how many lines a text takes that is wrapped at its blanks. It is an
// estimate: letters differ in width.
func linesOf(text string, width int) int {
	lines, used := 1, 0
	for word := range strings.FieldsSeq(text) {
		length := utf8.RuneCountInString(word)
		if used > 0 && used+1+length > width {
			lines, used = lines+1, 0
		}
		if used > 0 {
			used++
		}
		used += length
		lines, used = lines+(used-1)/width, (used-1)%width+1
	}
	return lines
}

// offers are the drop-downs of all rows. A cell offers what other cells of its row hold, so
// that one element serves any number of rows. Other values are warned of, and possible.
func (x *rowsXML) offers() string {
	var all []string
	for i := range x.layout.Header {
		look := x.layout.Look(i)
		if look.Offers[0] == 0 || x.row < 2 {
			continue
		}
		from, to := columnName(look.Offers[0]-1), columnName(look.Offers[1]-1)
		all = append(all, fmt.Sprintf(`<dataValidation type="list" errorStyle="warning" allowBlank="1" showInputMessage="1" showErrorMessage="1"`+
			` errorTitle="Not among the candidates" error="It is checked when the sheet is fed back in." promptTitle="%s" prompt="%s" sqref="%s2:%[3]s%d">`+
			`<formula1>OFFSET($%[5]s2,0,0,1,MAX(1,COUNTA($%[5]s2:$%s2)))</formula1></dataValidation>`,
			appendEscaped(nil, x.layout.Header[i]), appendEscaped(nil, look.Prompt), columnName(i), x.row, from, to))
	}
	if len(all) == 0 {
		return ""
	}
	return fmt.Sprintf(`<dataValidations count="%d">%s</dataValidations>`, len(all), strings.Join(all, ""))
}
