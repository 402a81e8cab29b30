package pipeline

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"loanmap/io/loanpro"
	"loanmap/io/loanpro/sandbox"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/question"
)

// How far an estimate may be from the requests that are sent: by a factor, or by a few
// requests, which scans draw by chance. Of names alone, searches do not find some that are in the
// tenant, such as those with accents. Each is asked again as one that is missing.
const (
	maxOff        = 1.3
	maxOffMissing = 1.9
	offByFew      = 3
)

// The figures of a dry run are near to the requests that a run sends to a calm tenant in
// which as many rows are found as they presume.
func TestDryRunEstimatesRequests(t *testing.T) {
	if testing.Short() {
		t.Skip("make check runs it")
	}
	t.Parallel()
	const ids, people = 20_000, 1_500
	client, box := tenantOf(t, sandbox.Options{Loans: 22_000, People: 4 * people, Present: 0.6}, nil)
	for _, c := range []struct {
		kind   *question.Kind
		rows   int
		change func(*Job)
	}{
		{question.DisplayIDs, ids, nil},
		{question.DisplayIDs, 200, func(j *Job) { j.Lookup.Batch = 1 }},
		{question.DisplayIDs, 1000, func(j *Job) { j.Lookup.Batch = 20 }},
		{question.DisplayIDs, 300, func(j *Job) { j.Resume.RetryNotFoundAfter = time.Millisecond }},
		{question.LoanIDs, 1000, nil},
		{question.CustomIDs, 500, nil},
		{question.Emails, 500, nil},
		{question.Names, people, nil},
		{question.Names, people / 2, func(j *Job) { j.Input.Evidence = namesAlone() }},
		{question.Names, people / 2, func(j *Job) { j.Input.AcceptNameOnly = true }},
		{question.Names, 60, func(j *Job) { j.Lookup.Batch = 1 }},
	} {
		for i, misses := range []int{0, lookup.UsualMisses, lookup.ManyMisses} {
			j := job(t, client)
			j.Input.By, j.Lookup.Batch = c.kind.Flag, 200
			if c.kind != question.Names {
				j.Input.Column = "1"
			}
			writeSheet(t, j.Input.Path, box, c.kind, c.rows, misses)
			if c.change != nil {
				c.change(j)
			}
			name := fmt.Sprintf("%s, %d rows, batches of %d, case %d", c.kind.Many, c.rows, j.Lookup.Batch, i)
			cost, most := rehearsed(t, j), maxOff
			if j.Input.Evidence != nil && misses != lookup.ManyMisses {
				most = maxOffMissing
			}
			check(t, name, []int64{cost.Least, cost.Requests, cost.Most}[i], sentBy(t, j), most)
		}
	}
}

// The sample sheets of the repository.
func TestDryRunEstimatesSampleSheets(t *testing.T) {
	if testing.Short() {
		t.Skip("make check runs it")
	}
	t.Parallel()
	for name, by := range map[string]string{"loans.csv": "", "loans.xlsx": "", "customers.xlsx": question.Names.Flag} {
		j := job(t, tenant(t, nil))
		j.Input.Path, j.Input.By, j.Lookup.Batch = filepath.Join("..", "testdata", name), by, 200
		j.Output.Path = filepath.Join(t.TempDir(), "out.csv")
		check(t, name, rehearsed(t, j).Requests, sentBy(t, j), maxOff)
	}
}

// namesAlone says that no column is evidence.
func namesAlone() map[question.Evidence]string {
	none := map[question.Evidence]string{}
	for _, kind := range question.EvidenceKinds() {
		none[kind] = "-"
	}
	return none
}

func check(t *testing.T, what string, estimated, sent int64, most float64) {
	t.Helper()
	more, less := max(estimated, sent), min(estimated, sent)
	if off := float64(more) / float64(less); off > most && more-less > offByFew {
		t.Errorf("%s: %d requests were estimated and %d sent, a factor of %.2f", what, estimated, sent, off)
	}
	t.Logf("%s: %d estimated, %d sent", what, estimated, sent)
}

// rehearsed returns what a dry run of j says.
func rehearsed(t *testing.T, j *Job) lookup.Cost {
	t.Helper()
	dry := *j
	dry.DryRun, dry.Lookup.Client = true, nil
	summary, err := dry.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return summary.LoanPro.Cost
}

// sentBy returns how many requests j sends.
func sentBy(t *testing.T, j *Job) int64 {
	t.Helper()
	before := j.Lookup.Client.Stats()
	j.Lookup.Client.Forget() // what the run before has found out
	if _, err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return j.Lookup.Client.Stats().Requests - before.Requests
}

// writeSheet writes rows of a kind, of which 1 in misses is not in the tenant; 0: all are.
func writeSheet(t *testing.T, path string, box *sandbox.Sandbox, kind *question.Kind, n, misses int) {
	t.Helper()
	header, present, absent := []string{"ID", "x"}, idsIn(box, kind), unknownIDs(kind, n)
	if kind == question.Names {
		header = peopleHeader
		present, absent = peopleIn(box, 4*n)
	}
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	out := csv.NewWriter(file)
	_ = out.Write(header)
	for i := range n {
		from := &present
		if misses > 0 && i%misses == 0 {
			from = &absent
		}
		if len(*from) == 0 {
			t.Fatalf("too few %s", kind.Many)
		}
		_ = out.Write((*from)[0])
		*from = (*from)[1:]
	}
	if out.Flush(); out.Error() != nil {
		t.Fatal(out.Error())
	}
}

// peopleIn returns rows about n people: those who are in the tenant, and the others.
func peopleIn(box *sandbox.Sandbox, n int) (present, absent [][]string) {
	for p := range box.PersonRows(n, 7) {
		row := []string{p.Name, p.Email, p.Phone, p.Birth, p.SSN, p.Zip, p.CustomID, p.Loan}
		if p.Truth != 0 {
			present = append(present, row)
		} else {
			absent = append(absent, row)
		}
	}
	return present, absent
}

// idsIn returns rows with the IDs of a kind that live records of the tenant have.
func idsIn(box *sandbox.Sandbox, kind *question.Kind) (rows [][]string) {
	add := func(hit loanpro.Hit) {
		if text := kind.Text(&hit); text != "" {
			rows = append(rows, []string{text, "x"})
		}
	}
	if kind.OfLoans() {
		for l := range box.Loans() {
			if !l.Deleted && !l.Temporary {
				add(loanpro.Hit{ID: int64(l.ID), DisplayID: l.DisplayID})
			}
		}
		return rows
	}
	for c := range box.Customers() {
		add(loanpro.Hit{ID: int64(c.ID), Details: loanpro.Details{CustomID: c.CustomID, Email: c.Email}})
	}
	return rows
}

// unknownIDs returns n rows with IDs of a kind that no record has.
func unknownIDs(kind *question.Kind, n int) (rows [][]string) {
	for i := range n {
		id := fmt.Sprint(900_000_000 + i)
		if kind == question.Emails {
			id += "@example.net"
		}
		rows = append(rows, []string{id, "x"})
	}
	return rows
}
