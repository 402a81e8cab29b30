package pipeline

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"loanmap/io/loanpro/sandbox"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/match"
)

// follow has a job report to hear, and fails if counts do not agree, or if two report
// at once.
func follow(t *testing.T, j *Job, hear func(Progress)) {
	t.Helper()
	var busy atomic.Bool
	j.Progress = func(p Progress) {
		if !busy.CompareAndSwap(false, true) {
			t.Error("two report at once")
		}
		defer busy.Store(false)
		settled := 0
		for n := range maps.Values(p.Status) {
			settled += n
		}
		switch {
		case settled > p.Rows || p.Asked > p.Rows || p.Total > 0 && p.Rows > p.Total,
			p.Audited > p.Misses || p.Repeated > p.Repeats,
			p.Phase == Auditing && p.Rows != p.Total:
			t.Errorf("counts do not agree: %+v", p)
		}
		hear(p)
	}
}

// phases follows a job and collects its phases, with the files that are read. A phase
// counts once per pass: probes may interrupt the asking.
func phases(t *testing.T, j *Job) *[]string {
	t.Helper()
	var all []string
	follow(t, j, func(p Progress) {
		is := string(p.Phase)
		switch {
		case p.Phase == Reading:
			is += " " + filepath.Base(p.File)
		case p.Phase == Writing && p.Rows == 0:
			is += " rows"
		}
		if len(all) == 0 || all[len(all)-1] != is {
			all = append(all, is)
		}
	})
	return &all
}

// A run says what it does: it reads, probes, asks, audits, waits, asks again, and
// writes.
func TestPhasesOfARun(t *testing.T) {
	t.Parallel()
	l := lateTenant(t)
	j := job(t, l.client, "L000212", l.id, "L000212")
	j.Resume.RetryNotFoundAfter = time.Millisecond
	all := phases(t, j)
	asksAgain(j, func() { l.known.Store(true) })
	summary, err := j.Run(t.Context())
	if err != nil || summary.Status[match.Matched] != 3 {
		t.Fatal(summary.Status, err)
	}
	want := []string{
		"reading in.csv", "asking", "probing", "asking", "auditing", "waiting", "asking again", "reading in.csv", "writing rows", "writing",
	}
	if diff := cmp.Diff(want, *all); diff != "" {
		t.Error(diff)
	}
}

// A comparison reads the previous output first.
func TestPhasesOfAComparison(t *testing.T) {
	t.Parallel()
	client := tenant(t, nil)
	j := job(t, client, "L000212", "LN00000456")
	if _, err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	j.Output = delivery.Output{Path: j.file("new.csv"), Reconcile: &delivery.Reconcile{Against: j.file("in.resolved.csv")}}
	all := phases(t, j)
	if _, err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := []string{"reading in.csv", "reading in.resolved.csv", "asking", "probing", "asking", "auditing", "writing"}
	if diff := cmp.Diff(want, *all); diff != "" {
		t.Error(diff)
	}
	j.DryRun, j.Lookup.Client = true, nil
	all = phases(t, j)
	if _, err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	want = []string{"reading in.csv", "reading in.resolved.csv", "reading in.csv"}
	if diff := cmp.Diff(want, *all); diff != "" {
		t.Errorf("dry run:\n%s", diff)
	}
}

// Misses count while each is asked alone, although no row gets an answer meanwhile.
func TestAuditsAreCounted(t *testing.T) {
	t.Parallel()
	const misses = 150
	questions := []string{"L000212"}
	for i := range misses {
		questions = append(questions, fmt.Sprintf("NONE-%d", i))
	}
	j := job(t, tenant(t, nil), questions...)
	seen := map[int]bool{}
	var last Progress
	follow(t, j, func(p Progress) {
		if last = p; p.Misses > misses {
			t.Errorf("%d misses of %d", p.Misses, misses)
		}
		if p.Audited > 0 {
			seen[p.Audited] = true
		}
	})
	if _, err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	// Each group of 50 and more is asked one by one, two of them at once.
	if len(seen) < 50 {
		t.Errorf("the audits said how far they were %d times", len(seen))
	}
	if last.Phase != Writing || last.Rows != misses+1 || last.Total != misses+1 || last.Asked != misses+1 || last.Misses != 0 || last.Audited != 0 ||
		last.Status[match.NotFound] != misses || last.Status[match.Matched] != 1 {
		t.Errorf("at the end %+v", last)
	}
}

// Of the rows of a resumed run, those count as asked that this run asks for. Rows that
// ask nothing do not count.
func TestOnlyWorkOfThisRunIsAsked(t *testing.T) {
	t.Parallel()
	const enough = 600
	client, box := tenantOf(t, sandbox.Options{}, nil)
	ids := existing(box, 1e6)
	questions := slices.Concat(slices.Repeat([]string{"-"}, 5000), quoted(ids))
	j := job(t, client, questions...)
	ctx, stop := context.WithCancelCause(t.Context())
	var first, second Progress
	follow(t, j, func(p Progress) {
		if first = p; p.Status[match.Matched] >= enough {
			stop(errStopped)
		}
	})
	if _, err := j.Run(ctx); err == nil {
		t.Fatal("the run was not stopped")
	}
	follow(t, j, func(p Progress) { second = p })
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	asked := len(ids) - summary.Resumed
	if summary.Resumed < enough-200 || asked < 100 || second.Rows != len(questions) || second.Total != len(questions) {
		t.Fatalf("%d of %d rows, %d answers of the first run", second.Rows, second.Total, summary.Resumed)
	}
	if second.Asked != asked || first.Asked == 0 {
		t.Errorf("%d rows count as asked, and %d were", second.Asked, asked)
	}
}

// Where an input does not tell how many rows it has, the total is known at its end.
func TestTotalGrows(t *testing.T) {
	t.Parallel()
	const rows = 200_000
	j := job(t, tenant(t, nil))
	j.Input.Path, j.Input.Stdin = "-", strings.NewReader("Display ID\n"+strings.Repeat("L000212\n", rows))
	j.Output.Path = filepath.Join(t.TempDir(), "out.csv")
	var once sync.Once
	var last Progress
	follow(t, j, func(p Progress) {
		if p.Phase == Probing {
			once.Do(func() {
				if p.Total != 0 {
					t.Errorf("%d rows are expected of an input that was not read", p.Total)
				}
			})
		}
		last = p
	})
	if _, err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if last.Rows != rows || last.Total != rows {
		t.Errorf("%d of %d rows", last.Rows, last.Total)
	}
}

// A run that starts over begins its counts anew.
func TestCountsBeginAnewWithTheRun(t *testing.T) {
	t.Parallel()
	j, _ := jobOfSeconds(t, 400, func() {})
	most, passes := 0, 0
	follow(t, j, func(p Progress) {
		if p.Phase == Reading && p.Rows == 0 && most > 0 {
			passes, most = passes+1, 0
		}
		most = max(most, p.Rows)
	})
	if _, err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if passes != 1 || most != 400 {
		t.Errorf("%d passes after the first; %d rows in the last", passes, most)
	}
}
