package pipeline

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"loanmap/pipeline/delivery"
	"loanmap/pipeline/question"
)

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
	j.Output.Reconcile = &delivery.Reconcile{Against: j.file("previous.csv")}
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := map[delivery.Change]int{delivery.New: 0, delivery.Changed: 1, delivery.Lost: 0, delivery.Archived: 0, delivery.Recovered: 0}
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

// ofCustomers are our columns in an output of customers.
const ofCustomers = "match_status,customer_id,matched_value,match_confidence,match_reasons,candidates"

// An output of customers does not say which loans were found before.
func TestAnInputOfCustomersIsNotComparedWithLoans(t *testing.T) {
	t.Parallel()
	j := job(t, tenant(t, nil))
	if err := os.WriteFile(j.Input.Path, []byte("Display ID,"+ofCustomers+"\nL000212,matched,,,,,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	j.Output.Reconcile = &delivery.Reconcile{}
	if _, err := j.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "were found by customer") {
		t.Errorf("got %v", err)
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
		"the same, in words":                    {"Display ID," + ours + ",match_reasons\nL000212,matched,9,false,damaged in the sheet", "map[new:1]", "", question.DisplayIDs},
		"of customers":                          {"Display ID," + ofCustomers + "\nL000212,not_found,,,,,", "", "were found by customer", question.DisplayIDs},
		"in upper and lower case it is another": {"Display ID," + ours + "\nl000212,matched,1000,false", "map[new:1]", "", question.DisplayIDs},
		"with a status alone":                   {"Display ID,match_status\nL000212,matched", "", "it is not an output of loanmap", question.DisplayIDs},
		"our own column holds no questions":     {"X,match_status,loan_id,customer_id\n700,matched,,700", "", "none of the 4 columns is named like a customer ID", question.CustomerIDs},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := job(t, tenant(t, nil), "L000212")
			if err := os.WriteFile(j.file("previous.csv"), []byte(c.previous+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			j.Output.Reconcile, j.Input.By, j.Input.Column = &delivery.Reconcile{Against: j.file("previous.csv")}, c.by.Flag, "Display ID"
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
