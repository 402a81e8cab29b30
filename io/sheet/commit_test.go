package sheet_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"loanmap/io/disk"
	"loanmap/io/sheet"
)

// unfinished is a sheet that is not committed.
type unfinished interface {
	Seal() error
	Commit() error
	Abort()
}

// sheetNames are files of each format.
var sheetNames = []string{"a.csv", "a.xlsx"}

// makeSheet starts a sheet with one row.
func makeSheet(target disk.Target) (unfinished, error) {
	w, err := sheet.Create(target, sheet.Layout{Header: []string{"ID", "loan_id"}, Added: 1})
	if err == nil {
		err = w.Write([]string{"L7", "8890"})
	}
	return w, err
}

// eachFormat runs a test for each format, at a new path.
func eachFormat(t *testing.T, test func(t *testing.T, path string, start func() unfinished)) {
	for _, name := range sheetNames {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), name)
			test(t, path, func() unfinished {
				w, err := makeSheet(disk.Target{Path: path})
				if err != nil {
					t.Fatal(err)
				}
				return w
			})
		})
	}
}

// wantWhole checks that a file is what makeSheet writes, to its end.
func wantWhole(t testing.TB, path string) {
	t.Helper()
	got, _ := mustRead(t, path, sheet.Options{})
	wantSame(t, "content", table{Header: []string{"ID", "loan_id"}, Rows: []sheet.Row{{Line: 2, Cells: []string{"L7", "8890"}}}}, got)
}

func TestFileAppearsAtCommit(t *testing.T) {
	t.Parallel()
	eachFormat(t, func(t *testing.T, path string, start func() unfinished) {
		folder, name := filepath.Split(path)
		w := start()
		if err := w.Seal(); err != nil {
			t.Fatal(err)
		}
		found := names(t, folder)
		if len(found) != 1 || !strings.HasPrefix(found[0], "."+name+".") || !strings.HasSuffix(found[0], ".partial") {
			t.Errorf("before Commit there is %v, want a hidden .partial file", found)
		}
		mustCommit(t, w)
		wantSame(t, "files", []string{name}, names(t, folder))
		wantWhole(t, path)
	})
}

// The files have customers' data.
func TestFileIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	eachFormat(t, func(t *testing.T, path string, start func() unfinished) {
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		w := start()
		for _, name := range names(t, filepath.Dir(path)) {
			if name != filepath.Base(path) {
				wantMode(t, filepath.Join(filepath.Dir(path), name))
			}
		}
		mustCommit(t, w)
		wantMode(t, path)
	})
}

func wantMode(t testing.TB, path string) {
	t.Helper()
	stat, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "mode of "+filepath.Base(path), os.FileMode(0o600), stat.Mode())
}

func TestAbortLeavesNothing(t *testing.T) {
	t.Parallel()
	eachFormat(t, func(t *testing.T, path string, start func() unfinished) {
		start().Abort()
		wantEmpty(t, filepath.Dir(path))

		w := start()
		if err := w.Seal(); err != nil {
			t.Fatal(err)
		}
		w.Abort()
		w.Abort()
		wantEmpty(t, filepath.Dir(path))
		if err := w.Commit(); err == nil {
			t.Error("an aborted file was committed")
		}
		wantEmpty(t, filepath.Dir(path))
	})
}

func TestAbortAfterCommitKeepsTheFile(t *testing.T) {
	t.Parallel()
	eachFormat(t, func(t *testing.T, path string, start func() unfinished) {
		w := start()
		mustCommit(t, w)
		w.Abort()
		mustCommit(t, w) // a second time does nothing
		wantWhole(t, path)
	})
}

// A program that reads the old file still reads the old file.
func TestCommitReplacesAtOnce(t *testing.T) {
	t.Parallel()
	eachFormat(t, func(t *testing.T, path string, start func() unfinished) {
		if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		old, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer old.Close()
		w := start()
		if err := w.Seal(); err != nil {
			t.Fatal(err)
		}
		wantSame(t, "file before Commit", "old", string(contentOf(t, path)))
		mustCommit(t, w)
		wantWhole(t, path)
		wantSame(t, "old file", "old", string(allOf(t, old)))
	})
}

func TestTwoStagedFiles(t *testing.T) {
	t.Parallel()
	eachFormat(t, func(t *testing.T, path string, start func() unfinished) {
		first, second := start(), start()
		mustCommit(t, first)
		second.Abort()
		wantWhole(t, path)
		wantSame(t, "files", []string{filepath.Base(path)}, names(t, filepath.Dir(path)))
	})
}

func TestFolderMustExist(t *testing.T) {
	t.Parallel()
	for _, name := range sheetNames {
		folder := filepath.Join(t.TempDir(), "out")
		path := filepath.Join(folder, name)
		_, err := makeSheet(disk.Target{Path: path})
		wantError(t, err, "writing "+path+": no such file", "mkdir -p "+folder)
	}
}

func TestFolderMustBeWritable(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root may write in every folder")
	}
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o500); err != nil {
		t.Fatal(err)
	}
	for _, name := range sheetNames {
		_, err := makeSheet(disk.Target{Path: filepath.Join(folder, name)})
		wantError(t, err, "permission denied", "where you may create files")
	}
}

func TestNameIsTakenByAFolder(t *testing.T) {
	t.Parallel()
	eachFormat(t, func(t *testing.T, path string, start func() unfinished) {
		w := start()
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		err := w.Commit()
		wantError(t, err, "writing "+path+": ", "")
		if strings.Contains(err.Error(), ".partial") {
			t.Errorf("%v names the temporary file", err)
		}
		w.Abort()
		wantSame(t, "files", []string{filepath.Base(path)}, names(t, filepath.Dir(path)))
	})
}

func TestFolderThatGoesAway(t *testing.T) {
	t.Parallel()
	eachFormat(t, func(t *testing.T, path string, start func() unfinished) {
		w := start()
		if err := os.RemoveAll(filepath.Dir(path)); err != nil {
			t.Fatal(err)
		}
		wantError(t, w.Commit(), "writing "+path+": ", "")
		w.Abort()
	})
}

func TestEndingSaysTheFormat(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]sheet.Kind{"a.csv": sheet.CSV, "A.CSV": sheet.CSV, "a.tsv": sheet.CSV, "a.TXT": sheet.CSV, "a.b.xlsx": sheet.XLSX, "a.XLSX": sheet.XLSX, "-": sheet.CSV} {
		got, err := sheet.KindOf(path)
		if got != want || err != nil {
			t.Errorf("the format of %s is %q, %v; want %q", path, got, err, want)
		}
	}
	for _, name := range []string{"a.xls", "a.xlsm", "a", "csv", "a.csv.gz", "a.csv "} {
		folder := t.TempDir()
		_, err := sheet.Create(disk.Target{Path: filepath.Join(folder, name)}, sheet.Layout{Header: []string{"ID"}})
		wantError(t, err, "its name ends in none of .csv, .tsv, .txt and .xlsx", "one of these endings")
		wantEmpty(t, folder)
	}
}

// A stream gets the whole file or nothing.
func TestStream(t *testing.T) {
	temp := tempFolder(t)
	const want = "ID,loan_id\nL7,8890\n" // a sheet on a stream is CSV
	var out bytes.Buffer
	w, err := makeSheet(disk.Target{Path: "-", Stream: &out})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Seal(); err != nil {
		t.Fatal(err)
	}
	wantSame(t, "stream before Commit", "", out.String())
	mustCommit(t, w)
	wantSame(t, "stream", want, out.String())
	mustCommit(t, w)
	w.Abort()
	wantSame(t, "stream after a second Commit", want, out.String())
	wantEmpty(t, temp)
}

func TestAbortedStreamGetsNothing(t *testing.T) {
	temp := tempFolder(t)
	var out bytes.Buffer
	w, err := makeSheet(disk.Target{Path: "-", Stream: &out})
	if err != nil {
		t.Fatal(err)
	}
	w.Abort()
	wantSame(t, "stream", "", out.String())
	wantEmpty(t, temp)
}

// brokenPipe takes a number of bytes and then fails.
type brokenPipe struct{ left int }

var errPipe = errors.New("broken pipe")

func (p *brokenPipe) Write(b []byte) (int, error) {
	n := min(len(b), p.left)
	p.left -= n
	if n < len(b) {
		return n, errPipe
	}
	return n, nil
}

func TestStreamThatFails(t *testing.T) {
	temp := tempFolder(t)
	for _, left := range []int{0, 5} {
		w, err := makeSheet(disk.Target{Path: "-", Stream: &brokenPipe{left}})
		if err != nil {
			t.Fatal(err)
		}
		err = w.Commit()
		wantError(t, err, "writing -: broken pipe", "")
		if !errors.Is(err, errPipe) {
			t.Errorf("%v hides its cause", err)
		}
		if w.Commit() == nil {
			t.Error("a second Commit hides that the first one failed")
		}
		w.Abort()
		wantEmpty(t, temp)
	}
}
