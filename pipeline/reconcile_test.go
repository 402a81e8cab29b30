package pipeline

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	one := finding{id: 1, rank: rankOf(match.Matched), flagged: true}
	two := finding{id: 2, rank: rankOf(match.Matched), flagged: true}
	oneArchived := finding{id: 1, rank: rankOf(match.Matched), flagged: true, archived: true}
	oneUnflagged := finding{id: 1, rank: rankOf(match.Matched)}
	ambiguous, notFound := finding{rank: rankOf(match.Ambiguous)}, finding{rank: rankOf(match.NotFound)}
	for _, c := range []struct {
		name          string
		before, after finding
		want          Change
	}{
		{"the same", one, one, ""},
		{"another ID", one, two, Changed},
		{"another ID that is archived", two, oneArchived, Changed},
		{"no longer found", one, notFound, Lost},
		{"no longer the only one", one, ambiguous, Lost},
		{"found at last", notFound, one, Recovered},
		{"none was expected", finding{}, one, Recovered},
		{"archived since", one, oneArchived, Archived},
		{"archived before, too", oneArchived, oneArchived, ""},
		{"not known whether it was archived before", oneUnflagged, oneArchived, ""},
		{"no longer archived", oneArchived, one, ""},
		{"open for another reason", ambiguous, notFound, ""},
		{"none was expected, and none is there", finding{}, notFound, ""},
	} {
		if got := compare(c.before, c.after); got != c.want {
			t.Errorf("%s: %q, not %q", c.name, got, c.want)
		}
	}
}

func TestWhatARowSaysOfBefore(t *testing.T) {
	t.Parallel()
	whole, id := foundColumns{0, 1, 2}, foundColumns{-1, 1, -1}
	for _, c := range []struct {
		name    string
		columns foundColumns
		cells   string
		want    finding
		said    bool
		problem string
	}{
		{"matched", whole, "matched,7,false", finding{id: 7, rank: 1, flagged: true}, true, ""},
		{"archived, by a spreadsheet", whole, "matched, 7 ,TRUE", finding{id: 7, rank: 1, flagged: true, archived: true}, true, ""},
		{"not said whether it is archived", whole, "matched,7,", finding{id: 7, rank: 1}, true, ""},
		{"not matched", whole, "ambiguous,,", finding{rank: 2}, true, ""},
		{"not matched, whatever else it says", whole, "failed,7,false", finding{rank: 5}, true, ""},
		{"a row that was added since", whole, ",,", finding{}, false, ""},
		{"no status of ours", whole, "done,7,false", finding{}, false, "line 3 holds no status"},
		{"matched with nothing", whole, "matched,,false", finding{rank: 1, flagged: true}, true, "line 3 holds no system ID in column B"},
		{"matched with what is no system ID", whole, "matched,7.0E+3,", finding{rank: 1}, true, "line 3 holds no system ID"},
		{"an ID", id, "x,7,", finding{id: 7, rank: 1}, true, ""},
		{"no ID", id, "x,,", finding{}, true, ""},
		{"no ID, in words", id, "x,N/A,", finding{}, true, ""},
		{"no system ID", id, "x,L7,", finding{rank: 1}, true, "line 3 holds no system ID"},
		{"an ID beyond all", id, "x,9999999999999999999,", finding{rank: 1}, true, "line 3 holds no system ID"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, said, err := c.columns.read(sheet.Row{Line: 3, Cells: strings.Split(c.cells, ",")})
			if c.problem != "" {
				if err == nil || !strings.Contains(err.Error(), c.problem) {
					t.Errorf("got %v; want %q", err, c.problem)
				}
				return
			}
			if err != nil || got != c.want || said != c.said {
				t.Errorf("got %+v, %t, %v", got, said, err)
			}
		})
	}
	damaged := sheet.Row{Line: 3, Cells: []string{"matched", "7", ""}, Damaged: []sheet.Damage{{Column: 1}}}
	if _, _, err := whole.read(damaged); err == nil {
		t.Error("a damaged ID was taken")
	}
}

// writes is a sheet.Writer that keeps what is written.
type writes struct {
	sheet.Writer
	rows [][]string
}

func (w *writes) Write(cells []string) error {
	w.rows = append(w.rows, slices.Clone(cells))
	return nil
}

// night is what was found for questions, by name.
type night map[string]finding

// nights draws two nights with some questions in common.
func nights(t *rapid.T) (night, night) {
	draw := func(label string) night {
		n := night{}
		for _, name := range rapid.SliceOfDistinct(rapid.StringMatching(`[a-h]`), rapid.ID).Draw(t, label) {
			a := finding{rank: rank(rapid.IntRange(1, 3).Draw(t, "rank"))}
			if a.matched() {
				a.id, a.flagged, a.archived = rapid.Int64Range(1, 3).Draw(t, "id"), true, rapid.Bool().Draw(t, "archived")
			}
			n[name] = a
		}
		return n
	}
	return draw("before"), draw("after")
}

// since compares after, each question on up to three rows, with before.
func (after night) since(t *rapid.T, was night) (*Reconciliation, [][]string) {
	ask := func(row sheet.Row) (question.Question, question.Reason) {
		return question.Question{Kind: question.DisplayIDs, Text: row.Cells[0]}, question.Reason{}
	}
	b := &previous{ask: ask, known: map[string]earlier{}, more: map[string][]finding{}}
	for name, found := range was {
		b.learn(sheet.Row{Cells: []string{name}}, found, question.Undecided)
	}
	kept := &writes{}
	c := &comparison{
		before: b, writer: kept, keys: []int{0}, by: question.DisplayIDs, changes: map[difference]*extent{}, seen: map[*answer.Outcome]bool{},
		allowLost: Percent(100), allowShrink: Percent(100),
	}
	line := 1
	for name, found := range after {
		o := answer.New(answer.Verdict{Status: found.rank.status(), Archived: found.archived}, "")
		o.Found.Loan = found.id
		for range rapid.IntRange(1, 3).Draw(t, "rows") {
			line++
			if err := c.add(entry{Row: sheet.Row{Line: line, Cells: []string{name}}, outcome: &o}); err != nil {
				t.Fatal(err)
			}
		}
	}
	account, err := c.finish()
	if err != nil {
		t.Fatal(err)
	}
	return account, kept.rows
}

func TestANightHasNotChangedSinceItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		_, after := nights(t)
		if account, rows := after.since(t, after); !account.Same() || len(rows) > 0 || account.Unchanged != len(after) || account.NotAsked != 0 {
			t.Errorf("%+v, %v", account, rows)
		}
	})
}

// What is lost one way is recovered the other; what is new, no longer asked.
func TestTheOtherWayRoundChangesAreReversed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before, after := nights(t)
		there, _ := after.since(t, before)
		back, _ := before.since(t, after)
		for name, pair := range map[string][2]int{
			"lost":            {there.Changes[Lost], back.Changes[Recovered]},
			"recovered":       {there.Changes[Recovered], back.Changes[Lost]},
			"changed":         {there.Changes[Changed], back.Changes[Changed]},
			"new":             {there.Changes[New], back.NotAsked},
			"no longer asked": {there.NotAsked, back.Changes[New]},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s: %d there, %d back", name, pair[0], pair[1])
			}
		}
	})
}

// Every question is a line of the changes or unchanged, and every line counts
// its rows.
func TestChangesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before, after := nights(t)
		account, rows := after.since(t, before)
		if got := len(rows) + account.Unchanged + account.Unchecked; got != len(after) {
			t.Errorf("%d questions of %d", got, len(after))
		}
		for _, row := range rows {
			first, _ := strconv.Atoi(row[6])
			last, _ := strconv.Atoi(row[7])
			if n, _ := strconv.Atoi(row[8]); n != last-first+1 {
				t.Errorf("%v", row)
			}
		}
	})
}

// What LoanPro does not answer has not changed, and is counted by itself.
func TestARowThatFailedIsNotLost(t *testing.T) {
	t.Parallel()
	client := tenant(t, func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(peek(r), "poison") {
			return false
		}
		w.WriteHeader(http.StatusConflict)
		return true
	})
	j := job(t, client, "L000212", "poison", "poison-2", "poison")
	previous := "Display ID,match_status,loan_id\nL000212,matched,5\npoison,matched,7\n"
	if err := os.WriteFile(j.file("previous.csv"), []byte(previous), 0o600); err != nil {
		t.Fatal(err)
	}
	j.Output.Reconcile = &Reconcile{Against: j.file("previous.csv")}
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := map[Change]int{New: 0, Changed: 1, Lost: 0, Archived: 0, Recovered: 0}
	if diff := cmp.Diff(want, summary.Changes); diff != "" || summary.Unchecked != 2 || summary.NotAsked != 0 || summary.Unchanged != 0 {
		t.Errorf("%s, %+v", diff, summary.Reconciliation)
	}
	file, err := os.Open(j.file("in.changes.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][1] != "L000212" {
		t.Errorf("the changes are %v, %v", rows, err)
	}
}

// A previous output may have been changed by hand; what does not say for certain
// which column holds the questions is refused.
func TestPreviousOutputsAreReadInOtherForms(t *testing.T) {
	t.Parallel()
	ours := "match_status,loan_id,loan_archived"
	for name, c := range map[string]struct {
		previous string
		want     string // changes
		problem  string
		by       *question.Kind
	}{
		"the same column":                       {"X,Display ID," + ours + "\n1,L000212,matched,1000,false", "map[]", "", question.DisplayIDs},
		"another name that tells":               {"Loan Number," + ours + "\nL000212,matched,1000,false", "map[]", "", question.DisplayIDs},
		"two that may be it":                    {"Loan Number,Account Number," + ours + "\nL000212,1,matched,1000,false", "", "several columns may hold", question.DisplayIDs},
		"the name twice, once where it was":     {"Display ID,Display ID," + ours + "\nL000212,x,matched,1000,false", "map[]", "", question.DisplayIDs},
		"the name twice, elsewhere":             {"X,Display ID,Display ID," + ours + "\n1,L000212,x,matched,1000,false", "", "several columns may hold", question.DisplayIDs},
		"our columns of two runs, one like now": {"Display ID," + ours + ",a_match_status,a_loan_id\nL000212,matched,1000,false,matched,7", "", `several runs: "match_status", "a_match_status"`, question.DisplayIDs},
		"our columns of two other runs":         {"Display ID,b_match_status,b_loan_id,a_match_status,a_loan_id\nL000212,matched,1000,matched,7", "", "several runs", question.DisplayIDs},
		"a damaged ID that has come back":       {"Display ID," + ours + ",match_reasons\nL000212,matched,9,false,by: -damaged_in_sheet", "map[new:1]", "", question.DisplayIDs},
		"in upper and lower case it is another": {"Display ID," + ours + "\nl000212,matched,1000,false", "map[new:1]", "", question.DisplayIDs},
		"with a status alone":                   {"Display ID,match_status\nL000212,matched", "", "no output of loanmap's", question.DisplayIDs},
		"our own column holds no questions":     {"X,match_status,loan_id,customer_id\n700,matched,,700", "", "none of the 4 columns is named like a customer ID", question.CustomerIDs},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := job(t, tenant(t, nil), "L000212")
			if err := os.WriteFile(j.file("previous.csv"), []byte(c.previous+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			j.Output.Reconcile, j.Input.By, j.Input.Column = &Reconcile{Against: j.file("previous.csv")}, c.by.Flag, "Display ID"
			summary, err := j.Run(t.Context())
			if c.problem != "" {
				if err == nil || !strings.Contains(err.Error(), c.problem) {
					t.Errorf("got %v; want %q", err, c.problem)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for change, n := range summary.Changes {
				if n == 0 {
					delete(summary.Changes, change)
				}
			}
			if got := fmt.Sprint(summary.Changes); got != c.want {
				t.Errorf("changes are %s, not %s", got, c.want)
			}
		})
	}
}
