package people

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

// Load reads a tenant from the files that [Tenant.Export] writes. Without
// customers.csv it has no customers. An error names the file, and the line and
// column if there is one.
func Load(dir string) (*Tenant, error) {
	customers, err := readCustomers(filepath.Join(dir, customersFile))
	if err != nil {
		return nil, err
	}
	loans, err := readLoans(filepath.Join(dir, loansFile), customers)
	if err != nil {
		return nil, err
	}
	numberStatuses(loans)
	t := newTenant(loans, customers)
	t.population = populationOf(t.Customers)
	return t, nil
}

func readCustomers(path string) ([]Customer, error) {
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

func readLoans(path string, customers []Customer) ([]Loan, error) {
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
	if err == nil && (len(out) == 0 || len(out) > maxRecords) {
		return nil, fmt.Errorf("read the tenant: %s has %d loans: give 1 to %d", path, len(out), maxRecords)
	}
	return out, err
}

// place names a line of a file in errors.
type place struct {
	file string
	line int
}

// errorf says what is wrong with a column and how to fix it.
func (p place) errorf(column, format string, args ...any) error {
	return fmt.Errorf("read the tenant: %s: line %d, column %s: %s", p.file, p.line, column, fmt.Sprintf(format, args...))
}

// readRows calls each for every line of a CSV file. The header must have the
// required columns.
func readRows[R any](path string, required []string, each func(R, place) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	in := csv.NewReader(withoutBOM(file))
	rows, err := gocsv.NewUnmarshaller(in, *new(R))
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
		if err := each(row.(R), place{path, line}); err != nil {
			return err
		}
	}
}

// withoutBOM skips the byte order mark that spreadsheets write.
func withoutBOM(r io.Reader) io.Reader {
	in := bufio.NewReader(r)
	if mark, _ := in.Peek(3); bytes.Equal(mark, []byte("\ufeff")) {
		_, _ = in.Discard(3) // cannot fail after Peek
	}
	return in
}

// checkHeader exists because gocsv ignores missing columns and lets the last of
// equal ones win.
func checkHeader(path string, header, required []string) error {
	for i, name := range header {
		if slices.Contains(header[:i], name) {
			return place{path, 1}.errorf(name, "appears twice: keep one")
		}
	}
	for _, name := range required {
		if !slices.Contains(header, name) {
			return place{path, 1}.errorf(name, "is missing: add it to the header, in lower case, separated by commas")
		}
	}
	return nil
}

func (row loanRow) loan(at place, ids, customers map[int]bool) (Loan, error) {
	l := Loan{DisplayID: row.DisplayID, Title: row.Title, Status: row.Status}
	switch length := utf8.RuneCountInString(l.DisplayID); {
	case l.DisplayID == "":
		return l, at.errorf("display_id", "is empty: give 1 to %d characters", maxDisplayID)
	case length > maxDisplayID:
		return l, at.errorf("display_id", "has %d characters: LoanPro stores at most %d", length, maxDisplayID)
	case !utf8.ValidString(l.DisplayID):
		return l, at.errorf("display_id", "is not UTF-8: save the file as UTF-8")
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
	if err := row.setFlags(&l, at); err != nil {
		return l, err
	}
	l.Customers, err = parseLinks(row.Customers, at, customers)
	return l, err
}

func (row loanRow) setFlags(l *Loan, at place) error {
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
			return at.errorf(f.column, "is not a flag: give 0 or 1")
		}
	}
	return nil
}

// newID reads a system ID that is not yet among ids, and adds it.
func newID(text string, at place, ids map[int]bool) (int, error) {
	id, err := strconv.ParseInt(text, 10, 32)
	if err != nil || id <= 0 {
		return 0, at.errorf("id", "%q is not a system ID: give a positive whole number", text)
	}
	if ids[int(id)] {
		return 0, at.errorf("id", "%d is also on an earlier line: give each system ID once", id)
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
			return nil, at.errorf("customers", "%q is not a link: write 751:primary;752:secondary", part)
		}
		if !customers[id] {
			return nil, at.errorf("customers", "customer %d is not in %s: add that line or remove the link", id, customersFile)
		}
		role = rolePrefix + role
		if !slices.Contains([]string{RolePrimary, RoleSecondary, roleAdditional, roleUnassigned}, role) {
			return nil, at.errorf("customers", "%q has no known role: primary, secondary, additional or unassigned", part)
		}
		out = append(out, Link{id, role})
	}
	return out, nil
}

func (row customerRow) customer(at place, ids map[int]bool) (Customer, error) {
	c := row.Customer
	c.Kind = kindPerson
	if c.CompanyName != "" {
		c.Kind = kindCompany
	}
	if _, err := time.Parse(time.DateOnly, c.BirthDate); err != nil && c.BirthDate != "" {
		return c, at.errorf("birth_date", "is not a date: write yyyy-mm-dd")
	}
	var err error
	c.ID, err = newID(row.ID, at, ids)
	return c, err
}
