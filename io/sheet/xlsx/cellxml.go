package xlsx

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// columnName returns the name of a column, counted from 0: A, B, …
func columnName(column int) string {
	name, err := excelize.ColumnNumberToName(column + 1)
	if err != nil {
		return "A"
	}
	return name
}

// appendCell appends a cell of text. An empty text has no cell.
func appendCell(to []byte, prefix string, column, row, style int, text string) []byte {
	if text == "" {
		return to
	}
	to = append(append(append(to, '<'), prefix...), `c r="`...)
	to = appendRef(to, column, row)
	if style > 0 {
		to = append(to, `" s="`...)
		to = strconv.AppendInt(to, int64(style), 10)
	}
	to = append(append(append(to, `" t="inlineStr"><`...), prefix...), `is><`...)
	to = append(append(to, prefix...), 't')
	if first, last := text[0], text[len(text)-1]; first <= ' ' || last <= ' ' {
		to = append(to, ` xml:space="preserve"`...)
	}
	to = appendEscaped(append(to, '>'), escape(text))
	to = append(append(append(to, `</`...), prefix...), `t></`...)
	to = append(append(append(to, prefix...), `is></`...), prefix...)
	return append(to, `c>`...)
}

// maxFormulaText is how many characters a text in a formula may have (Excel's limits).
const maxFormulaText = 255

// appendLinkedCell appends a cell of text that leads to an address, by the function
// HYPERLINK: a sheet may have only 65,530 links of the other kind (Excel's limits). Without
// an address that a browser opens the cell is plain.
func appendLinkedCell(to []byte, prefix string, column, row, style int, text, address string) []byte {
	web := strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://")
	if !web || len(address) > maxFormulaText || len(text) > maxFormulaText || strings.ContainsAny(text+address, "\r\n\x00") {
		return appendCell(to, prefix, column, row, style, text)
	}
	quote := func(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }
	to = append(append(append(to, '<'), prefix...), `c r="`...)
	to = appendRef(to, column, row)
	to = fmt.Appendf(to, `" s="%d" t="str"><%sf>`, style, prefix)
	to = appendEscaped(to, escape("HYPERLINK("+quote(address)+","+quote(text)+")"))
	to = fmt.Appendf(to, "</%[1]sf><%[1]sv>", prefix)
	to = appendEscaped(to, escape(text))
	return fmt.Appendf(to, "</%[1]sv></%[1]sc>", prefix)
}

// appendEmptyCell appends a cell without a value.
func appendEmptyCell(to []byte, column, row, style int) []byte {
	to = appendRef(append(to, `<c r="`...), column, row)
	return fmt.Appendf(to, `" s="%d"/>`, style)
}

// appendRef appends a cell reference such as AB12.
func appendRef(to []byte, column, row int) []byte {
	if column < 26 {
		to = append(to, byte('A'+column))
	} else {
		to = append(to, columnName(column)...)
	}
	return strconv.AppendInt(to, int64(row), 10)
}

// appendEscaped appends text as XML.
func appendEscaped(to []byte, text string) []byte {
	for {
		i := strings.IndexAny(text, "&<>\"")
		if i < 0 {
			return append(to, text...)
		}
		to = append(to, text[:i]...)
		to = append(to, map[byte]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&quot;"}[text[i]]...)
		text = text[i+1:]
	}
}
