package xlsx_test

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"loanmap/io/sheet"
	"loanmap/io/sheet/internal/sheettest"
)

// workbooks is how many random workbooks are kept. More than the usual number are also
// calculated by LibreOffice, where it is installed.
var workbooks = flag.Int("workbooks", fewBooks, "how many random workbooks are kept")

const fewBooks = 4

// randomBook makes a workbook with some of all features that refer to cells.
type randomBook struct {
	*excelize.File
	*rand.Rand
	errs      []error
	header    int // row of the header
	width     int // columns of the user's
	last      int // row
	sheetName string
	table     bool
	trace     []string // the features that it has
}

func (b *randomBook) do(err error) { b.errs = append(b.errs, err) }

// maybe reports true in one of n cases, and notes the feature.
func (b *randomBook) maybe(n int, feature string) bool {
	if b.IntN(n) > 0 {
		return false
	}
	b.trace = append(b.trace, feature)
	return true
}

// at is the name of a cell, from column 1.
func at(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		panic(err)
	}
	return name
}

func newRandomBook(seed uint64) *randomBook {
	b := &randomBook{File: excelize.NewFile(), Rand: rand.New(rand.NewPCG(seed, 15)), header: 1, sheetName: "Sheet1"}
	if b.maybe(3, "a name with a quote") {
		b.sheetName = "Ann's loans"
		b.do(b.SetSheetName("Sheet1", b.sheetName))
	}
	if b.maybe(3, "titles") {
		b.header = 3
		b.do(b.SetCellStr(b.sheetName, "A1", "Loans of the spring"))
		if b.maybe(2, "a merged title") {
			b.do(b.MergeCell(b.sheetName, "A1", "P1"))
		}
	}
	b.width, b.last = 2+b.IntN(5), b.header+2+b.IntN(8)
	b.fill()
	b.addLooks()
	b.addRules()
	b.addOtherSheet()
	return b
}

// fill writes the header and the rows: an ID, then texts, numbers, dates and formulas.
func (b *randomBook) fill() {
	s := b.sheetName
	for c := 1; c <= b.width; c++ {
		b.do(b.SetCellStr(s, at(c, b.header), fmt.Sprintf("Column %d", c)))
	}
	for row := b.header + 1; row <= b.last; row++ {
		if row < b.last && row > b.header+1 && b.maybe(9, "an empty row") {
			continue
		}
		b.do(b.SetCellStr(s, at(1, row), fmt.Sprintf("L%06d", row)))
		for c := 2; c <= b.width; c++ {
			switch b.IntN(4) {
			case 0:
				b.do(b.SetCellStr(s, at(c, row), fmt.Sprintf("<text & %d>", b.IntN(99))))
			case 1:
				b.do(b.SetCellFloat(s, at(c, row), float64(b.IntN(99999))/100, 2, 64))
			case 2:
				b.do(b.SetCellFormula(s, at(c, row), fmt.Sprintf("LEN(%s)*%d", at(1, row), b.IntN(9))))
			}
		}
	}
	if b.width > 2 && b.maybe(2, "a shared formula") {
		kind, ref := excelize.STCellFormulaTypeShared, at(2, b.header+1)+":"+at(2, b.last)
		b.do(b.SetCellFormula(s, at(2, b.header+1), "LEN($A"+strconv.Itoa(b.header+1)+")", excelize.FormulaOpts{Ref: &ref, Type: &kind}))
	}
	if b.width > 3 && b.maybe(3, "an array") {
		kind, ref := excelize.STCellFormulaTypeArray, at(3, b.header+1)
		b.do(b.SetCellFormula(s, ref, "SUM(LEN(A1:A9))", excelize.FormulaOpts{Ref: &ref, Type: &kind}))
	}
}

// addLooks adds what a sheet has around its rows.
func (b *randomBook) addLooks() {
	s, area := b.sheetName, at(1, b.header)+":"+at(b.width, b.last)
	switch b.IntN(3) {
	case 0:
		b.table = true
		b.trace = append(b.trace, "a table")
		b.do(b.AddTable(s, &excelize.Table{Range: area, Name: "T1"}))
	case 1:
		b.trace = append(b.trace, "a filter")
		b.do(b.AutoFilter(s, area, []excelize.AutoFilterOptions{{Column: "B", Expression: "x != blanks"}}[:b.IntN(2)]))
	}
	if b.maybe(2, "styles") {
		id, err := b.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Size: 12}, Border: []excelize.Border{{Type: "bottom", Style: 2, Color: "C00000"}}})
		b.do(err)
		b.do(b.SetCellStyle(s, at(1, b.header), at(b.width, b.header), id))
		b.do(b.SetColWidth(s, "A", "C", 17))
		b.do(b.SetColVisible(s, "H:XFD", false))
	}
	if b.maybe(2, "panes") {
		b.do(b.SetPanes(s, &excelize.Panes{Freeze: true, YSplit: b.header, TopLeftCell: at(1, b.header+1), ActivePane: "bottomLeft"}))
	}
	if b.maybe(3, "a chart") {
		b.do(b.AddChart(s, at(1, b.last+3), &excelize.Chart{Type: excelize.Col, Series: []excelize.ChartSeries{{
			Name: "x", Values: "'" + strings.ReplaceAll(s, "'", "''") + "'!$B$" + strconv.Itoa(b.header+1) + ":$B$" + strconv.Itoa(b.last),
		}}}))
	}
	if b.maybe(3, "a comment") {
		b.do(b.AddComment(s, excelize.Comment{Cell: at(2, b.last), Author: "x", Text: "y"}))
	}
	if b.maybe(4, "protection") {
		b.do(b.ProtectSheet(s, &excelize.SheetProtectionOptions{Password: "x", SelectLockedCells: true}))
	}
	if b.maybe(6, "a cell far off") {
		b.do(b.SetCellStr(s, at(60+b.IntN(900), b.last), "note"))
	}
}

// addRules adds what is said about cells: formats, validations, links, names.
func (b *randomBook) addRules() {
	s := b.sheetName
	cells := at(2, b.header+1) + ":" + at(2, b.last)
	if b.maybe(2, "a conditional format") {
		red, err := b.NewConditionalStyle(&excelize.Style{Font: &excelize.Font{Color: "9C0006"}})
		b.do(err)
		b.do(b.SetConditionalFormat(s, cells, []excelize.ConditionalFormatOptions{{Type: "formula", Criteria: "LEN($A" + strconv.Itoa(b.header+1) + ")>3", Format: &red}}))
	}
	if b.maybe(2, "a validation") {
		v := excelize.NewDataValidation(true)
		v.Sqref = cells
		b.do(v.SetDropList([]string{"a", "b"}))
		b.do(b.AddDataValidation(s, v))
	}
	if b.maybe(2, "a link") {
		b.do(b.SetCellHyperLink(s, at(1, b.header+1), "https://example.com/x", "External"))
	}
	quoted := "'" + strings.ReplaceAll(s, "'", "''") + "'!"
	if b.maybe(2, "a name") {
		b.do(b.SetDefinedName(&excelize.DefinedName{Name: "IDs", RefersTo: quoted + "$A$" + strconv.Itoa(b.header+1) + ":$A$" + strconv.Itoa(b.last)}))
	}
	if b.maybe(3, "a print area") {
		b.do(b.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", RefersTo: quoted + "$A$1:$P$" + strconv.Itoa(b.last), Scope: s}))
		b.do(b.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: quoted + "$1:$" + strconv.Itoa(b.header), Scope: s}))
	}
}

// addOtherSheet adds a sheet whose formulas read the first.
func (b *randomBook) addOtherSheet() {
	if !b.maybe(2, "another sheet") {
		return
	}
	_, err := b.NewSheet("Sums")
	b.do(err)
	quoted := "'" + strings.ReplaceAll(b.sheetName, "'", "''") + "'!"
	for i, formula := range []string{
		"COUNTA(" + quoted + "A1:B9)", "VLOOKUP(\"L000004\"," + quoted + "A:B,2,FALSE)", quoted + "A2&\"x\"", "SUM(" + quoted + "$B$1:$B$99)",
	} {
		b.do(b.SetCellFormula("Sums", at(1, i+1), formula))
	}
}

// edit is what a user does to an output: a column of formulas that read ours, a comment, a
// link and a merged title on our columns, another row.
func (b *randomBook) edit(t *testing.T, path string, first int) {
	book := opened(t, path)
	s, b2 := b.sheetName, *b
	b2.File, b2.errs = book, nil
	end := first + len(ours)
	for row := b.header + 1; row <= b.last; row++ {
		if !b.table {
			b2.do(book.SetCellFormula(s, at(end, row), fmt.Sprintf("%s&\"/\"&%s", at(first+1, row), at(1, row))))
		}
	}
	if !b.table {
		b2.do(book.SetCellStr(s, at(end, b.header), "Link"))
	}
	if b.maybe(2, "a comment on ours") {
		b2.do(book.AddComment(s, excelize.Comment{Cell: at(first+1, b.header+1), Author: "x", Text: "y"}))
	}
	if b.maybe(2, "a link on ours") {
		b2.do(book.SetCellHyperLink(s, at(first+1, b.header+1), "https://example.com/old", "External"))
	}
	if b.maybe(2, "a formula in ours") {
		b2.do(book.SetCellFormula(s, at(first+1, b.header+1), "LEN("+at(1, b.header+1)+")"))
	}
	if b.maybe(2, "a shared formula in ours") && !b.table {
		kind, ref := excelize.STCellFormulaTypeShared, at(end-1, b.last)+":"+at(end, b.last)
		b2.do(book.SetCellFormula(s, at(end-1, b.last), "LEN("+at(1, b.last)+")", excelize.FormulaOpts{Ref: &ref, Type: &kind}))
	}
	if err := errors.Join(append(b2.errs, book.Save())...); err != nil {
		t.Fatal(err)
	}
}

// users are the cells of a workbook that are not ours, with their formulas, by sheet.
func (b *randomBook) users(t *testing.T, path string, first int) map[string]string {
	t.Helper()
	book := opened(t, path)
	cells := map[string]string{}
	for _, s := range book.GetSheetList() {
		rows, err := book.GetRows(s, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for y, row := range rows {
			for x := range max(len(row), 40) {
				name := at(x+1, y+1)
				if s == b.sheetName && y+1 >= b.header && x+1 >= first && x+1 < first+len(ours) {
					continue
				}
				value, err := book.GetCellValue(s, name, excelize.Options{RawCellValue: true})
				formula, err2 := book.GetCellFormula(s, name)
				if err := errors.Join(err, err2); err != nil {
					t.Fatal(err)
				}
				if value+formula != "" {
					cells[s+"!"+name] = value + "=" + formula
				}
			}
		}
	}
	return cells
}

// Workbooks with all kinds of things that refer to cells are resolved, edited, resolved
// twice more and filled in: the user's cells stay, and no part names what is not there.
func TestRandomWorkbooksAreKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	features := map[string]int{}
	var pairs [][2]string
	refused := 0
	for seed := range *workbooks {
		b := newRandomBook(uint64(seed))
		path := func(step string) string { return filepath.Join(dir, fmt.Sprintf("%03d_%s.xlsx", seed, step)) }
		if err := errors.Join(append(b.errs, b.SaveAs(path("in")), b.Close())...); err != nil {
			t.Fatal(err)
		}
		if !b.resolve(t, path) {
			refused++
		} else {
			pairs = append(pairs, [2]string{path("in"), path("first")}, [2]string{path("edited"), path("third")})
		}
		for _, feature := range b.trace {
			features[feature]++
		}
		if t.Failed() {
			t.Fatalf("workbook %d has %q", seed, b.trace)
		}
	}
	t.Logf("%d workbooks, %d not kept, with %v", *workbooks, refused, features)
	if refused > *workbooks/4 {
		t.Errorf("%d of %d were not kept", refused, *workbooks)
	}
	if *workbooks > fewBooks {
		calculateAlike(t, dir, pairs)
	}
}

// resolve goes through all steps, and reports whether the workbook can be kept.
func (b *randomBook) resolve(t *testing.T, path func(string) string) bool {
	t.Helper()
	if err := renewed(path("in"), path("first"), sheet.Options{HeaderRow: b.header}); err != nil {
		if !strings.Contains(err.Error(), "its table") {
			t.Error(err)
		}
		return false
	}
	sheettest.WantBook(t, path("first"), path("in"))
	header, _ := mustRead(t, path("first"), sheet.Options{HeaderRow: b.header})
	first := slices.Index(header.Header, ours[0]) + 1
	wantSame(t, "the user's cells", b.users(t, path("in"), first), b.users(t, path("first"), first))
	copyFile(t, path("first"), path("edited"))
	b.edit(t, path("edited"), first)
	for _, step := range [][2]string{{"edited", "second"}, {"second", "third"}} {
		if err := renewed(path(step[0]), path(step[1]), sheet.Options{HeaderRow: b.header}); err != nil {
			t.Error(err)
			return false
		}
		sheettest.WantBook(t, path(step[1]), path(step[0]))
	}
	wantSame(t, "the user's cells after an edit", b.users(t, path("edited"), first), b.users(t, path("third"), first))
	wantSame(t, "all cells after a third run", allCells(t, path("second")), allCells(t, path("third")))
	b.fillIn(t, path)
	return true
}

// fillIn fills one row in, and leaves the others as they are.
func (b *randomBook) fillIn(t *testing.T, path func(string) string) {
	t.Helper()
	r, err := sheet.Open(path("edited"), sheet.Options{HeaderRow: b.header})
	if err != nil {
		t.Fatal(err)
	}
	header := slices.Clone(r.Header())
	_ = r.Close()
	layout := sheet.Layout{Added: len(ours), Tints: tints}
	for _, name := range ours {
		layout.Replaced = append(layout.Replaced, slices.Index(header, name))
	}
	layout.Header = append(without(header, layout.Replaced), ours...)
	line := 0
	if err := keepRows(path("edited"), path("filled"), sheet.Options{HeaderRow: b.header}, layout, func(row sheet.Row) []string {
		if line++; line != 2 {
			return nil
		}
		return append(without(row.Cells, layout.Replaced), slices.Repeat([]string{"filled"}, len(ours))...)
	}); err != nil {
		t.Fatal(err)
	}
	sheettest.WantBook(t, path("filled"), path("edited"))
	want, got := allCells(t, path("edited")), allCells(t, path("filled"))
	changed := map[string]bool{}
	for name, text := range got {
		if want[name] != text {
			changed[name] = true
		}
	}
	if len(changed) != len(ours) {
		t.Errorf("cells that were filled in: %v", slices.Sorted(maps.Keys(changed)))
	}
}

func allCells(t *testing.T, path string) map[string]string {
	return (&randomBook{}).users(t, path, 0)
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	if err := os.WriteFile(to, contentOf(t, from), 0o600); err != nil {
		t.Fatal(err)
	}
}

// calculateAlike has LibreOffice calculate pairs of workbooks, and compares the cells that
// the first of each has.
func calculateAlike(t *testing.T, dir string, pairs [][2]string) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed")
	}
	out := filepath.Join(dir, "calculated")
	for batch := range slices.Chunk(pairs, 25) {
		args := []string{"-env:UserInstallation=file://" + dir + "/profile", "--headless", "--convert-to", "xlsx", "--outdir", out}
		for _, pair := range batch {
			args = append(args, pair[0], pair[1])
		}
		if said, err := exec.Command(office, args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
	}
	formulas := 0
	for _, pair := range pairs {
		was, is := allCells(t, filepath.Join(out, filepath.Base(pair[0]))), allCells(t, filepath.Join(out, filepath.Base(pair[1])))
		for name, text := range was {
			if strings.HasSuffix(pair[0], "_edited.xlsx") && isOursNow(is[name]) {
				continue
			}
			if !strings.HasSuffix(text, "=") {
				formulas++
			}
			if is[name] != text {
				t.Errorf("%s: %s is %q and was %q", pair[1], name, is[name], text)
			}
		}
	}
	t.Logf("LibreOffice opens all; %d formulas have the same values", formulas)
}

// isOursNow reports whether a cell holds one of our texts: there, a user's formula was
// overwritten.
func isOursNow(text string) bool {
	return slices.ContainsFunc(ours, func(name string) bool { return strings.HasPrefix(text, name) })
}
