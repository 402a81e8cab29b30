package bookcheck

import (
	"path"
	"strconv"
	"strings"
)

// styles are how many of each there are.
type styles struct{ xfs, dxfs int }

// styleOrder is the order of the lists (CT_Stylesheet).
var styleOrder = strings.Fields("numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst")

// checkStyles checks the lists of styles, and that they refer to what is there.
func (b *book) checkStyles() {
	b.styles = styles{xfs: 1}
	part := path.Join(path.Dir(b.part), "styles.xml")
	tree := b.trees[part]
	if tree == nil {
		return
	}
	b.checkOrder(part, tree, styleOrder)
	counts := map[string]int{}
	for _, list := range tree.kids {
		if list.space == tree.space && list.local != "extLst" && list.local != "colors" && list.local != "tableStyles" {
			counts[list.local] = len(list.kids)
			b.checkCount(part, list, len(list.kids))
		}
	}
	formats := map[string]bool{}
	for _, f := range tree.kid("numFmts").all("numFmt") {
		formats[f.attr("numFmtId")] = true
	}
	for _, list := range []string{"cellStyleXfs", "cellXfs"} {
		for i, xf := range tree.kid(list).all("xf") {
			b.checkXf(part, list, i, xf, counts, formats)
		}
	}
	for _, s := range tree.kid("cellStyles").all("cellStyle") {
		if n, err := strconv.Atoi(s.attr("xfId")); err != nil || n >= counts["cellStyleXfs"] {
			b.report("%s: the style %s has xfId %s of %d", part, s.attr("name"), s.attr("xfId"), counts["cellStyleXfs"])
		}
	}
	b.styles = styles{xfs: counts["cellXfs"], dxfs: counts["dxfs"]}
}

// checkXf checks what one style refers to.
func (b *book) checkXf(part, list string, i int, xf *node, counts map[string]int, formats map[string]bool) {
	for attr, of := range map[string]string{"fontId": "fonts", "fillId": "fills", "borderId": "borders", "xfId": "cellStyleXfs"} {
		if text := xf.attr(attr); text != "" {
			if n, err := strconv.Atoi(text); err != nil || n < 0 || n >= counts[of] {
				b.report("%s: style %d of %s has %s %s of %d", part, i, list, attr, text, counts[of])
			}
		}
	}
	if n, _ := strconv.Atoi(xf.attr("numFmtId")); n >= 164 && !formats[xf.attr("numFmtId")] {
		b.report("%s: style %d of %s has number format %d, which is missing", part, i, list, n)
	}
}

// checkDxf checks the number of a differential style.
func (b *book) checkDxf(part string, n *node, attr string) {
	if text := n.attr(attr); text != "" {
		if i, err := strconv.Atoi(text); err != nil || i < 0 || i >= b.styles.dxfs {
			b.report("%s: <%s> has %s %s of %d", part, n.local, attr, text, b.styles.dxfs)
		}
	}
}
