package sheet_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"loanmap/io/sheet"
)

// unfinished is what a Writer and a File have in common.
type unfinished interface {
	Seal() error
	Commit() error
	Abort()
}

// makers start a file of each kind, with some content.
var makers = []struct {
	name string
	make func(sheet.Target) (unfinished, error)
}{
	{"a.csv", makeSheet},
	{"a.xlsx", makeSheet},
}

func makeSheet(target sheet.Target) (unfinished, error) {
	w, err := sheet.Create(target, sheet.Layout{Header: []string{"ID", "loan_id"}, Added: 1})
	if err == nil {
		err = w.Write([]string{"L7", "8890"})
	}
	return w, err
}

// eachMaker runs a test for each kind of file, at a path of its own.
func eachMaker(t *testing.T, test func(t *testing.T, path string, start func() unfinished)) {
	for _, maker := range makers {
		t.Run(maker.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), maker.name)
			test(t, path, func() unfinished {
				w, err := maker.make(sheet.Target{Path: path})
				if err != nil {
					t.Fatal(err)
				}
				return w
			})
		})
	}
}

// wantWhole checks that a file is one of makers, to its end.
func wantWhole(t testing.TB, path string) {
	t.Helper()
	got, _ := mustRead(t, path, sheet.Options{})
	wantSame(t, "content", table{Header: []string{"ID", "loan_id"}, Rows: []sheet.Row{{Line: 2, Cells: []string{"L7", "8890"}}}}, got)
}

func TestFileAppearsAtCommit(t *testing.T) {
	t.Parallel()
	eachMaker(t, func(t *testing.T, path string, start func() unfinished) {
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

// The files hold customers' data.
func TestFileIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	eachMaker(t, func(t *testing.T, path string, start func() unfinished) {
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
	eachMaker(t, func(t *testing.T, path string, start func() unfinished) {
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
			t.Error("what was given up was committed")
		}
		wantEmpty(t, filepath.Dir(path))
	})
}

func TestAbortAfterCommitKeepsTheFile(t *testing.T) {
	t.Parallel()
	eachMaker(t, func(t *testing.T, path string, start func() unfinished) {
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
	eachMaker(t, func(t *testing.T, path string, start func() unfinished) {
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

func TestTwoFilesInTheMaking(t *testing.T) {
	t.Parallel()
	eachMaker(t, func(t *testing.T, path string, start func() unfinished) {
		first, second := start(), start()
		mustCommit(t, first)
		second.Abort()
		wantWhole(t, path)
		wantSame(t, "files", []string{filepath.Base(path)}, names(t, filepath.Dir(path)))
	})
}

func TestFolderMustExist(t *testing.T) {
	t.Parallel()
	for _, maker := range makers {
		folder := filepath.Join(t.TempDir(), "out")
		path := filepath.Join(folder, maker.name)
		_, err := maker.make(sheet.Target{Path: path})
		wantError(t, err, "writing "+path+": no such file", "mkdir -p "+folder)
	}
}

func TestFolderMustBeWritable(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root may write anywhere")
	}
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o500); err != nil {
		t.Fatal(err)
	}
	for _, maker := range makers {
		_, err := maker.make(sheet.Target{Path: filepath.Join(folder, maker.name)})
		wantError(t, err, "permission denied", "folder of your own")
	}
}

func TestNameIsTakenByAFolder(t *testing.T) {
	t.Parallel()
	eachMaker(t, func(t *testing.T, path string, start func() unfinished) {
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
	eachMaker(t, func(t *testing.T, path string, start func() unfinished) {
		w := start()
		if err := os.RemoveAll(filepath.Dir(path)); err != nil {
			t.Fatal(err)
		}
		wantError(t, w.Commit(), "writing "+path+": ", "")
		w.Abort()
	})
}

func TestEndingSaysWhatItWillBe(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]sheet.Kind{"a.csv": sheet.CSV, "A.CSV": sheet.CSV, "a.tsv": sheet.CSV, "a.TXT": sheet.CSV, "a.b.xlsx": sheet.XLSX, "a.XLSX": sheet.XLSX, "-": sheet.CSV} {
		got, err := sheet.Target{Path: path}.Kind()
		if got != want || err != nil {
			t.Errorf("%s is to be %q, %v; want %q", path, got, err, want)
		}
	}
	for _, name := range []string{"a.xls", "a.xlsm", "a", "csv", "a.csv.gz", "a.csv "} {
		folder := t.TempDir()
		_, err := sheet.Create(sheet.Target{Path: filepath.Join(folder, name)}, sheet.Layout{Header: []string{"ID"}})
		wantError(t, err, "its ending says neither CSV nor XLSX", ".txt or .xlsx")
		wantEmpty(t, folder)
	}
}

// A stream gets the whole file or nothing.
func TestStream(t *testing.T) {
	temp := tempFolder(t)
	for _, maker := range makers[1:] { // a sheet on a stream is CSV
		var out bytes.Buffer
		w, err := maker.make(sheet.Target{Path: "-", Stream: &out})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Seal(); err != nil {
			t.Fatal(err)
		}
		wantSame(t, "stream before Commit", "", out.String())
		mustCommit(t, w)
		want := "ID,loan_id\nL7,8890\n"
		if maker.name == "a.json" {
			want = `{"rows":1}`
		}
		wantSame(t, "stream", want, out.String())
		mustCommit(t, w)
		w.Abort()
		wantSame(t, "stream after a second Commit", want, out.String())
		wantEmpty(t, temp)
	}
}

func TestAbortedStreamGetsNothing(t *testing.T) {
	temp := tempFolder(t)
	var out bytes.Buffer
	w, err := makeSheet(sheet.Target{Path: "-", Stream: &out})
	if err != nil {
		t.Fatal(err)
	}
	w.Abort()
	wantSame(t, "stream", "", out.String())
	wantEmpty(t, temp)
}

// brokenPipe takes so many bytes and then fails.
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
		w, err := makeSheet(sheet.Target{Path: "-", Stream: &brokenPipe{left}})
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
