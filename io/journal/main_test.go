package journal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"loanmap/io/disk"
)

// childEnv names a journal: the test program then writes to it until it is killed.
const childEnv = "JOURNAL_TEST_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		fmt.Fprintln(os.Stderr, writeForever(path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

const (
	// secret and canary are what no file may hold.
	secret = "kv2_c0FuQVJZ+/zQ8x=="
	canary = "CANARY, JOHN A JR"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func at(now time.Time) func() time.Time { return func() time.Time { return now } }

// optionsIn are those of a journal in a folder of the test's own, with groups
// of three, on a disk that is not waited for.
func optionsIn(t testing.TB) Options {
	t.Helper()
	return Options{
		Path: filepath.Join(t.TempDir(), "out.csv.journal"), Owner: "tenant 1", Secret: []byte(secret), Identity: Identity{1, 2, 3},
		group: 3, now: at(noon), Disk: quick,
	}
}

// quickDisk does not wait for the real one.
type quickDisk struct{ disk.System }

var quick = quickDisk{disk.Real()}

func (d quickDisk) Open(path string, flag int) (disk.Handle, error) {
	f, err := d.System.Open(path, flag)
	if err != nil {
		return nil, err
	}
	return quickFile{f}, nil
}

type quickFile struct{ disk.Handle }

func (quickFile) Sync() error { return nil }

// answer is what the tests answer to a question.
func answer(ordinal uint64) []byte { return fmt.Appendf(nil, "%s %d", canary, ordinal) }

// ordinals returns 0 to n-1.
func ordinals(n int) []uint64 {
	list := []uint64{}
	for i := range n {
		list = append(list, uint64(i))
	}
	return list
}

func mustOpen(t testing.TB, o Options) (*Journal, *Found) {
	t.Helper()
	j, found, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j, found
}

func mustAdd(t testing.TB, j *Journal, ordinals ...uint64) {
	t.Helper()
	for _, ordinal := range ordinals {
		if err := j.Add(ordinal, answer(ordinal)); err != nil {
			t.Fatal(err)
		}
	}
}

func mustClose(t testing.TB, j *Journal) {
	t.Helper()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

// kill ends a journal as the end of its process does.
func kill(j *Journal) { j.file.Close() }

// recorded returns the ordinals of the records, each of which must have its answer.
func recorded(t testing.TB, j *Journal) []uint64 {
	t.Helper()
	list := []uint64{}
	for record, err := range j.Replay() {
		if err != nil {
			t.Fatal(err)
		}
		if string(record.Answer) != string(answer(record.Ordinal)) {
			t.Fatalf("the answer to %d is %q", record.Ordinal, record.Answer)
		}
		_ = append(record.Answer, "what a caller adds must not run into the next record"...)
		list = append(list, record.Ordinal)
	}
	return list
}

// wantJournal checks that the file can be resumed and holds exactly these records.
func wantJournal(t testing.TB, o Options, want []uint64) *Found {
	t.Helper()
	j, found := mustOpen(t, o)
	defer kill(j)
	wantSame(t, "records", want, recorded(t, j))
	if found == nil {
		found = &Found{}
	}
	wantSame(t, "count of records", len(want), found.Records)
	return found
}

// made returns a journal's file with this many records, and its options.
func made(t testing.TB, records int) ([]byte, Options) {
	t.Helper()
	o := optionsIn(t)
	j, _ := mustOpen(t, o)
	mustAdd(t, j, ordinals(records)...)
	mustClose(t, j)
	return contentOf(t, o.Path), o
}

func contentOf(t testing.TB, path string) []byte {
	t.Helper()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

// put makes a new file: ext4 waits for the disk when a file is overwritten.
func put(t testing.TB, path string, parts ...[]byte) {
	t.Helper()
	os.Remove(path)
	if err := os.WriteFile(path, slices.Concat(parts...), 0o600); err != nil {
		t.Fatal(err)
	}
}

// namesIn lists the folder of a file.
func namesIn(t testing.TB, path string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func wantSame(t testing.TB, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Found{})); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

// wantState checks that err refuses a journal for this reason, and what to do.
func wantState(t testing.TB, want State, err error) {
	t.Helper()
	refused, ok := errors.AsType[*StateError](err)
	if !ok || refused.State != want || refused.Advice() == "" {
		t.Fatalf("got %v, want state %d", err, want)
	}
}
