package pipeline

import (
	"errors"
	"os"
	"testing"

	"loanmap/pipeline/delivery"
)

// A run that a brake stops writes nothing but its account, and keeps what was
// answered: the run that is allowed to go on asks no row again.
func TestBrakeKeepsTheJournal(t *testing.T) {
	t.Parallel()
	j := job(t, tenant(t, nil), "L000212", "gone-1", "gone-2", "gone-3")
	previous := "Display ID,match_status,loan_id\nL000212,matched,1000\ngone-1,matched,7\ngone-2,matched,8\ngone-3,matched,9\n"
	if err := os.WriteFile(j.file("previous.csv"), []byte(previous), 0o600); err != nil {
		t.Fatal(err)
	}
	j.Output.Reconcile = &delivery.Reconcile{Against: j.file("previous.csv")}
	summary, err := j.Run(t.Context())
	braked, ok := errors.AsType[*delivery.BrakeError](err)
	if !ok || braked.Lost != 3 || braked.Matched != 4 {
		t.Fatalf("got %v", err)
	}
	if summary.Finished || summary.Failure != braked.Error() || summary.Changes[delivery.Lost] != 3 {
		t.Errorf("the account says finished: %t, %q, %v", summary.Finished, summary.Failure, summary.Changes)
	}
	for name, want := range map[string]bool{
		"in.resolved.csv": false, "in.errors.csv": false, "in.changes.csv": false, "in.summary.json": true, "in.resolved.csv.journal": true,
	} {
		if delivery.Exists(j.file(name)) != want {
			t.Errorf("%s is there: %t", name, !want)
		}
	}
	if got, err := os.ReadFile(j.file("previous.csv")); string(got) != previous || err != nil {
		t.Errorf("the previous output has changed: %s, %v", got, err)
	}
	j.Output.Reconcile.AllowLost = delivery.Percent(75)
	if summary, err = j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if summary.Resumed != 4 || summary.Changes[delivery.Lost] != 3 || !delivery.Exists(j.file("in.changes.csv")) {
		t.Errorf("resumed: %d, changes: %v", summary.Resumed, summary.Changes)
	}
}
