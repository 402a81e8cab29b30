package pipeline

import (
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"loanmap/pipeline/delivery"
)

// corrected makes a job of a corrected report, and the output it is about.
func corrected(t *testing.T, report, output string, stumble fault) *Job {
	t.Helper()
	j := job(t, tenant(t, stumble))
	j.Output.Into = &delivery.Into{Output: j.file("out.csv")}
	for path, text := range map[string]string{j.Input.Path: report, j.Output.Into.Output: output} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return j
}

// small is a row of a report and of its output, which it is corrected in.
var (
	smallKey    = "bcdfghj-d-ssbgc" // of a run bcdfghj, line 2, that asks for L0O0212
	smallReport = "Display ID,Note,error_row,error_code,error_key,choose\nL000212,a,2,not_found," + smallKey + ",\n"
	smallOutput = "Display ID,Note,found_match_status,found_loan_id,found_error_key,Mine\nL0O0212,a,not_found,," + smallKey + ",=1+1\n"
)

// Our columns may stand anywhere and under any prefix, some may be gone, and the
// user may have added some: they stay.
func TestOutputsAreFilledInInPlace(t *testing.T) {
	t.Parallel()
	j := corrected(t, smallReport, smallOutput, nil)
	if _, err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(j.Output.Into.Output)
	want := strings.Replace(smallOutput, "not_found,,", "matched,1000,", 1)
	if err != nil || string(got) != want {
		t.Errorf("the output is %q, %v", got, err)
	}
}

// A file that is changed while loanmap runs is not replaced.
func TestAFileThatIsChangedMeanwhileIsNotReplaced(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"in.csv", "out.csv"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var j *Job
			changed := smallReport
			if name == "out.csv" {
				changed = strings.ReplaceAll(smallOutput, ",Mine", "")
			}
			changed = strings.Replace(changed, ",a,", ",b,", 1)
			j = corrected(t, smallReport, smallOutput, func(http.ResponseWriter, *http.Request) bool {
				later := time.Now().Add(time.Second)
				if err := errors.Join(os.WriteFile(j.file(name), []byte(changed), 0o600), os.Chtimes(j.file(name), later, later)); err != nil {
					t.Error(err)
				}
				return false
			})
			_, err := j.Run(t.Context())
			if _, ok := errors.AsType[*delivery.ChangedError](err); !ok {
				t.Fatalf("it ended with %v", err)
			}
			if got, err := os.ReadFile(j.file(name)); err != nil || string(got) != changed {
				t.Errorf("%s is %q, %v", name, got, err)
			}
			entries, err := os.ReadDir(j.file(""))
			if err != nil || slices.ContainsFunc(entries, func(e os.DirEntry) bool { return strings.Contains(e.Name(), "partial") }) {
				t.Errorf("left behind: %v, %v", entries, err)
			}
		})
	}
}
