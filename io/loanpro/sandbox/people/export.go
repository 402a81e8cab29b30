package people

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"github.com/gocarina/gocsv"
)

// Export writes the tenant as loans.csv and customers.csv into dir, which it
// makes if needed. [Load] reads the same tenant back, without the absent people.
// Files of these names are replaced. Only the user can read
// them.
func (t *Tenant) Export(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("export the tenant: %w", err)
	}
	customers := mapped(slices.Values(t.Customers), newCustomerRow)
	if err := writeRows(filepath.Join(dir, customersFile), customers); err != nil {
		return err
	}
	return writeRows(filepath.Join(dir, loansFile), mapped(slices.Values(t.Loans), newLoanRow))
}

// ExportRows writes the first n of [Tenant.Rows] as rows.csv into dir, which
// must exist. A file of that name is replaced. Only the user can read it.
func (t *Tenant) ExportRows(dir string, n int, seed uint64) error {
	return writeRows(filepath.Join(dir, rowsFile), t.Rows(n, seed))
}

func mapped[From, To any](in iter.Seq[From], convert func(From) To) iter.Seq[To] {
	return func(yield func(To) bool) {
		for v := range in {
			if !yield(convert(v)) {
				return
			}
		}
	}
}

func writeRows[R any](path string, rows iter.Seq[R]) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("export the tenant: %w", err)
	}
	err = encodeRows(file, rows)
	if err == nil {
		err = file.Chmod(0o600) // OpenFile leaves the mode of an existing file
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("export the tenant: write %s: %w", path, err)
	}
	return nil
}

// encodeRows writes rows in batches, so a large tenant is not in memory twice.
func encodeRows[R any](w io.Writer, rows iter.Seq[R]) error {
	out := gocsv.NewSafeCSVWriter(csv.NewWriter(w))
	if err := gocsv.MarshalCSV([]R{}, out); err != nil { // the header
		return err
	}
	batch := make([]R, 0, 1000)
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
