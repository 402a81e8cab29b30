// Package bookcheck checks the parts of a workbook against each other, for the tests that
// write workbooks. What it finds is what a spreadsheet program would "repair" when it opens
// the file, or refuse.
//
// It shares no code with the packages that write workbooks, so that the two cannot share a
// mistake: it reads with encoding/xml, and has its own idea of cells and areas. The rules
// are those of ECMA-376 (order of elements, what an index refers to), and of Excel where
// that is stricter (tables have the names of their header cells).
package bookcheck

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// Problems returns what is wrong with a workbook, one text each; nil: nothing.
func Problems(content []byte) []string {
	b := &book{trees: map[string]*node{}, files: map[string]*zip.File{}, sheetNames: map[string]bool{}}
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return []string{"it is not an archive: " + err.Error()}
	}
	b.readParts(archive)
	b.checkTypes()
	b.checkRelations()
	b.readWorkbook()
	b.checkStyles()
	b.readStrings()
	for i := range b.sheets {
		b.checkSheet(&b.sheets[i])
	}
	b.checkNames()
	b.checkChain()
	slices.Sort(b.problems)
	return slices.Compact(b.problems)
}

// book is a workbook that is checked.
type book struct {
	files    map[string]*zip.File
	trees    map[string]*node // of all parts but those with rows
	problems []string

	part       string // of the workbook
	sheets     []sheet
	sheetNames map[string]bool // in lower case
	tableNames []string
	tableIDs   []string
	strings    int // how many shared strings there are
	styles     styles
}

// sheet is a sheet of the workbook.
type sheet struct {
	name, id, part string
	formulas       map[cell]bool
	filter         string // the area of its filter
}

func (b *book) report(format string, args ...any) {
	if len(b.problems) < 1000 {
		b.problems = append(b.problems, fmt.Sprintf(format, args...))
	}
}

// readParts reads all parts but the sheets.
func (b *book) readParts(archive *zip.Reader) {
	seen := map[string]bool{}
	for _, f := range archive.File {
		if seen[strings.ToLower(f.Name)] {
			b.report("%s is there twice", f.Name)
		}
		seen[strings.ToLower(f.Name)] = true
		b.files[f.Name] = f
		if isRows(f.Name) {
			continue
		}
		content, err := readAll(f)
		if err != nil {
			b.report("%s: %v", f.Name, err)
			continue
		}
		if strings.HasSuffix(f.Name, ".xml") || strings.HasSuffix(f.Name, ".rels") {
			tree, err := parse(bytes.NewReader(content), nil)
			if err != nil {
				b.report("%s: %v", f.Name, err)
				continue
			}
			b.trees[f.Name] = tree
		}
	}
}

// isRows reports whether a part may be too long for a tree.
func isRows(name string) bool {
	return strings.Contains(name, "worksheets/") && strings.HasSuffix(name, ".xml")
}

func readAll(f *zip.File) ([]byte, error) {
	from, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer from.Close()
	return io.ReadAll(from)
}

// checkTypes checks that every part has a type, and that every type is that of a part.
func (b *book) checkTypes() {
	types := b.trees["[Content_Types].xml"]
	if types == nil {
		b.report("it has no [Content_Types].xml")
		return
	}
	overrides, defaults := map[string]string{}, map[string]bool{}
	for _, e := range types.kids {
		name := strings.TrimPrefix(e.attr("PartName"), "/")
		switch {
		case e.local == "Default":
			defaults[strings.ToLower(e.attr("Extension"))] = true
		case overrides[name] != "":
			b.report("the type of %s is there twice", name)
		case b.files[name] == nil:
			b.report("there is a type of %s, which is missing", name)
		default:
			overrides[name] = e.attr("ContentType")
		}
	}
	for name := range b.files {
		extension := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
		if name != "[Content_Types].xml" && !strings.HasSuffix(name, "/") && overrides[name] == "" && !defaults[extension] {
			b.report("%s has no type", name)
		}
		if isRows(name) && path.Base(path.Dir(name)) == "worksheets" && !strings.HasSuffix(overrides[name], ".worksheet+xml") {
			b.report("%s is of type %q", name, overrides[name])
		}
	}
}

// checkRelations checks that links lead to parts, and that IDs are used once.
func (b *book) checkRelations() {
	for name, tree := range b.trees {
		if !strings.HasSuffix(name, ".rels") {
			continue
		}
		if of := sourceOf(name); of != "" && b.files[of] == nil {
			b.report("%s belongs to %s, which is missing", name, of)
		}
		seen := map[string]bool{}
		for _, r := range tree.kids {
			if seen[r.attr("Id")] {
				b.report("%s has the ID %s twice", name, r.attr("Id"))
			}
			seen[r.attr("Id")] = true
			if target := targetOf(name, r); r.attr("TargetMode") != "External" && b.files[target] == nil {
				b.report("%s leads to %s, which is missing", name, target)
			}
		}
	}
	for name, tree := range b.trees {
		links := b.links(name)
		tree.walk(func(n *node) { b.checkLinks(name, n, links) })
	}
}

// checkLinks checks that the IDs of links in an element are those of links.
func (b *book) checkLinks(part string, n *node, links map[string]*node) {
	for _, a := range n.attrs {
		if isLink(a.space) && a.value != "" && links[a.value] == nil {
			b.report("%s: <%s> has the link %s, which is missing", part, n.local, a.value)
		}
	}
}

// sourceOf returns the part whose links a part holds; empty for those of the workbook.
func sourceOf(rels string) string {
	name := strings.TrimSuffix(path.Base(rels), ".rels")
	if name == "" {
		return ""
	}
	return path.Join(path.Dir(path.Dir(rels)), name)
}

// targetOf returns the part that a link of a part with links leads to.
func targetOf(rels string, link *node) string {
	target := link.attr("Target")
	if !strings.HasPrefix(target, "/") {
		target = path.Join(path.Dir(path.Dir(rels)), target)
	}
	return strings.TrimPrefix(path.Clean(target), "/")
}

// links returns the links of a part, by their ID.
func (b *book) links(part string) map[string]*node {
	links := map[string]*node{}
	if tree := b.trees[relsOf(part)]; tree != nil {
		for _, r := range tree.kids {
			links[r.attr("Id")] = r
		}
	}
	return links
}

func relsOf(part string) string {
	folder, name := path.Split(part)
	return path.Join(folder, "_rels", name+".rels")
}

// readStrings counts the shared strings.
func (b *book) readStrings() {
	if tree := b.trees[path.Join(path.Dir(b.part), "sharedStrings.xml")]; tree != nil {
		b.strings = len(tree.all("si"))
	}
}
