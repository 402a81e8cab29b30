package pipeline

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/lookup"
)

// correctedBook is a workbook whose report, a workbook, too, a person works on.
type correctedBook struct {
	*testing.T
	folder string
	client *loanpro.Client
	loans  map[string]string // system IDs by display ID
	wanted map[string]string // by what the row says in Serial
}

const bookPage = "https://loanpro.simnang.com/client/app/index.php#/t_/{tenant}/loan/menu/{loan_id}"

func (b *correctedBook) file(name string) string { return filepath.Join(b.folder, name) }

// run resolves the sheet, with links, or fills the report into the output, which says the
// rest.
func (b *correctedBook) run(input string, into *delivery.Into) *Summary {
	b.Helper()
	j := &Job{
		Input:  Input{Path: b.file(input)},
		Output: delivery.Output{Path: b.file("out.xlsx"), Page: bookPage, ErrorsSheet: true, Into: into},
		Lookup: lookup.Options{Client: b.client, Batch: 50, Workers: 4, Rate: 1e5}, Log: slog.New(slog.DiscardHandler), Progress: func(Progress) {},
	}
	if into != nil {
		j.Output.Path, j.Output.Page, j.Output.ErrorsSheet = "", "", false
	}
	s, err := j.Run(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// rows reads a sheet as loanmap does.
func (b *correctedBook) rows(path, name string) [][]string {
	b.Helper()
	reader, err := sheet.Open(path, sheet.Options{Sheet: name})
	if err != nil {
		b.Fatal(err)
	}
	defer reader.Close()
	all := [][]string{reader.Header()}
	for row, err := range reader.Rows() {
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, row.Cells)
	}
	return all
}

// write writes a workbook of values as a spreadsheet program takes them: digits are a
// number.
func (b *correctedBook) write(path string, rows [][]string) {
	b.Helper()
	book := excelize.NewFile()
	defer book.Close()
	for i, row := range rows {
		for column, cell := range row {
			name, _ := excelize.CoordinatesToCellName(column+1, i+1)
			var value any = cell
			if n, err := strconv.Atoi(cell); err == nil {
				value = n
			}
			if cell != "" {
				_ = book.SetCellValue("Sheet1", name, value)
			}
		}
	}
	if err := book.SaveAs(path); err != nil {
		b.Fatal(err)
	}
}

// resolve makes the workbook and resolves it: every third row is right, every third one
// has a twin, and the others are not found.
func (b *correctedBook) resolve() {
	b.Helper()
	in := [][]string{{"Branch", "Display ID", "Note", "Serial"}}
	for n := range 60 {
		id := []string{fmt.Sprintf("L%06d", n), fmt.Sprintf("TWIN-%d", n), fmt.Sprintf("%d", 900000+n)}[n%3]
		in = append(in, []string{"Provo", id, "n", fmt.Sprintf("S%d", n)})
	}
	b.write(b.file("in.xlsx"), in)
	b.run("in.xlsx", nil)
}

// correct works on the rows of a report as a person does: half of them are removed, the
// others sorted, chosen or fixed.
func (b *correctedBook) correct(report [][]string) [][]string {
	b.Helper()
	header := report[0]
	column := func(name string) int { return slices.Index(header, name) }
	b.wanted = map[string]string{}
	left := [][]string{header}
	for i, row := range slices.Backward(report[1:]) {
		if i%2 == 0 {
			continue
		}
		if twin := row[column("candidate_2")]; twin != "" {
			row[column("choose")] = twin
			b.wanted[row[column("Serial")]] = twin
		} else {
			fixed := fmt.Sprintf("L%06d", 100+i)
			row[column("Display ID")] = fixed
			b.wanted[row[column("Serial")]] = b.loans[fixed]
		}
		left = append(left, row)
	}
	for _, row := range left { // columns are moved
		slices.Reverse(row)
	}
	return left
}

// check fails if a row of the output has not the ID that it is to have.
func (b *correctedBook) check() {
	b.Helper()
	output := b.rows(b.file("out.xlsx"), "Sheet1")
	column := func(name string) int { return slices.Index(output[0], name) }
	filled := 0
	for _, row := range output[1:] {
		want, corrected := b.wanted[row[column("Serial")]]
		id := row[column("loan_id")]
		switch {
		case corrected && id != want:
			b.Errorf("%v has the ID %q, not %q", row, id, want)
		case corrected:
			filled++
			if page := row[column("page_url")]; !strings.HasSuffix(page, "/loan/menu/"+want) {
				b.Errorf("%v leads to %q", row, page)
			}
		case row[column("match_status")] == "matched" && row[column("match_confidence")] != "exact":
			b.Errorf("%v was not corrected", row)
		}
	}
	if filled != len(b.wanted) || filled < 15 {
		b.Errorf("%d rows of %d are filled in", filled, len(b.wanted))
	}
	for _, row := range b.rows(b.file("out.xlsx"), "Errors")[1:] {
		if _, corrected := b.wanted[row[slices.Index(b.rows(b.file("out.xlsx"), "Errors")[0], "Serial")]]; corrected {
			b.Errorf("the sheet of errors still has %v", row)
		}
	}
}

// newCorrectedBook resolves a workbook.
func newCorrectedBook(t *testing.T) *correctedBook {
	t.Helper()
	client, loans, _ := correctedTenant(t)
	b := &correctedBook{T: t, folder: t.TempDir(), client: client, loans: loans}
	b.resolve()
	return b
}

// A report that was saved by another program with its zeros lost, half of its rows removed,
// sorted and its columns moved fills all rows in that are left. By which kind of ID they
// are asked for, and where the pages are, the output says.
func TestTheReportOfAWorkbookIsFilledIn(t *testing.T) {
	t.Parallel()
	b := newCorrectedBook(t)
	b.write(b.file("out.errors.xlsx"), b.correct(b.rows(b.file("out.errors.xlsx"), "")))
	b.run("out.errors.xlsx", &delivery.Into{Output: b.file("out.xlsx")})
	b.check()
	if left := b.rows(b.file("out.errors.xlsx"), ""); len(left) > 1 {
		t.Errorf("the report still has %v", left[1:])
	}
	if left := b.rows(b.file("out.xlsx"), "Errors"); len(left) != 1+40-20 {
		t.Errorf("the sheet of errors has %d rows", len(left)-1)
	}
}

// So it is after LibreOffice has saved report and output.
func TestTheReportOfAWorkbookOutlastsLibreOffice(t *testing.T) {
	t.Parallel()
	resave, b := libreOffice(t), newCorrectedBook(t)
	save := func(name string) { resave(b.file(name)) }
	save("out.errors.xlsx")
	b.write(b.file("out.errors.xlsx"), b.correct(b.rows(b.file("out.errors.xlsx"), "")))
	save("out.errors.xlsx")
	save("out.xlsx")
	b.run("out.errors.xlsx", &delivery.Into{Output: b.file("out.xlsx")})
	b.check()
}

// An output is its own report: the sheet of errors is filled in and renewed. Rows that a
// person has removed there stay removed.
func TestAnOutputIsItsOwnReport(t *testing.T) {
	t.Parallel()
	b := newCorrectedBook(t)
	path := b.file("out.xlsx")
	report := b.rows(path, "Errors")
	before := slices.Clone(report[0])
	corrected := b.correct(report)
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range corrected {
		slices.Reverse(row) // as the sheet has its columns
	}
	for i := len(report); i > len(corrected); i-- {
		_ = book.RemoveRow("Errors", i)
	}
	for i, row := range corrected {
		for column, cell := range row {
			name, _ := excelize.CoordinatesToCellName(column+1, i+1)
			_ = book.SetCellStr("Errors", name, cell)
		}
	}
	if err := book.Save(); err != nil {
		t.Fatal(err)
	}
	s := b.run("out.xlsx", &delivery.Into{Output: path})
	if s.Errors != path || filepath.Base(s.Path) != "out.errors.summary.json" {
		t.Errorf("the report is %s and the summary %s", s.Errors, s.Path)
	}
	b.check()
	if left := b.rows(path, "Errors"); len(left) != 1 || !slices.Equal(left[0], before) {
		t.Errorf("the sheet of errors still has %v", left)
	}
}
