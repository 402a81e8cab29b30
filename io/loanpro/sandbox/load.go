package sandbox

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gocarina/gocsv"
)

// load reads a tenant from the files Export writes. customers.csv may be
// missing: then there are no customers.
func load(dir string) (*tenant, error) {
	customers, err := loadCustomers(filepath.Join(dir, customersFile))
	if err != nil {
		return nil, err
	}
	loans, err := loadLoans(filepath.Join(dir, loansFile), customers)
	if err != nil {
		return nil, err
	}
	numberStatuses(loans)
	t := newTenant(loans, customers)
	t.folk = ofFolk(t.customers)
	return t, nil
}

func loadCustomers(path string) ([]Customer, error) {
	var out []Customer
	ids := make(map[int]bool)
	err := readRows(path, []string{"id"}, func(row customerRow, at place) error {
		c, err := row.customer(at, ids)
		out = append(out, c)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return out, err
}

func loadLoans(path string, customers []Customer) ([]Loan, error) {
	known := make(map[int]bool, len(customers))
	for i := range customers {
		known[customers[i].ID] = true
	}
	var out []Loan
	ids := make(map[int]bool)
	err := readRows(path, []string{"id", "display_id"}, func(row loanRow, at place) error {
		l, err := row.loan(at, ids, known)
		out = append(out, l)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the tenant: %w: give a folder that holds %s", err, loansFile)
	}
	if err == nil && (len(out) == 0 || len(out) > maxLoans) {
		return nil, fmt.Errorf("read the tenant: %s has %d loans: give 1 to %d", path, len(out), maxLoans)
	}
	return out, err
}

// place names a line of a tenant file in errors.
type place struct {
	file string
	line int
}

// wrong says what is wrong with a column and what to do about it.
func (p place) wrong(column, format string, args ...any) error {
	return fmt.Errorf("read the tenant: %s: line %d, column %s: %s", p.file, p.line, column, fmt.Sprintf(format, args...))
}

// readRows calls each with every line of a CSV file, whose header must have
// the required columns.
func readRows[Row any](path string, required []string, each func(Row, place) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	in := csv.NewReader(afterMark(file))
	rows, err := gocsv.NewUnmarshaller(in, *new(Row))
	if err != nil {
		return fmt.Errorf("read the tenant: %s: its header: %w", path, err)
	}
	if err := checkHeader(path, rows.Headers, required); err != nil {
		return err
	}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the tenant: %s: %w", path, err)
		}
		line, _ := in.FieldPos(0)
		if err := each(row.(Row), place{path, line}); err != nil {
			return err
		}
	}
}

// afterMark skips the byte order mark which spreadsheets put first.
func afterMark(r io.Reader) io.Reader {
	in := bufio.NewReader(r)
	if mark, _ := in.Peek(3); bytes.Equal(mark, []byte("\ufeff")) {
		_, _ = in.Discard(3) // cannot fail: just peeked
	}
	return in
}

func checkHeader(path string, header, required []string) error {
	for i, name := range header {
		if slices.Contains(header[:i], name) {
			return place{path, 1}.wrong(name, "stands there twice: keep one")
		}
	}
	for _, name := range required {
		if !slices.Contains(header, name) {
			return place{path, 1}.wrong(name, "is missing: add it to the header, in lower case, separated by commas")
		}
	}
	return nil
}

func (row loanRow) loan(at place, ids, customers map[int]bool) (Loan, error) {
	l := Loan{DisplayID: row.DisplayID, Title: row.Title, Status: row.Status}
	switch length := utf8.RuneCountInString(l.DisplayID); {
	case l.DisplayID == "":
		return l, at.wrong("display_id", "is empty: give 1 to %d characters", maxDisplayID)
	case length > maxDisplayID:
		return l, at.wrong("display_id", "has %d characters: LoanPro keeps at most %d", length, maxDisplayID)
	case !utf8.ValidString(l.DisplayID):
		return l, at.wrong("display_id", "is not UTF-8: save the file as UTF-8")
	}
	if l.Title == "" {
		l.Title = l.DisplayID
	}
	if l.Status == "" {
		l.Status = "Open"
	}
	var err error
	if l.ID, err = newID(row.ID, at, ids); err != nil {
		return l, err
	}
	if err := row.flags(&l, at); err != nil {
		return l, err
	}
	l.Customers, err = parseLinks(row.Customers, at, customers)
	return l, err
}

func (row loanRow) flags(l *Loan, at place) error {
	for _, f := range []struct {
		column, text string
		to           *bool
	}{
		{"archived", row.Archived, &l.Archived},
		{"deleted", row.Deleted, &l.Deleted},
		{"temporary", row.Temporary, &l.Temporary},
	} {
		switch strings.ToLower(f.text) {
		case "1", "true", "yes":
			*f.to = true
		case "", "0", "false", "no":
		default:
			return at.wrong(f.column, "is no flag: give 0 or 1")
		}
	}
	return nil
}

// newID reads a system ID that no line above had.
func newID(text string, at place, ids map[int]bool) (int, error) {
	id, err := strconv.ParseInt(text, 10, 32)
	if err != nil || id <= 0 {
		return 0, at.wrong("id", "%q is no system ID: give a positive whole number", text)
	}
	if ids[int(id)] {
		return 0, at.wrong("id", "%d stands on a line above too: every system ID is there once", id)
	}
	ids[int(id)] = true
	return int(id), nil
}

func parseLinks(text string, at place, customers map[int]bool) ([]Link, error) {
	if text == "" {
		return nil, nil
	}
	var out []Link
	for part := range strings.SplitSeq(text, ";") {
		number, role, _ := strings.Cut(strings.TrimSpace(part), ":")
		id, err := strconv.Atoi(number)
		if err != nil {
			return nil, at.wrong("customers", "%q is no link: write 751:primary;752:secondary", part)
		}
		if !customers[id] {
			return nil, at.wrong("customers", "there is no customer %d in %s: add that line or take the link out", id, customersFile)
		}
		role = rolePrefix + role
		if !slices.Contains([]string{rolePrimary, roleSecondary, roleAdditional, roleUnassigned}, role) {
			return nil, at.wrong("customers", "%q has no known role: primary, secondary, additional or unassigned", part)
		}
		out = append(out, Link{id, role})
	}
	return out, nil
}

func (row customerRow) customer(at place, ids map[int]bool) (Customer, error) {
	c := Customer{
		CustomID: row.CustomID, FirstName: row.FirstName, MiddleName: row.MiddleName, LastName: row.LastName,
		Suffix: row.Suffix, CompanyName: row.CompanyName, Kind: kindPerson, Email: row.Email, Phone: row.Phone,
		BirthDate: row.BirthDate, SSN: row.SSN, Address1: row.Address1, City: row.City, State: row.State, Zip: row.Zip,
	}
	if c.CompanyName != "" {
		c.Kind = kindCompany
	}
	if _, err := time.Parse(time.DateOnly, c.BirthDate); err != nil && c.BirthDate != "" {
		return c, at.wrong("birth_date", "is no date: write yyyy-mm-dd")
	}
	var err error
	c.ID, err = newID(row.ID, at, ids)
	return c, err
}
