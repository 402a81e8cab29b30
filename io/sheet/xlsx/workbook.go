package xlsx

import (
	"errors"
	"fmt"
	"strings"
)

// workbook lists the sheets and the other parts of a workbook.
type workbook struct {
	part          string // its own name
	sheets        []sheetEntry
	styles        string // names of parts, or ""
	sharedStrings string
	from1904      bool
	macros        bool
	signed        bool
}

type sheetEntry struct {
	name        string
	part        string
	id          string // of its relation
	hidden      bool
	isWorksheet bool // it has cells, and is not a chart
}

func readWorkbook(p *parts) (*workbook, error) {
	top, err := p.relations("")
	if err != nil {
		return nil, err
	}
	b := &workbook{part: firstTarget(top, "officeDocument")}
	if b.part == "" {
		return nil, errors.New("it does not say where its sheets are")
	}
	links, err := p.relations(b.part)
	if err != nil {
		return nil, err
	}
	b.styles, b.sharedStrings = firstTarget(links, "styles"), firstTarget(links, "sharedStrings")
	b.macros = firstTarget(links, "vbaProject") != ""
	b.signed = firstTarget(top, "origin") != ""
	err = p.scan(b.part, func(t *token) error {
		switch {
		case t.is(startTag, "workbookPr"):
			b.from1904 = isTrue(t.attr("date1904"))
		case t.is(startTag, "sheet") && t.depth == 3:
			if len(b.sheets) == maxLinks {
				return fmt.Errorf("it has more than %d sheets", maxLinks)
			}
			s, err := newSheetEntry(t, links)
			b.sheets = append(b.sheets, s)
			return err
		}
		return nil
	})
	if err == nil && len(b.sheets) == 0 {
		err = errors.New("it has no sheets")
	}
	return b, err
}

func newSheetEntry(t *token, links []relation) (sheetEntry, error) {
	s := sheetEntry{name: unescape(t.attr("name")), hidden: t.attr("state") == "hidden" || t.attr("state") == "veryHidden"}
	s.id = t.attr("id")
	for _, link := range links {
		if link.id == s.id && !link.external {
			s.part, s.isWorksheet = link.target, link.kind == "worksheet"
			return s, nil
		}
	}
	return s, fmt.Errorf("its sheet %q is missing", s.name)
}

func isTrue(value string) bool { return value == "1" || strings.EqualFold(value, "true") }

func (b *workbook) names() string {
	var names []string
	for _, s := range b.sheets {
		names = append(names, s.name)
	}
	return strings.Join(names, ", ")
}
