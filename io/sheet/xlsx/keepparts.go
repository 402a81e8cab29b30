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
func (r *reader) placeExtraSheet(name string) (extraPart, error) {
	taken := func(name string) bool {
		return slices.ContainsFunc(r.book.sheets, func(s sheetEntry) bool { return strings.EqualFold(s.name, name) })
	}
	s := extraPart{name: name}
	for n := 2; taken(s.name); n++ {
		s.name = fmt.Sprintf("%s (%d)", name, n)
	}
	folder := path.Dir(r.sheet.part)
	links, err := r.parts.relations(r.book.part)
	for n := len(r.book.sheets) + 1; s.part == "" || r.parts.has(s.part) || hasID(links, s.relation); n++ {
		s.part, s.relation = fmt.Sprintf("%s/sheet%d.xml", folder, n), fmt.Sprintf("rIdAdded%d", n)
	}
	return s, err
}

// hasID reports whether a link has that ID.
func hasID(links []relation, id string) bool {
	return slices.ContainsFunc(links, func(link relation) bool { return link.id == id })
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
	put := func(name string, change edit) {
		if err == nil {
			changed[partName(name)], err = w.from.parts.edit(name, change)
		}
	}
	put(w.from.book.part, w.editWorkbook())
	if w.extraPart != nil || w.plan.dropChain {
		put(relationsOf(w.from.book.part), w.editRelations())
		put("[Content_Types].xml", w.editTypes())
	}
	return changed, err
}

// editWorkbook fits the named range of a filter on the header to our columns, lists the
// sheet that is added, and has formulas calculated that read our columns.
func (w *keepWriter) editWorkbook() edit {
	sheet := strconv.Itoa(slices.IndexFunc(w.from.book.sheets, func(s sheetEntry) bool { return s.id == w.from.sheet.id }))
	inFilter, ids := false, 0
	recalculate := w.plan.recalculate
	return func(t *token, out *bytes.Buffer) bool {
		if recalculate && t.kind != textToken && (t.depth == 1 && t.kind == endTag || t.depth == 2 && afterCalcPr[string(t.name)]) {
			fmt.Fprintf(out, `<%scalcPr fullCalcOnLoad="1"/>`, t.prefix)
			recalculate = false
		}
		switch {
		case t.is(startTag, "sheet"):
			ids = max(ids, intAttr(t, "sheetId"))
		case t.is(endTag, "sheets") && w.extraPart != nil:
			w.listSheet(out, string(t.prefix), ids+1)
		case t.is(startTag, "definedName"):
			inFilter = strings.EqualFold(t.attr("name"), "_xlnm._FilterDatabase") && t.attr("localSheetId") == sheet
		case t.is(endTag, "definedName"):
			inFilter = false
		case t.kind == textToken && inFilter:
			out.WriteString(w.plan.refitNamedRange(string(t.raw)))
			return true
		case t.is(startTag, "calcPr") && recalculate:
			recalculate = false
			out.Write(setAttr(t, "fullCalcOnLoad", "1"))
			return true
		}
		return false
	}
}

// afterCalcPr are the elements that follow calcPr in a workbook (ECMA-376, CT_Workbook).
var afterCalcPr = map[string]bool{
	"oleSize": true, "customWorkbookViews": true, "pivotCaches": true, "smartTagPr": true, "smartTagTypes": true,
	"webPublishing": true, "fileRecoveryPr": true, "webPublishObjects": true, "extLst": true,
}

// listSheet lists the sheet that is added. It declares the prefix of the relation itself:
// the other sheets may each declare their own.
func (w *keepWriter) listSheet(out *bytes.Buffer, prefix string, id int) {
	namespace, local := "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "r"
	if w.plan.strict {
		namespace = "http://purl.oclc.org/ooxml/officeDocument/relationships"
	}
	if prefix == local+":" {
		local = "rel"
	}
	fmt.Fprintf(out, `<%ssheet name="%s" sheetId="%d" xmlns:%s="%s" %[4]s:id="%[6]s"/>`,
		prefix, appendEscaped(nil, escape(w.extraPart.name)), id, local, namespace, w.extraPart.relation)
}

// editTypes names the type of the sheet that is added.
func (w *keepWriter) editTypes() edit {
	dropped := dropCalcChain("Override", "PartName", w.plan.dropChain)
	return func(t *token, out *bytes.Buffer) bool {
		if t.is(endTag, "Types") && w.extraPart != nil {
			fmt.Fprintf(out, `<%sOverride PartName="/%s" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`,
				t.prefix, w.extraPart.part)
		}
		return dropped(t, out)
	}
}

// editRelations links the sheet that is added in the same way as the one that was read.
func (w *keepWriter) editRelations() edit {
	kind := ""
	dropped := dropCalcChain("Relationship", "Target", w.plan.dropChain)
	return func(t *token, out *bytes.Buffer) bool {
		if t.is(startTag, "Relationship") && t.attr("Id") == w.from.sheet.id {
			kind = t.attr("Type")
		}
		if t.is(endTag, "Relationships") && w.extraPart != nil {
			fmt.Fprintf(out, `<%sRelationship Id="%s" Type="%s" Target="/%s"/>`, t.prefix, w.extraPart.relation, kind, w.extraPart.part)
		}
		return dropped(t, out)
	}
}

// calcChain is the part with the order in which formulas are calculated. It names cells,
// and a spreadsheet program makes it anew where it is missing.
const calcChain = "calcchain.xml"

func isCalcChain(part string) bool { return strings.EqualFold(path.Base(part), calcChain) }

// dropCalcChain returns an edit that drops the elements that name the calculation chain in
// an attribute.
func dropCalcChain(element, attr string, drop bool) edit {
	return dropElements(element, func(t *token) bool { return drop && isCalcChain(t.attr(attr)) })
}
