package bookcheck

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// workbookOrder is the order of elements in a workbook (CT_Workbook).
var workbookOrder = strings.Fields(`fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups
	externalReferences definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing
	fileRecoveryPr webPublishObjects extLst`)

// checkOrder checks the order of the elements of a part. Those of other namespaces may be
// anywhere.
func (b *book) checkOrder(part string, root *node, order []string, several ...string) {
	last, seen := -1, map[string]bool{}
	for _, k := range root.kids {
		at := slices.Index(order, k.local)
		if k.space != root.space || at < 0 {
			continue
		}
		if at < last {
			b.report("%s: <%s> is after <%s>", part, k.local, order[last])
		}
		if seen[k.local] && !slices.Contains(several, k.local) {
			b.report("%s: <%s> is there twice", part, k.local)
		}
		last, seen[k.local] = max(last, at), true
	}
}

// checkCount checks the count that a list says it has.
func (b *book) checkCount(part string, list *node, got int) {
	if list == nil {
		return
	}
	if text := list.attr("count"); text != "" && text != strconv.Itoa(got) {
		b.report("%s: <%s> says count %s and has %d", part, list.local, text, got)
	}
}

// readWorkbook finds the sheets.
func (b *book) readWorkbook() {
	for _, r := range b.links("") {
		if path.Base(r.attr("Type")) == "officeDocument" {
			b.part = targetOf("_rels/.rels", r)
		}
	}
	tree := b.trees[b.part]
	if tree == nil {
		b.report("it has no workbook")
		return
	}
	b.checkOrder(b.part, tree, workbookOrder)
	links, ids := b.links(b.part), map[string]bool{}
	for _, s := range tree.kid("sheets").all("sheet") {
		name, id := s.attr("name"), s.attr("sheetId")
		switch length := len(utf16.Encode([]rune(name))); {
		case length == 0 || length > 31 || strings.ContainsAny(name, `[]:*?/\`):
			b.report("a sheet is named %q", name)
		case b.sheetNames[strings.ToLower(name)]:
			b.report("two sheets are named %q", name)
		case ids[id]:
			b.report("two sheets have the ID %s", id)
		}
		b.sheetNames[strings.ToLower(name)], ids[id] = true, true
		r := links[s.link()]
		if r == nil {
			b.report("sheet %q has no part", name)
			continue
		}
		part := ""
		if path.Base(r.attr("Type")) == "worksheet" {
			part = targetOf(relsOf(b.part), r)
		}
		b.sheets = append(b.sheets, sheet{name: name, id: id, part: part, formulas: map[cell]bool{}})
	}
}

// checkNames checks the defined names: their sheets, and the areas of filters.
func (b *book) checkNames() {
	tree := b.trees[b.part]
	if tree == nil {
		return
	}
	list := tree.kid("definedNames")
	if list == nil {
		return
	}
	seen := map[string]bool{}
	for _, n := range list.all("definedName") {
		name, scope := n.attr("name"), n.attr("localSheetId")
		if key := strings.ToLower(name) + " " + scope; seen[key] {
			b.report("the name %s is defined twice", name)
		} else {
			seen[key] = true
		}
		if scope == "" {
			if slices.Contains(b.tableNames, strings.ToLower(name)) {
				b.report("%s is the name of a table and of something else", name)
			}
			continue
		}
		i, err := strconv.Atoi(scope)
		if err != nil || i < 0 || i >= len(b.sheets) {
			b.report("the name %s is of sheet %s, which is missing", name, scope)
			continue
		}
		if name == "_xlnm._FilterDatabase" {
			b.checkFilterName(&b.sheets[i], n.text)
		}
	}
	for _, n := range list.all("definedName") {
		b.checkSheetOf(n)
	}
}

// checkFilterName checks that the name of a filter is about the area of the filter.
func (b *book) checkFilterName(s *sheet, ref string) {
	at := strings.LastIndexByte(ref, '!') + 1
	named, ok := parseArea(ref[at:])
	filter, has := parseArea(s.filter)
	if !ok || has && named != filter {
		b.report("sheet %q: its filter is %s, and the name of it says %s", s.name, s.filter, ref)
	}
}

// checkSheetOf checks that the sheet that a name leads to is there.
func (b *book) checkSheetOf(n *node) {
	for ref := range strings.SplitSeq(n.text, ",") {
		at := strings.LastIndexByte(ref, '!')
		if at < 0 || strings.ContainsAny(ref, "[#(:") && !strings.Contains(ref[at:], ":") || strings.ContainsAny(ref[:at], "[#(+*/&") {
			continue
		}
		name := strings.ReplaceAll(strings.Trim(ref[:at], "'"), "''", "'")
		if _, ok := parseArea(ref[at+1:]); ok && !b.sheetNames[strings.ToLower(name)] {
			b.report("the name %s is of sheet %q, which is missing", n.attr("name"), name)
		}
	}
}

// checkChain checks that the calculation chain names formulas.
func (b *book) checkChain() {
	tree := b.trees[path.Join(path.Dir(b.part), "calcChain.xml")]
	if tree == nil {
		return
	}
	if len(tree.kids) == 0 {
		b.report("calcChain is empty")
	}
	id := ""
	for _, c := range tree.kids {
		if c.attr("i") != "" {
			id = c.attr("i")
		}
		at, ok := parseCell(c.attr("r"))
		i := slices.IndexFunc(b.sheets, func(s sheet) bool { return s.id == id })
		if !ok || i < 0 || !b.sheets[i].formulas[at] {
			b.report("calcChain names %s of sheet %s, which has no formula", c.attr("r"), id)
		}
	}
}
