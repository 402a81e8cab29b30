package main

import (
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"loanmap/io/loanpro/sandbox"
)

var update = flag.Bool("update", false, "rewrite the sample sheets, the golden outputs and the scripts")

const testdata = "../../testdata"

// A sample row as a servicing team exports it.
type sample struct {
	branch, loan, borrower string
	opened                 time.Time
	principal              float64
	note                   string
}

var sampleHeader = []string{"Branch", "Loan Number", "Borrower", "Opened", "Principal", "Note"}

// samples picks loans of the default tenant, and adds the rows that such
// exports have: repeated, damaged, gone, or never there.
func samples(t *testing.T) []sample {
	t.Helper()
	tenant, err := sandbox.New(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	names := map[int]string{}
	for c := range tenant.Customers() {
		names[c.ID] = c.FullName()
	}
	var rows []sample
	i := 0
	for loan := range tenant.Loans() {
		if i++; i > 40 && i%19 != 0 {
			continue
		}
		rows = append(rows, sampleOf(loan, names, i))
	}
	return slices.Concat(rows, oddRows(rows), rows[3:9])
}

func sampleOf(loan sandbox.Loan, names map[int]string, i int) sample {
	borrower := ""
	if len(loan.Customers) > 0 {
		borrower = names[loan.Customers[0].CustomerID]
	}
	return sample{
		branch: []string{"Reno", "Provo", "Tampa"}[i%3], loan: loan.DisplayID, borrower: borrower,
		opened:    time.Date(2021, time.January, 4, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 9*i%1500),
		principal: float64(1500+37*i%40_000) + 0.25,
	}
}

func oddRows(good []sample) []sample {
	next := 50
	odd := func(loan, note string) sample {
		next++
		row := good[next]
		row.loan, row.note = loan, note
		return row
	}
	return []sample{
		odd("", "not yet numbered"),
		odd("N/A", "paid off before the move"),
		odd("#N/A", "lookup failed"),
		odd("-", ""),
		odd("???", "ask Provo"),
		odd("2.02103E+14", "opened in a spreadsheet"),
		odd("L00*", "all of these"),
		odd("L999999", "typing error?"),
		odd(strings.ToLower(good[0].loan), "lower case"),
		odd(" \u00A0"+good[0].loan+" ", "pasted from a web page"),
		odd(good[0].loan[:4], "cut off"),
	}
}

func (s sample) cells() []string {
	return []string{s.branch, s.loan, s.borrower, s.opened.Format(time.DateOnly), fmt.Sprintf("%.2f", s.principal), s.note}
}

// customersHeader is that of a sheet about people, as an old system exports it.
var customersHeader = []string{"Borrower", "Email", "Cell Phone", "Date of Birth", "SSN", "Zip", "Customer No", "Loan Number"}

// sampleCustomers are rows about people of the default tenant, and some about
// people who are not in it.
func sampleCustomers(t *testing.T) [][]string {
	t.Helper()
	tenant, err := sandbox.New(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows := [][]string{customersHeader}
	for p := range tenant.PersonRows(72, 4) {
		rows = append(rows, []string{p.Name, p.Email, p.Phone, p.Birth, p.SSN, p.Zip, p.CustomID, p.Loan})
	}
	return append(rows,
		[]string{"", "", "", "", "", "", "", ""},
		[]string{"N/A", "n/a", "", "", "", "", "", ""},
		[]string{"NOBODY, NORBERT Q", "nq.nobody@example.com", "(801) 555-0177", "1971-02-03", "XXX-XX-4711", "84101", "", ""},
		[]string{"SMITH, JOHN & MARY", "", "", "", "", "84101", "", ""},
		[]string{"Unknown Unknown", "none@none.com", "000-000-0000", "1900-01-01", "000-00-0000", "00000", "", ""},
	)
}

func writeCustomersXLSX(t *testing.T, path string, rows [][]string) {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	err := book.SetSheetName("Sheet1", "Customers")
	for i := range rows {
		err = errors.Join(err, book.SetSheetRow("Customers", fmt.Sprintf("A%d", i+1), &rows[i]))
	}
	if err = errors.Join(err, book.SetColWidth("Customers", "A", "H", 24), book.SaveAs(path)); err != nil {
		t.Fatal(err)
	}
}

// The sample sheets are what the default sandbox knows; -update rewrites them.
func TestSampleSheets(t *testing.T) {
	t.Parallel()
	people, peoplePath := sampleCustomers(t), filepath.Join(testdata, "customers.xlsx")
	if *update {
		writeCustomersXLSX(t, peoplePath, people)
	}
	if diff := cmp.Diff(people, readXLSX(t, peoplePath)); diff != "" {
		t.Errorf("%s is not of this tenant (go test ./cmd/loanmap -update):\n%s", peoplePath, diff)
	}
	rows := samples(t)
	want := [][]string{sampleHeader}
	for _, row := range rows {
		want = append(want, row.cells())
	}
	csvPath, xlsxPath := filepath.Join(testdata, "loans.csv"), filepath.Join(testdata, "loans.xlsx")
	if *update {
		writeSampleCSV(t, csvPath, want)
		writeSampleXLSX(t, xlsxPath, rows)
	}
	for name, got := range map[string][][]string{csvPath: readCSV(t, csvPath), xlsxPath: readXLSX(t, xlsxPath)} {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s is not of this tenant (go test ./cmd/loanmap -update):\n%s", name, diff)
		}
	}
}

func writeSampleCSV(t *testing.T, path string, rows [][]string) {
	t.Helper()
	var text strings.Builder
	if err := csv.NewWriter(&text).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

func writeSampleXLSX(t *testing.T, path string, rows []sample) {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(book.SetSheetName("Sheet1", "Loans"))
	day, amount := "yyyy-mm-dd", "0.00"
	dayStyle, err := book.NewStyle(&excelize.Style{CustomNumFmt: &day})
	check(err)
	amountStyle, err := book.NewStyle(&excelize.Style{CustomNumFmt: &amount})
	check(err)
	check(book.SetColStyle("Loans", "D", dayStyle))
	check(book.SetColStyle("Loans", "E", amountStyle))
	check(book.SetSheetRow("Loans", "A1", &sampleHeader))
	for i, row := range rows {
		check(book.SetSheetRow("Loans", fmt.Sprintf("A%d", i+2),
			&[]any{row.branch, row.loan, row.borrower, row.opened, row.principal, row.note}))
		check(book.SetCellStyle("Loans", fmt.Sprintf("D%d", i+2), fmt.Sprintf("D%d", i+2), dayStyle))
		check(book.SetCellStyle("Loans", fmt.Sprintf("E%d", i+2), fmt.Sprintf("E%d", i+2), amountStyle))
	}
	check(book.SetColWidth("Loans", "B", "C", 28))
	check(book.SaveAs(path))
}

func readCSV(tb testing.TB, path string) [][]string {
	tb.Helper()
	file, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	return rows
}

func readXLSX(t *testing.T, path string) [][]string {
	t.Helper()
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		for len(rows[i]) < len(rows[0]) { // empty cells at the end are not stored
			rows[i] = append(rows[i], "")
		}
	}
	return rows
}
