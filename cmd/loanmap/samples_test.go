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

	"github.com/gocarina/gocsv"
	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"loanmap/io/loanpro/sandbox"
)

var update = flag.Bool("update", false, "rewrite the sample sheets, the golden outputs and the scripts")

const testdata = "../../testdata"

// sample is a row as a servicing team exports it.
type sample struct {
	Branch    string `csv:"Branch"`
	Loan      string `csv:"Loan Number"`
	Borrower  string `csv:"Borrower"`
	Opened    day    `csv:"Opened"`
	Principal amount `csv:"Principal"`
	Note      string `csv:"Note"`
}

// day and amount are written as spreadsheets export them.
type (
	day    time.Time
	amount float64
)

// MarshalCSV returns the date.
func (d day) MarshalCSV() (string, error) { return time.Time(d).Format(time.DateOnly), nil }

// MarshalCSV returns the amount with two decimals.
func (a amount) MarshalCSV() (string, error) { return fmt.Sprintf("%.2f", float64(a)), nil }

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
		Branch: []string{"Reno", "Provo", "Tampa"}[i%3], Loan: loan.DisplayID, Borrower: borrower,
		Opened:    day(time.Date(2021, time.January, 4, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 9*i%1500)),
		Principal: amount(1500+37*i%40_000) + 0.25,
	}
}

func oddRows(good []sample) []sample {
	next := 50
	odd := func(loan, note string) sample {
		next++
		row := good[next]
		row.Loan, row.Note = loan, note
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
		odd(strings.ToLower(good[0].Loan), "lower case"),
		odd(" \u00A0"+good[0].Loan+" ", "pasted from a web page"),
		odd(good[0].Loan[:4], "cut off"),
	}
}

// table returns records as rows of cells, the header first.
func table[Record any](t *testing.T, records []Record) [][]string {
	t.Helper()
	text, err := gocsv.MarshalString(records)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// customer is a row about a person, as an old system exports it.
type customer struct {
	Borrower   string `csv:"Borrower"`
	Email      string `csv:"Email"`
	Phone      string `csv:"Cell Phone"`
	Birth      string `csv:"Date of Birth"`
	SSN        string `csv:"SSN"`
	Zip        string `csv:"Zip"`
	CustomerNo string `csv:"Customer No"`
	LoanNumber string `csv:"Loan Number"`
}

// sampleCustomers are rows about people of the default tenant, and some about people
// who are not in it.
func sampleCustomers(t *testing.T) []customer {
	t.Helper()
	tenant, err := sandbox.New(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var rows []customer
	for p := range tenant.PersonRows(72, 4) {
		rows = append(rows, customer{p.Name, p.Email, p.Phone, p.Birth, p.SSN, p.Zip, p.CustomID, p.Loan})
	}
	return append(rows,
		customer{},
		customer{Borrower: "N/A", Email: "n/a"},
		customer{Borrower: "NOBODY, NORBERT Q", Email: "nq.nobody@example.com", Phone: "(801) 555-0177", Birth: "1971-02-03", SSN: "XXX-XX-4711", Zip: "84101"},
		customer{Borrower: "SMITH, JOHN & MARY", Zip: "84101"},
		customer{Borrower: "Unknown Unknown", Email: "none@none.com", Phone: "000-000-0000", Birth: "1900-01-01", SSN: "000-00-0000", Zip: "00000"},
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
	people, peoplePath := table(t, sampleCustomers(t)), filepath.Join(testdata, "customers.xlsx")
	if *update {
		writeCustomersXLSX(t, peoplePath, people)
	}
	if diff := cmp.Diff(people, readXLSX(t, peoplePath)); diff != "" {
		t.Errorf("%s is not of this tenant (go test ./cmd/loanmap -update):\n%s", peoplePath, diff)
	}
	rows := samples(t)
	want := table(t, rows)
	csvPath, xlsxPath := filepath.Join(testdata, "loans.csv"), filepath.Join(testdata, "loans.xlsx")
	if *update {
		writeSampleCSV(t, csvPath, want)
		writeSampleXLSX(t, xlsxPath, want[0], rows)
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

func writeSampleXLSX(t *testing.T, path string, header []string, rows []sample) {
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
	check(book.SetSheetRow("Loans", "A1", &header))
	for i, row := range rows {
		check(book.SetSheetRow("Loans", fmt.Sprintf("A%d", i+2),
			&[]any{row.Branch, row.Loan, row.Borrower, time.Time(row.Opened), float64(row.Principal), row.Note}))
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
