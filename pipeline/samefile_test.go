package pipeline

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"loanmap/pipeline/delivery"
	"loanmap/pipeline/question"
)

// fileFlag is a flag that names a file, and whether the file is only read.
type fileFlag struct {
	name string
	read bool
	set  func(*Job, string)
}

var fileFlags = []fileFlag{
	{"the input", true, func(j *Job, path string) { j.Input.Path = path }},
	{"--against", true, func(j *Job, path string) { j.Output.Reconcile.Against = path }},
	{"-o", false, func(j *Job, path string) { j.Output.Path = path }},
	{"--errors", false, func(j *Job, path string) { j.Output.Errors = path }},
	{"--summary", false, func(j *Job, path string) { j.Output.Summary = path }},
	{"--import-ready", false, func(j *Job, path string) { j.Output.ImportReady = path }},
	{"--changes", false, func(j *Job, path string) { j.Output.Reconcile.Changes = path }},
}

// spellings name the file same.csv in dir. An empty one: this system, or a file that
// is not there yet, has no such name.
func spellings(t *testing.T, dir string, existing bool) map[string]string {
	t.Helper()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	relative, err := filepath.Rel(here, dir)
	if err != nil {
		t.Fatal(err)
	}
	deep := filepath.Join(dir, "deep")
	for _, err := range []error{
		os.Mkdir(deep, 0o700),
		os.Symlink(dir, filepath.Join(dir, "folder")),
		os.Symlink("same.csv", filepath.Join(dir, "link.csv")),
		os.Symlink(deep, filepath.Join(dir, "down")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	slash := string(filepath.Separator)
	all := map[string]string{
		"absolute":            filepath.Join(dir, "same.csv"),
		"relative":            filepath.Join(relative, "same.csv"),
		"dots":                dir + slash + "." + slash + "deep" + slash + ".." + slash + "same.csv",
		"linked folder":       filepath.Join(dir, "folder", "same.csv"),
		"link":                filepath.Join(dir, "link.csv"),
		"up from a link":      dir + slash + "down" + slash + ".." + slash + "same.csv",
		"relative to nothing": relative + slash + "folder" + slash + "." + slash + "same.csv",
	}
	if existing {
		if err := os.WriteFile(all["absolute"], []byte("Display ID\nL000212\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		all["hard link"] = filepath.Join(dir, "hard.csv")
		if err := os.Link(all["absolute"], all["hard link"]); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// Whatever two flags name one file, and however: it is refused before anything is
// asked, by the names of both, and nothing is changed.
func TestNoFileIsNamedTwice(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("links need rights that a user may lack")
	}
	var requests atomic.Int64
	client := tenant(t, func(http.ResponseWriter, *http.Request) bool { requests.Add(1); return false })
	pairs := 0
	for i, second := range fileFlags {
		for _, first := range fileFlags[:i] {
			if first.read && second.read {
				continue // a sheet may be compared with itself
			}
			for _, existing := range []bool{true, false}[:2-btoi(first.read || second.read)] {
				pairs += wantRefused(t, job(t, client, "L000212"), existing, first, second)
			}
		}
	}
	if requests.Load() != 0 {
		t.Errorf("%d requests were sent", requests.Load())
	}
	t.Logf("%d spellings of pairs were tried", pairs)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// wantRefused runs a job whose two flags name one file, in each spelling of either.
func wantRefused(t *testing.T, j *Job, existing bool, first, second fileFlag) (tried int) {
	t.Helper()
	dir := filepath.Dir(j.Input.Path)
	all := spellings(t, dir, existing)
	for nameA, a := range all {
		for nameB, b := range all {
			one := *j
			one.Output.Force = true
			one.Output.Path, one.Output.Errors, one.Output.Summary = j.file("o.csv"), j.file("e.csv"), j.file("s.json")
			one.Output.Reconcile = &delivery.Reconcile{Changes: j.file("c.csv")}
			first.set(&one, a)
			second.set(&one, b)
			_, err := one.Run(t.Context())
			refused, ok := errors.AsType[*question.UsageError](err)
			what := fmt.Sprintf("%s %s, %s %s, existing %t", first.name, nameA, second.name, nameB, existing)
			switch {
			case !ok:
				t.Errorf("%s: got %v", what, err)
			case !strings.Contains(refused.Problem, first.name) || !strings.Contains(refused.Problem, second.name+" "+b) || refused.Hint == "":
				t.Errorf("%s: it says %q, %q", what, refused.Problem, refused.Hint)
			}
			tried++
		}
	}
	if content, err := os.ReadFile(filepath.Join(dir, "same.csv")); existing != (err == nil) || existing && string(content) != "Display ID\nL000212\n" {
		t.Errorf("the file is now %q, %v", content, err)
	}
	return tried
}

// What a run keeps for its files is no other file's.
func TestKeptNamesAreReserved(t *testing.T) {
	t.Parallel()
	client := tenant(t, func(http.ResponseWriter, *http.Request) bool {
		t.Error("something was asked")
		return false
	})
	for _, name := range []string{"in.resolved.csv.journal", "in.resolved.csv.lock", "in.errors.csv.lock"} {
		j := job(t, client, "L000212")
		j.Output.Summary = j.file(name)
		_, err := j.Run(t.Context())
		if refused, ok := errors.AsType[*question.UsageError](err); !ok || !strings.Contains(refused.Problem, "--summary") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
