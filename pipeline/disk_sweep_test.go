package pipeline

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"loanmap/io/disk"
	"loanmap/io/loanpro"
)

// badDisk fails at one operation of a kind: the n-th, from 1, or, where it stays
// full, at that one and all later ones. It waits for no real disk.
type badDisk struct {
	kind  string
	n     int
	stays bool

	mu     sync.Mutex
	done   map[string]int // operations by kind
	failed string         // path of the file that the last one that failed was about
}

// step fails, or counts an operation.
func (d *badDisk) step(kind, path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done[kind]++
	if done := d.done[kind]; kind == d.kind && (done == d.n || d.stays && done > d.n) {
		d.failed = path
		return &fs.PathError{Op: kind, Path: path, Err: syscall.ENOSPC}
	}
	return nil
}

func (d *badDisk) file(file *os.File, err error) (*badFile, error) {
	if err != nil {
		return nil, err
	}
	return &badFile{file, d}, nil
}

func (d *badDisk) CreateTemp(folder, pattern string) (disk.Handle, error) {
	if err := d.step("create", filepath.Join(folder, pattern)); err != nil {
		return nil, err
	}
	return d.file(os.CreateTemp(folder, pattern))
}

func (d *badDisk) Open(path string, flag int) (disk.Handle, error) {
	if flag&os.O_CREATE != 0 {
		if err := d.step("create", path); err != nil {
			return nil, err
		}
	}
	return d.file(os.OpenFile(path, flag, 0o600))
}

func (d *badDisk) Rename(from, to string) error {
	if err := d.step("rename", from); err != nil {
		return err
	}
	return os.Rename(from, to)
}

func (d *badDisk) Remove(path string) error {
	if err := d.step("remove", path); err != nil {
		return err
	}
	return os.Remove(path)
}

// TryLock needs no lock: each job has a folder of its own.
func (d *badDisk) TryLock(f *os.File) error { return d.step("claim", f.Name()) }

func (d *badDisk) SyncFolder(path string) error { return d.step("sync", path) }

type badFile struct {
	*os.File
	disk *badDisk
}

// Write writes half of it when it fails, as a disk does that is full.
func (f *badFile) Write(p []byte) (int, error) {
	if err := f.disk.step("write", f.Name()); err != nil {
		n, _ := f.File.Write(p[:len(p)/2])
		return n, err
	}
	return f.File.Write(p)
}

func (f *badFile) WriteAt(p []byte, at int64) (int, error) {
	if err := f.disk.step("write", f.Name()); err != nil {
		n, _ := f.File.WriteAt(p[:len(p)/2], at)
		return n, err
	}
	return f.File.WriteAt(p, at)
}

func (f *badFile) Sync() error { return f.disk.step("sync", f.Name()) }

func (f *badFile) Close() error {
	return errors.Join(f.disk.step("close", f.Name()), f.File.Close())
}

// sweep is a job that is done again and again, each time with another thing that
// fails.
type sweep struct {
	client  *loanpro.Client
	ending  string
	rows    []string
	want    map[string]string // the content of each file of a run that nothing disturbs, but for its summary
	counted map[string]int    // operations of such a run, by kind
	fault   *atomic.Pointer[fault]
}

// newSweep does the job once, undisturbed, with the given number of rows that are not
// found and three others.
func newSweep(t *testing.T, ending string, missing int) *sweep {
	t.Helper()
	s := &sweep{ending: ending, fault: new(atomic.Pointer[fault])}
	s.client = tenant(t, func(w http.ResponseWriter, r *http.Request) bool {
		stumble := s.fault.Load()
		return stumble != nil && (*stumble)(w, r)
	})
	s.rows = []string{"L000212", "LN00000456", "DISP_ID_001"}
	for i := range missing {
		s.rows = append(s.rows, fmt.Sprintf("Q%d", i))
	}
	var requests atomic.Int64
	counting := fault(func(http.ResponseWriter, *http.Request) bool { requests.Add(1); return false })
	s.fault.Store(&counting)
	j, disk := s.job(t), &badDisk{done: map[string]int{}}
	j.Output.Disk, j.Lookup.Workers = disk, 1
	if _, err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.fault.Store(nil)
	s.want, s.counted = s.found(t, j), disk.done
	s.counted["request"] = int(requests.Load())
	return s
}

// job is the job in a folder of its own.
func (s *sweep) job(t *testing.T) *Job {
	t.Helper()
	j := job(t, s.client, s.rows...)
	j.Lookup.Batch = 200
	j.Output.Path, j.Output.ImportReady = j.file("out"+s.ending), j.file("ready.csv")
	return j
}

// found returns what is in the folder of a job, but for the input, and of the
// summary only whether the run has finished.
func (s *sweep) found(t *testing.T, j *Job) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(j.Input.Path))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, entry := range entries {
		content, err := os.ReadFile(j.file(entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		found[entry.Name()] = string(content)
	}
	delete(found, "in.csv")
	if text, ok := found["out.summary.json"]; ok {
		var summary Summary
		if err := json.Unmarshal([]byte(text), &summary); err != nil {
			t.Errorf("the summary is cut: %v", err)
		}
		found["out.summary.json"] = fmt.Sprint("finished: ", summary.Finished)
		if summary.Finished != (summary.Failure == "") || summary.Finished && summary.Whole != nil {
			t.Errorf("the summary says finished: %t, failure: %q, whole: %v", summary.Finished, summary.Failure, summary.Whole)
		}
	}
	return found
}

// try does the job while something fails, and then once more. It returns whether
// the failure was one of the job.
func (s *sweep) try(t *testing.T, spoil func(*Job)) (failed bool) {
	t.Helper()
	j := s.job(t)
	spoil(j)
	_, err := j.Run(t.Context())
	s.fault.Store(nil)
	found := s.found(t, j)
	s.onlyWhole(t, found, err == nil)
	if err != nil {
		wantAdvice(t, err)
	}
	// A disk that syncs nothing any more does not take the account of that either:
	// all is there and right then, as after a run that has finished.
	allNamed := found["out.summary.json"] == s.want["out.summary.json"]
	j.Output.Disk, j.Output.Force = nil, allNamed
	if _, err := j.Run(t.Context()); err != nil {
		t.Errorf("the next run: %v", err)
	}
	if diff := cmp.Diff(s.want, s.found(t, j)); diff != "" {
		t.Errorf("the next run (-want +got):\n%s", diff)
	}
	return err != nil
}

// onlyWhole checks that what has its name is as it is to be; all of it, if the
// run or its summary says that it has finished.
func (s *sweep) onlyWhole(t *testing.T, found map[string]string, finished bool) {
	t.Helper()
	const summary = "out.summary.json"
	finished = finished || found[summary] == s.want[summary]
	for name, want := range s.want {
		got, ok := found[name]
		switch {
		case finished && got != want:
			t.Errorf("the run has finished, and %s is not right (there: %t)", name, ok)
		case name != summary && ok && got != want:
			t.Errorf("%s has its name, and is not whole", name)
		}
	}
}

// wantAdvice checks that an error is one of those that say what to do.
func wantAdvice(t *testing.T, err error) {
	t.Helper()
	_, ofSheet := errors.AsType[*disk.Error](err)
	_, ofJournal := errors.AsType[*disk.Error](err)
	_, ofLoanPro := errors.AsType[*loanpro.Error](err)
	advice, ok := errors.AsType[interface {
		error
		Advice() string
	}](err)
	if !ofSheet && !ofJournal && !ofLoanPro || !ok || advice.Advice() == "" {
		t.Errorf("%T %v says not what to do", err, err)
	}
	if strings.Contains(err.Error(), ".partial") {
		t.Errorf("%v names a temporary file", err)
	}
}

// Whatever fails of the disk, and whenever: a run commits what is right or
// nothing, says so, and the next run gives the right result and leaves nothing
// else. Several files cannot get their names at once; between them the summary
// says that the run has not finished.
func TestDiskThatFails(t *testing.T) {
	t.Parallel()
	for _, ending := range []string{".csv", ".xlsx"}[:sized(1, 2)] {
		s := newSweep(t, ending, 300) // more answers than a group of the journal
		for _, kind := range []string{"create", "write", "sync", "close", "rename", "remove"} {
			for _, stays := range []bool{true, false}[:sized(1, 2)] {
				t.Run(fmt.Sprintf("%s/%s/stays=%t", ending, kind, stays), func(t *testing.T) {
					t.Parallel()
					failed := 0
					for _, n := range numbers(s.counted[kind]) {
						disk := &badDisk{kind: kind, n: n, stays: stays, done: map[string]int{}}
						// What may fail unnoticed is the closing of a file that was read, or of a journal that
						// is removed.
						if s.try(t, func(j *Job) { j.Output.Disk = disk }) {
							failed++
						} else if disk.failed != "" && (kind != "close" || strings.HasSuffix(disk.failed, ".partial")) {
							t.Errorf("%s of %s failed, and no error says so", kind, filepath.Base(disk.failed))
						}
						if t.Failed() {
							t.Fatalf("the %s that failed was number %d of %d", kind, n, s.counted[kind])
						}
					}
					t.Logf("N = %d, of which %d failed the run", s.counted[kind], failed)
					if failed == 0 && kind != "close" {
						t.Error("nothing has failed")
					}
				})
			}
		}
	}
}

// So with the tenant: a search that fails is asked again, or ends the run where
// it is refused as often as it is asked.
func TestRequestThatFails(t *testing.T) {
	t.Parallel()
	unauthorized := func(w http.ResponseWriter) { w.WriteHeader(http.StatusUnauthorized) }
	ways := map[string]struct {
		answer func(http.ResponseWriter)
		times  int // in a row
		step   int // from one request that fails to the next: a refused one waits
	}{
		"refused":      {unauthorized, math.MaxInt, 5},
		"refused once": {unauthorized, 1, 5},
		"broken":       {func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) }, 1, 1},
		"cut":          {func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, 1, 1},
	}
	endings := []string{".csv", ".xlsx"}
	if testing.Short() {
		endings = endings[1:]
	}
	for _, ending := range endings {
		for name, way := range ways {
			t.Run(ending+"/"+name, func(t *testing.T) {
				t.Parallel()
				s, failed := newSweep(t, ending, 20), 0
				for _, n := range numbers(s.counted["request"] / way.step) {
					if s.try(t, func(*Job) { s.fail(1+(n-1)*way.step, way.times, way.answer) }) {
						failed++
					}
				}
				t.Logf("N = %d, of which %d failed the run", s.counted["request"], failed)
				if (failed > 0) != (name == "refused") {
					t.Errorf("%d runs failed", failed)
				}
			})
		}
	}
}

// fail has the n-th request, and those after it up to times, answered with a failure.
func (s *sweep) fail(n, times int, answer func(http.ResponseWriter)) {
	requests := new(atomic.Int64)
	stumble := fault(func(w http.ResponseWriter, _ *http.Request) bool {
		if late := requests.Add(1) - int64(n); late < 0 || late >= int64(times) {
			return false
		}
		answer(w)
		return true
	})
	s.fault.Store(&stumble)
}
