package xlsx

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// extraPart is the name of a sheet that is added, its part and its relation.
type extraPart struct{ name, part, relation string }

// placeExtraSheet finds a name and a part that are free.
func (r *reader) placeExtraSheet(name string) extraPart {
	taken := func(name string) bool {
		return slices.ContainsFunc(r.book.sheets, func(s sheetEntry) bool { return strings.EqualFold(s.name, name) })
	}
	s := extraPart{name: name}
	for n := 2; taken(s.name); n++ {
		s.name = fmt.Sprintf("%s (%d)", name, n)
	}
	folder := path.Dir(r.sheet.part)
	for n := len(r.book.sheets) + 1; s.part == "" || r.parts.has(s.part); n++ {
		s.part, s.relation = fmt.Sprintf("%s/sheet%d.xml", folder, n), fmt.Sprintf("rIdAdded%d", n)
	}
	return s
}

// changedParts returns the edited parts, by name in lower case.
func (w *keepWriter) changedParts() (map[string][]byte, error) {
	changed := maps.Clone(w.plan.tables)
	if changed == nil {
		changed = map[string][]byte{}
	}
	if w.plan.styles != nil {
		changed[partName(w.from.book.styles)] = w.plan.styles
	}
	var err error
	put := func(name string, edit func(*token, *bytes.Buffer) bool) {
		if err == nil {
			changed[partName(name)], err = w.from.parts.edit(name, edit)
		}
	}
	put(w.from.book.part, w.editWorkbook())
	if w.extraPart != nil {
		put(relationsOf(w.from.book.part), w.editRelations())
		put("[Content_Types].xml", func(t *token, out *bytes.Buffer) bool {
			if t.is(endTag, "Types") {
				fmt.Fprintf(out, `<%sOverride PartName="/%s" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`,
					t.prefix, w.extraPart.part)
			}
			return false
		})
	}
	return changed, err
}

// editWorkbook widens the named range of a filter on the header, and lists the sheet that
// is added.
func (w *keepWriter) editWorkbook() func(*token, *bytes.Buffer) bool {
	sheet := strconv.Itoa(slices.IndexFunc(w.from.book.sheets, func(s sheetEntry) bool { return s.id == w.from.sheet.id }))
	inFilter, ids, idName := false, 0, "r:id"
	return func(t *token, out *bytes.Buffer) bool {
		switch {
		case t.is(startTag, "sheet"):
			ids = max(ids, intAttr(t, "sheetId"))
			idName = attrNameWithPrefix(t, "id", idName)
		case t.is(endTag, "sheets") && w.extraPart != nil:
			fmt.Fprintf(out, `<%ssheet name="%s" sheetId="%d" %s="%s"/>`, t.prefix, appendEscaped(nil, w.extraPart.name), ids+1, idName, w.extraPart.relation)
		case t.is(startTag, "definedName"):
			inFilter = strings.EqualFold(t.attr("name"), "_xlnm._FilterDatabase") && t.attr("localSheetId") == sheet
		case t.is(endTag, "definedName"):
			inFilter = false
		case t.kind == textToken && inFilter:
			out.WriteString(w.plan.widenNamedRange(string(t.raw)))
			return true
		}
		return false
	}
}

// attrNameWithPrefix returns the full name of an attribute with a prefix, or fallback.
func attrNameWithPrefix(t *token, local, fallback string) string {
	for attrs := t.attrs; ; {
		full, _, rest, err := nextAttr(attrs)
		if err != nil || full == nil {
			return fallback
		}
		if prefix, name := splitName(full); string(name) == local && len(prefix) > 0 {
			return string(full)
		}
		attrs = rest
	}
}

// editRelations links the sheet that is added in the same way as the one that was read.
func (w *keepWriter) editRelations() func(*token, *bytes.Buffer) bool {
	kind := ""
	return func(t *token, out *bytes.Buffer) bool {
		if t.is(startTag, "Relationship") && t.attr("Id") == w.from.sheet.id {
			kind = t.attr("Type")
		}
		if t.is(endTag, "Relationships") {
			fmt.Fprintf(out, `<%sRelationship Id="%s" Type="%s" Target="/%s"/>`, t.prefix, w.extraPart.relation, kind, w.extraPart.part)
		}
		return false
	}
}
