package sandbox

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gocarina/gocsv"
)

const (
	loansFile     = "loans.csv"
	customersFile = "customers.csv"
	rowsFile      = "rows.csv"
	rolePrefix    = "loan.customerRole."
)

// loanRow is a line of loans.csv. All is text: gocsv would alter numbers.
type loanRow struct {
	ID        string `csv:"id"`
	DisplayID string `csv:"display_id"`
	Title     string `csv:"title"`
	Status    string `csv:"status"`
	Archived  string `csv:"archived"`
	Deleted   string `csv:"deleted"`
	Temporary string `csv:"temporary"`
	Customers string `csv:"customers"` // 751:primary;752:secondary
}

// customerRow is a line of customers.csv.
type customerRow struct {
	ID          string `csv:"id"`
	CustomID    string `csv:"custom_id"`
	FirstName   string `csv:"first_name"`
	MiddleName  string `csv:"middle_name"`
	LastName    string `csv:"last_name"`
	Suffix      string `csv:"suffix"`
	CompanyName string `csv:"company_name"`
	Email       string `csv:"email"`
	Phone       string `csv:"phone"`
	BirthDate   string `csv:"birth_date"`
	SSN         string `csv:"ssn"`
	Address1    string `csv:"address1"`
	City        string `csv:"city"`
	State       string `csv:"state"`
	Zip         string `csv:"zip"`
}

// personLine is a line of rows.csv.
type personLine struct {
	Name     string `csv:"Name"`
	Email    string `csv:"Email"`
	Phone    string `csv:"Phone"`
	Birth    string `csv:"Birth Date"`
	SSN      string `csv:"SSN"`
	Zip      string `csv:"Zip"`
	CustomID string `csv:"Customer Number"`
	Loan     string `csv:"Loan Number"`
	Truth    string `csv:"truth"`
	Trap     string `csv:"trap"`
}

// Export writes the tenant as loans.csv and customers.csv into dir, which is
// made when missing; Options.Dir reads them back to the same tenant. Files of
// these names are replaced. Only the user can read them.
func (s *Sandbox) Export(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("export the tenant: %w", err)
	}
	if err := writeRows(filepath.Join(dir, customersFile), customerRows(s.tenant.customers)); err != nil {
		return err
	}
	return writeRows(filepath.Join(dir, loansFile), loanRows(s.tenant.loans))
}

// ExportRows writes n rows about the tenant's people, and about those it does
// not know, as rows.csv into dir, which Export has made: the rows of PersonRows
// under the seed of the tenant, with their truth and trap.
func (s *Sandbox) ExportRows(dir string, n int) error {
	return writeRows(filepath.Join(dir, rowsFile), personLines(s.PersonRows(n, s.options.Seed)))
}

func writeRows[Row any](path string, rows iter.Seq[Row]) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("export the tenant: %w", err)
	}
	err = encodeRows(file, rows)
	if err == nil {
		err = file.Chmod(0o600) // a file that was there kept its mode
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("export the tenant: write %s: %w", path, err)
	}
	return nil
}

// encodeRows writes rows by the thousand, so that a large tenant is not in
// memory twice.
func encodeRows[Row any](w io.Writer, rows iter.Seq[Row]) error {
	out := gocsv.NewSafeCSVWriter(csv.NewWriter(w))
	if err := gocsv.MarshalCSV([]Row{}, out); err != nil { // the header
		return err
	}
	batch := make([]Row, 0, 1000)
	for row := range rows {
		if batch = append(batch, row); len(batch) < cap(batch) {
			continue
		}
		if err := gocsv.MarshalCSVWithoutHeaders(batch, out); err != nil {
			return err
		}
		batch = batch[:0]
	}
	return gocsv.MarshalCSVWithoutHeaders(batch, out)
}

func loanRows(loans []Loan) iter.Seq[loanRow] {
	return func(yield func(loanRow) bool) {
		for i := range loans {
			l := &loans[i]
			row := loanRow{
				ID: strconv.Itoa(l.ID), DisplayID: l.DisplayID, Title: l.Title, Status: l.Status,
				Archived: flagText(l.Archived), Deleted: flagText(l.Deleted), Temporary: flagText(l.Temporary),
				Customers: linksText(l.Customers),
			}
			if !yield(row) {
				return
			}
		}
	}
}

func customerRows(customers []Customer) iter.Seq[customerRow] {
	return func(yield func(customerRow) bool) {
		for i := range customers {
			c := &customers[i]
			row := customerRow{
				ID: strconv.Itoa(c.ID), CustomID: c.CustomID,
				FirstName: c.FirstName, MiddleName: c.MiddleName, LastName: c.LastName, Suffix: c.Suffix,
				CompanyName: c.CompanyName, Email: c.Email, Phone: c.Phone, BirthDate: c.BirthDate, SSN: c.SSN,
				Address1: c.Address1, City: c.City, State: c.State, Zip: c.Zip,
			}
			if !yield(row) {
				return
			}
		}
	}
}

func personLines(rows iter.Seq[PersonRow]) iter.Seq[personLine] {
	return func(yield func(personLine) bool) {
		for r := range rows {
			line := personLine{
				Name: r.Name, Email: r.Email, Phone: r.Phone, Birth: r.Birth, SSN: r.SSN, Zip: r.Zip,
				CustomID: r.CustomID, Loan: r.Loan, Truth: strconv.Itoa(r.Truth), Trap: r.Trap,
			}
			if !yield(line) {
				return
			}
		}
	}
}

func flagText(flag bool) string {
	if flag {
		return "1"
	}
	return "0"
}

func linksText(links []Link) string {
	parts := make([]string, len(links))
	for i, link := range links {
		parts[i] = strconv.Itoa(link.CustomerID) + ":" + strings.TrimPrefix(link.Role, rolePrefix)
	}
	return strings.Join(parts, ";")
}
