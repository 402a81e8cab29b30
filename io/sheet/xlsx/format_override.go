package xlsx

import (
	"strconv"
	"strings"
)

// maxOverrides is how many areas of conditional formats are told apart. With more, all cells
// count as covered.
const maxOverrides = 1000

// overrides are the settings of a sheet that change what number formats show.
type overrides struct {
	areas      []area // cells to which a conditional format may give another number format
	everywhere bool   // all cells may be such
	hidesZeros bool
	current    string // the areas of the conditional format that is read
}

// observe takes what is outside the rows of a sheet.
func (o *overrides) observe(t *token, s *styles) {
	switch {
	case t.is(startTag, "sheetView"):
		o.hidesZeros = o.hidesZeros || t.attr("showZeros") != "" && !isTrue(t.attr("showZeros"))
	case t.is(startTag, "conditionalFormatting"):
		o.current = t.attr("sqref")
	case t.is(startTag, "cfRule"):
		if id, err := strconv.Atoi(t.attr("dxfId")); err == nil && id >= 0 && id < len(s.conditional) && s.conditional[id] {
			o.cover(o.current)
		}
	case t.is(startTag, "numFmt"): // of a conditional format that names its cells only later
		o.everywhere = true
	}
}

// cover adds the areas of a conditional format.
func (o *overrides) cover(areas string) {
	for ref := range strings.FieldsSeq(areas) {
		a, ok := parseArea(ref)
		if !ok || len(o.areas) >= maxOverrides {
			o.everywhere = true
			return
		}
		o.areas = append(o.areas, a)
	}
}

// damage returns what is wrong with a cell that shows text, or "".
func (o *overrides) damage(c *cell, row int, text string) string {
	if o.hidesZeros && c.kind == "" && text == "0" {
		return notDisplayed
	}
	if o.everywhere {
		return displayUncertain
	}
	for _, a := range o.areas {
		if c.column >= a.left && c.column <= a.right && row >= a.top && row <= a.bottom {
			return displayUncertain
		}
	}
	return ""
}
