package pipeline

import (
	"cmp"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"loanmap/io/loanpro"
	"loanmap/io/loanpro/sandbox"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/question"
)

var (
	wantedCorrections = flag.Int("corrections", 0, "how many corrections are to find their rows; 0: 150, or 4,000 without -short")
	onlyCorrections   = flag.Int("sheet", -1, "the one sheet to correct; -1: all")
)

// Whatever was sorted, filtered, moved, reformatted or corrected in an output and in
// its report, in one night or over several, no ID goes into another row. With their
// keys, rows that are still there are found.
func TestNoCorrectionGoesIntoAnotherRow(t *testing.T) {
	t.Parallel()
	client, loans, twins := correctedTenant(t)
	var all correctionCount
	for sheet := 0; all.corrections < wanted(*wantedCorrections, 150, 4000); sheet++ {
		if *onlyCorrections >= 0 && sheet != *onlyCorrections {
			if sheet > *onlyCorrections {
				break
			}
			continue
		}
		t.Run(fmt.Sprint(sheet), func(t *testing.T) {
			s := &correctedSheet{T: t, dice: rand.New(rand.NewPCG(uint64(sheet), 12)), folder: t.TempDir(), client: client, loans: loans, twins: twins}
			s.nights()
			all.add(s.count)
		})
		if t.Failed() {
			return
		}
	}
	t.Logf("%+v", all)
	if all.unplaced*1000 > all.placed+all.unplaced {
		t.Errorf("of %d corrections with a key whose row is there, %d did not find it", all.placed+all.unplaced, all.unplaced)
	}
	if *onlyCorrections < 0 && (all.gone == 0 || all.doubtful == 0 || all.stale == 0 || all.placed == 0) {
		t.Errorf("some situations did not come about: %+v", all)
	}
}

// So it is after LibreOffice has saved output and report.
func TestCorrectionsOutlastLibreOffice(t *testing.T) {
	t.Parallel()
	resave := libreOffice(t)
	client, loans, twins := correctedTenant(t)
	s := &correctedSheet{T: t, dice: rand.New(rand.NewPCG(1, 1)), folder: t.TempDir(), client: client, loans: loans, twins: twins}
	s.keep = resave
	for s.count.placed < sized(1, 50) {
		s.nights()
	}
	t.Logf("%+v", s.count)
	if s.count.unplaced > 0 {
		t.Errorf("%d corrections did not find their rows", s.count.unplaced)
	}
}

// libreOffice returns what has LibreOffice save a file again, in its format. It skips a
// short test, and one on a machine without LibreOffice.
func libreOffice(t *testing.T) (resave func(path string)) {
	t.Helper()
	if testing.Short() {
		t.Skip("make check runs it")
	}
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed")
	}
	profile := "-env:UserInstallation=file://" + t.TempDir()
	return func(path string) {
		folder, format := t.TempDir(), strings.TrimPrefix(filepath.Ext(path), ".")
		if out, err := exec.CommandContext(t.Context(), office, profile, "--headless", "--convert-to", format, "--outdir", folder, path).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if err := os.Rename(filepath.Join(folder, filepath.Base(path)), path); err != nil {
			t.Fatal(err)
		}
	}
}

// correctedTenant is a tenant with single loans and twins.
func correctedTenant(t *testing.T) (client *loanpro.Client, loans map[string]string, twins map[string][]string) {
	t.Helper()
	a, dir := &adversary{}, t.TempDir()
	loans, twins = map[string]string{}, map[string][]string{}
	for n := range 200 {
		single, twin := fmt.Sprintf("L%06d", n), fmt.Sprintf("TWIN-%d", n/2)
		loans[single] = a.loan(single)
		twins[twin] = append(twins[twin], a.loan(twin))
	}
	a.write(t, dir)
	client, _ = tenantOf(t, sandbox.Options{Dir: dir}, nil)
	return client, loans, twins
}

// correctionCount counts corrections: all, those with a key whose row was there and
// found, or not found, those whose row was gone, those of which nothing is certain,
// and those of an earlier night's report.
type correctionCount struct{ corrections, placed, unplaced, gone, doubtful, stale int }

func (c *correctionCount) add(more correctionCount) {
	c.corrections += more.corrections
	c.placed += more.placed
	c.unplaced += more.unplaced
	c.gone += more.gone
	c.doubtful += more.doubtful
	c.stale += more.stale
}

// table is a text file whose rows are known by what they were on the first night,
// which nothing in the file says.
type table struct {
	header []string
	rows   [][]string
	is     []int
}

func (t *table) column(name string) int { return slices.Index(t.header, name) }

func (t *table) clone() *table {
	c := &table{slices.Clone(t.header), nil, slices.Clone(t.is)}
	for _, row := range t.rows {
		c.rows = append(c.rows, slices.Clone(row))
	}
	return c
}

// correctedSheet is a sheet over several nights.
type correctedSheet struct {
	*testing.T
	dice   *rand.Rand
	folder string
	client *loanpro.Client
	loans  map[string]string // system IDs by display ID, of those that have one
	twins  map[string][]string
	count  correctionCount
	// keep saves a file once more, as a program does; nil: it does not.
	keep func(path string)
}

func (s *correctedSheet) chance(percent int) bool { return s.dice.IntN(100) < percent }

func (s *correctedSheet) file(name string) string { return filepath.Join(s.folder, name) }

func (s *correctedSheet) nights() {
	sheet := s.first()
	var earlier *table
	for range 1 + s.dice.IntN(3) {
		s.save("in.csv", sheet)
		output, report := s.resolve(sheet)
		next := report.clone()
		if earlier != nil {
			before := s.count.corrections
			output = s.correct(output, earlier)
			s.count.stale += s.count.corrections - before
		}
		sheet, earlier = s.correct(output, report), next
	}
}

// first makes the sheet of the first night.
func (s *correctedSheet) first() *table {
	sheet := &table{header: [][]string{{"Display ID"}, {"Display ID", "Note"}, {"Branch", "Display ID", "Note", "Serial"}, {"Note", "Display ID", "Note"}}[s.dice.IntN(4)]}
	for i := range 20 + s.dice.IntN(80) {
		row := make([]string, len(sheet.header))
		for column, name := range sheet.header {
			switch name {
			case "Display ID":
				row[column] = s.asks()
			case "Serial":
				row[column] = fmt.Sprintf("%05d", i)
			default:
				row[column] = []string{"", "a", "b", "007"}[s.dice.IntN(4)]
			}
		}
		sheet.rows, sheet.is = append(sheet.rows, row), append(sheet.is, i)
	}
	return sheet
}

func (s *correctedSheet) asks() string {
	switch n := s.dice.IntN(200); s.dice.IntN(8) {
	case 0, 1:
		return fmt.Sprintf("L%06d", n)
	case 2:
		return fmt.Sprintf("TWIN-%d", n/2)
	case 3:
		return fmt.Sprintf("%08d", 90000+n)
	case 4:
		return fmt.Sprintf("X-%d", n%5)
	case 5:
		return []string{"-", "n/a"}[n%2] // a blank row at the end of a sheet is not read
	default:
		return fmt.Sprintf("X-%d", n)
	}
}

func (s *correctedSheet) save(name string, t *table) {
	s.Helper()
	var text strings.Builder
	w := csv.NewWriter(&text)
	if err := w.WriteAll(append([][]string{t.header}, t.rows...)); err != nil {
		s.Fatal(err)
	}
	if err := os.WriteFile(s.file(name), []byte(text.String()), 0o600); err != nil {
		s.Fatal(err)
	}
	if s.keep != nil && name != "in.csv" {
		s.keep(s.file(name))
	}
}

func (s *correctedSheet) load(name string) *table {
	s.Helper()
	file, err := os.Open(s.file(name))
	if err != nil {
		s.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		s.Fatal(err)
	}
	return &table{header: rows[0], rows: rows[1:]}
}

func (s *correctedSheet) run(input string, into *delivery.Into) error {
	j := &Job{
		Input:  Input{Path: s.file(input), By: question.DisplayIDs.Flag},
		Output: delivery.Output{Path: s.file("out.csv"), Errors: s.file("errors.csv"), Summary: s.file("out.summary.json"), Force: true, Into: into},
		Lookup: lookup.Options{Client: s.client, Batch: 50, Workers: 4, Rate: 1e5}, Log: slog.New(slog.DiscardHandler), Progress: func(Progress) {},
	}
	_, err := j.Run(s.Context())
	return err
}

// resolve returns the output of a sheet, and the report.
func (s *correctedSheet) resolve(sheet *table) (output, report *table) {
	s.Helper()
	if err := s.run("in.csv", nil); err != nil {
		s.Fatal(err)
	}
	output, report = s.load("out.csv"), s.load("errors.csv")
	output.is = slices.Clone(sheet.is)
	for i, row := range output.rows {
		if row[output.column("match_status")] != "matched" {
			report.is = append(report.is, output.is[i])
		}
	}
	if len(report.is) != len(report.rows) || len(output.is) != len(output.rows) {
		s.Fatalf("%d rows of %d are reported, and %d are open", len(report.rows), len(output.rows), len(report.is))
	}
	return output, report
}

// correct has a person work on an output and on a report, and loanmap fill the one
// into the other. It returns the output.
func (s *correctedSheet) correct(output, report *table) *table {
	s.Helper()
	s.handle(output)
	s.handle(report)
	wanted, sure := s.mark(report)
	s.save("out.csv", output)
	s.save("report.csv", report)
	err := s.run("report.csv", &delivery.Into{Output: s.file("out.csv")})
	filled := s.load("out.csv")
	filled.is = output.is
	there := s.compare(output, filled, wanted, sure)
	if _, refused := errors.AsType[*question.UsageError](err); err != nil && (!refused || there) {
		s.Fatal(err)
	}
	return filled
}

// handle sorts, filters and reformats a file.
func (s *correctedSheet) handle(t *table) {
	if s.chance(60) {
		s.dice.Shuffle(len(t.rows), func(i, j int) {
			t.rows[i], t.rows[j], t.is[i], t.is[j] = t.rows[j], t.rows[i], t.is[j], t.is[i]
		})
	}
	if s.chance(40) {
		for i := range slices.Backward(t.rows) {
			if s.chance(20) {
				t.rows, t.is = slices.Delete(t.rows, i, i+1), slices.Delete(t.is, i, i+1)
			}
		}
	}
	if s.chance(20) { // a column is moved to the end
		from := s.dice.IntN(len(t.header))
		for _, cells := range append(t.rows, t.header) {
			moved := cells[from]
			copy(cells[from:], cells[from+1:])
			cells[len(cells)-1] = moved
		}
	}
	if s.chance(20) { // a spreadsheet takes digits for numbers
		for _, row := range t.rows {
			for i, cell := range row {
				if strings.Trim(cell, "0123456789") == "" && cell != "" {
					row[i] = cmp.Or(strings.TrimLeft(cell, "0"), "0")
				}
			}
		}
	}
}

// mark corrects rows of a report. It returns the ID that each of them is to get, and
// which of them have a key of their own.
func (s *correctedSheet) mark(report *table) (wanted map[int]string, sure map[int]bool) {
	wanted, sure = map[int]string{}, map[int]bool{}
	asks, choose, key, note := report.column("Display ID"), report.column("choose"), report.column("error_key"), report.column("Note")
	apart, older := len(report.rows) > 20 && s.chance(3), s.chance(3)
	for i, row := range report.rows {
		is := report.is[i]
		sure[is] = !apart && !older
		switch twins := s.twins[row[asks]]; {
		case s.chance(40):
			continue
		case twins != nil:
			row[choose] = twins[s.dice.IntN(len(twins))]
			wanted[is] = row[choose]
		default:
			row[asks] = fmt.Sprintf("L%06d", s.dice.IntN(200))
			wanted[is] = s.loans[row[asks]]
		}
		s.count.corrections++
		switch {
		case s.chance(5) && note >= 0:
			row[note] = "looked up"
		case s.chance(1):
			row[key], sure[is] = "", false
		}
	}
	i := s.dice.IntN(len(report.rows) + 1)
	if i < len(report.rows) && report.rows[i][key] != "" && s.chance(5) { // a row is copied, and the copy is corrected otherwise
		copied := slices.Clone(report.rows[i])
		copied[asks] = fmt.Sprintf("L%06d", s.dice.IntN(200))
		report.rows, report.is = append(report.rows, copied), append(report.is, report.is[i])
		delete(wanted, report.is[i])
	}
	for i, row := range report.rows {
		switch {
		case older:
			row[key] = ""
		case apart && i > 0:
			row[key], report.rows[i-1][key] = report.rows[i-1][key], row[key]
		}
	}
	return wanted, sure
}

// compare fails if a row has got an ID that is not its own, and counts. It reports
// whether a row was there that was to get one.
func (s *correctedSheet) compare(before, after *table, wanted map[int]string, sure map[int]bool) (there bool) {
	s.Helper()
	if !slices.Equal(before.header, after.header) || len(before.rows) != len(after.rows) {
		s.Fatalf("the output has %d rows below %v, and had %d below %v", len(after.rows), after.header, len(before.rows), before.header)
	}
	id, seen := before.column("loan_id"), 0
	for i, row := range before.rows {
		is, got := before.is[i], after.rows[i][id]
		want := wanted[is]
		if want == "" {
			if got != row[id] {
				s.Fatalf("%q has got the ID %s of another row", after.rows[i], got)
			}
			continue
		}
		seen++
		switch {
		case got == want && row[id] == "":
			s.count.placed++
		case got != row[id]:
			s.Fatalf("%q has got the ID %s of another row, and not %s", after.rows[i], got, want)
		case !sure[is]:
			s.count.doubtful++
		case row[id] == "":
			s.count.unplaced++
			there = true
		}
	}
	s.count.gone += len(wanted) - seen
	return there
}
