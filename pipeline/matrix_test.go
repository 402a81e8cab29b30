package pipeline

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"loanmap/io/loanpro/sandbox"
)

// adversary is a tenant, a sheet that is out to mislead, and what is right.
type adversary struct {
	loans [][]string // id, display_id, status, archived, deleted, temporary
	rows  []truth
}

// truth is a row, with the status and the loan that it must come to.
type truth struct{ cell, status, loan string }

func (a *adversary) loan(displayID string, flags ...string) string {
	id := fmt.Sprint(1000 + len(a.loans))
	row := []string{id, displayID, "Open", "", "", ""}
	for _, flag := range flags {
		row[map[string]int{"archived": 3, "deleted": 4, "temporary": 5}[flag]] = "1"
	}
	a.loans = append(a.loans, row)
	return id
}

func (a *adversary) row(cell, status, loan string) {
	a.rows = append(a.rows, truth{cell, status, loan})
}

// miss adds a row that comes close to a loan, unless there is one like it.
func (a *adversary) miss(cell string) {
	for _, loan := range a.loans {
		if strings.EqualFold(loan[1], cell) {
			return
		}
	}
	a.row(cell, "not_found", "")
}

// number adds loan n of a style, and rows that ask for it and around it.
func (a *adversary) number(n int, style string) {
	id := fmt.Sprintf(style, n)
	loan := a.loan(id)
	a.row(id, "matched", loan)
	switch n % 4 {
	case 0: // spaces of all kinds
		a.row(" "+id+"\t", "matched", loan)
		a.row("\u00A0"+id+"\u200B", "matched", loan)
	case 1: // case: few letters, all of whose forms can be asked for
		a.row(strings.ToLower(id), "matched", loan)
		a.row(strings.ToUpper(id), "matched", loan)
	default: // near misses of five kinds
		a.miss(strings.Replace(id, "00", "0", 1))   // a zero lost
		a.miss(id + "7")                            // a digit too many
		a.miss(strings.TrimLeft(id, "LNP-T "))      // the prefix lost
		a.miss(strings.Replace(id, "L", "L-", 1))   // a hyphen put in
		a.miss(id[:len(id)-2] + id[len(id)-1:])     // a digit lost
		a.miss(strings.Replace(id, "0", "O", 1))    // a letter for a digit
		a.miss(strings.Replace(id, "00", "0 0", 1)) // cut in two
	}
}

// special adds loans whose display IDs are full of signs that a query may take
// for its own, and which an index of words takes for one another.
func (a *adversary) special(n int) {
	for _, sign := range []string{
		`"`, `\`, "*", "?", ":", " AND ", " OR ", " NOT ", "(", ")", "/", "~", "^", "+", "-", "!", "{", "}", "[", "]",
		"<", ">", ";", ",", "=", "&&", "||", "'", "`", "%20", "$", "@", "#", `\"`, `""`, "**", "_", ".", " ", "é", "ß", "漢", "’",
	} {
		id := fmt.Sprintf("A%s%d", sign, n)
		a.row(id, "matched", a.loan(id))
	}
	a.row(fmt.Sprintf("A%d", n), "not_found", "")
	a.row(fmt.Sprintf("A|%d", n), "not_found", "")
	a.row("*", "invalid", "")
}

// twins adds loans that share a display ID.
func (a *adversary) twins(n int) {
	a.double(fmt.Sprintf("TWICE-%d", n), "ambiguous")
	a.double(fmt.Sprintf("DOR-%d", n), "ambiguous", "archived")
	a.double(fmt.Sprintf("DEL-%d", n), "matched", "deleted")
	a.double(fmt.Sprintf("TMP-%d", n), "matched", "temporary")
	gone := fmt.Sprintf("GONE-%d", n)
	a.loan(gone, "deleted")
	a.row(gone, "not_found", "")
	lower, upper := fmt.Sprintf("ab%d", n), fmt.Sprintf("AB%d", n)
	a.row(lower, "matched", a.loan(lower))
	a.row(upper, "matched", a.loan(upper))
	a.row(fmt.Sprintf("Ab%d", n), "ambiguous", "")
	a.row(fmt.Sprintf("BEFORE-%d", n), "matched", a.loan(fmt.Sprintf(" BEFORE-%d", n))) // blanks in LoanPro
	a.row(fmt.Sprintf("BEHIND-%d", n), "matched", a.loan(fmt.Sprintf("BEHIND-%d ", n)))
	old := fmt.Sprintf("OLD-%d", n)
	a.row(old, "matched", a.loan(old, "archived"))
}

func (a *adversary) double(id, status string, flags ...string) {
	loan := a.loan(id)
	a.loan(id, flags...)
	if status != "matched" {
		loan = ""
	}
	a.row(id, status, loan)
}

func newAdversary() *adversary {
	a := &adversary{}
	for n := range 55 {
		a.number(1000+n, "L%06d")
		a.number(2000+n, "LN%08d")
		a.number(3000+n, "LPT-%09d")
		a.number(4000+n, "%08d")
	}
	for n := range 14 {
		a.special(500 + 7*n)
	}
	for n := range 60 {
		a.twins(7000 + n)
	}
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(a.rows), func(i, j int) { a.rows[i], a.rows[j] = a.rows[j], a.rows[i] })
	return a
}

// write writes the tenant and the sheet into dir.
func (a *adversary) write(t *testing.T, dir string) {
	t.Helper()
	sheet := [][]string{{"Display ID", "Kind"}}
	for _, row := range a.rows {
		sheet = append(sheet, []string{row.cell, "x"})
	}
	loans := append([][]string{{"id", "display_id", "status", "archived", "deleted", "temporary"}}, a.loans...)
	for name, rows := range map[string][][]string{"loans.csv": loans, "customers.csv": {{"id", "first_name", "last_name"}}, "in.csv": sheet} {
		var out bytes.Buffer
		if err := csv.NewWriter(&out).WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// cells are all combinations of how tenants differ; with -short six, in which every
// value of every part occurs.
func cells() []sandbox.Shape {
	var all []sandbox.Shape
	for _, mapping := range []sandbox.Mapping{"text", "keyword", "lowercase", "text+keyword"} {
		for _, page := range []int{25, 100, 10_000} {
			for _, clauses := range []int{32, 1024} {
				for bits := range 16 {
					shape := sandbox.Shape{
						Mapping: mapping, MaxPage: page, ClauseLimit: clauses,
						IDStrings: bits&1 != 0, HideDeleted: bits&2 != 0, Empties: "list",
					}
					if bits&4 != 0 {
						shape.Empties = "null"
					}
					if bits&8 != 0 {
						shape.ScoreCutoff = 0.6
					}
					all = append(all, shape)
				}
			}
		}
	}
	if full() {
		return all
	}
	const step = 77
	var few []sandbox.Shape
	for i := 0; i < len(all); i += step {
		few = append(few, all[i])
	}
	return append(few, all[len(all)-1])
}

// However a tenant's search works, every row gets the right result: nothing
// wrong, and nothing that exists not found.
func TestTheSameAnswersInEveryTenant(t *testing.T) {
	t.Parallel()
	a := newAdversary()
	if len(a.rows) < 2000 {
		t.Fatalf("%d rows", len(a.rows))
	}
	dir := t.TempDir()
	a.write(t, dir)
	shapes := make(chan sandbox.Shape)
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for shape := range shapes {
				a.check(t, dir, shape)
			}
		})
	}
	all := cells()
	for _, shape := range all {
		shapes <- shape
	}
	close(shapes)
	workers.Wait()
	t.Logf("%d tenants, %d rows each", len(all), len(a.rows))
}

func (a *adversary) check(t *testing.T, dir string, shape sandbox.Shape) {
	t.Helper()
	name := fmt.Sprintf("%s, pages %d, clauses %d, cut-off %v, strings %t, %s, deleted hidden %t",
		shape.Mapping, shape.MaxPage, shape.ClauseLimit, shape.ScoreCutoff, shape.IDStrings, shape.Empties, shape.HideDeleted)
	client, box := tenantOf(t, sandbox.Options{Dir: dir, Shape: shape}, nil)
	j := job(t, client)
	var out bytes.Buffer
	j.Input.Path, j.Output.Path, j.Output.Stdout = filepath.Join(dir, "in.csv"), "-", &out
	j.Output.Errors, j.Output.Summary = filepath.Join(t.TempDir(), "e.csv"), filepath.Join(t.TempDir(), "s.json")
	j.Lookup.Batch = 200
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(rows) != len(a.rows)+1 {
		t.Errorf("%s: %d rows, %v", name, len(rows), err)
		return
	}
	wrong := 0
	for i, want := range a.rows {
		if got := rows[i+1]; got[2] != want.status || got[3] != want.loan {
			if wrong++; wrong < 4 {
				t.Errorf("%s: %q is %s %q, not %s %q", name, want.cell, got[2], got[3], want.status, want.loan)
			}
		}
	}
	if wrong > 0 || summary.LoanPro.Unbatched {
		t.Errorf("%s: %d rows wrong, started over %t", name, wrong, summary.LoanPro.Unbatched)
	}
	if refused := box.Counters().Refused; refused > 0 {
		t.Errorf("%s: %d calls that are neither searches nor reads", name, refused)
	}
}
