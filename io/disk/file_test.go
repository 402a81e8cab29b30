package disk

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// outFile is a path in a folder of the test's own.
func outFile(t testing.TB) string { return filepath.Join(t.TempDir(), "out.csv") }

func TestFileAppearsAtCommit(t *testing.T) {
	t.Parallel()
	path := outFile(t)
	f := start(t, Target{Path: path})
	mustSeal(t, f)
	found := namesIn(t, filepath.Dir(path))
	if len(found) != 1 || !strings.HasPrefix(found[0], ".out.csv.") || !strings.HasSuffix(found[0], ".partial") {
		t.Errorf("before Commit there is %v, want a hidden .partial file", found)
	}
	mustCommit(t, f)
	wantFiles(t, filepath.Dir(path), "out.csv")
	wantSame(t, "content", content, contentOf(t, path))
}

// The files hold customers' data.
func TestFileIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	path := outFile(t)
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	f := start(t, Target{Path: path})
	wantMode(t, f.name)
	mustCommit(t, f)
	wantMode(t, path)
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
	path := outFile(t)
	start(t, Target{Path: path}).Abort()
	wantFiles(t, filepath.Dir(path))

	f := start(t, Target{Path: path})
	mustSeal(t, f)
	f.Abort()
	f.Abort()
	if err := f.Commit(); err == nil {
		t.Error("an aborted file was committed")
	}
	wantFiles(t, filepath.Dir(path))
}

func TestAbortAfterCommitKeepsTheFile(t *testing.T) {
	t.Parallel()
	path := outFile(t)
	f := start(t, Target{Path: path})
	mustCommit(t, f)
	f.Abort()
	mustCommit(t, f) // a second time does nothing
	wantSame(t, "content", content, contentOf(t, path))
}

// A program that reads the old file keeps on reading the old file.
func TestCommitReplacesAtOnce(t *testing.T) {
	t.Parallel()
	path := outFile(t)
	put(t, path, "old")
	old, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	f := start(t, Target{Path: path})
	mustSeal(t, f)
	wantSame(t, "file before Commit", "old", contentOf(t, path))
	mustCommit(t, f)
	wantSame(t, "file after Commit", content, contentOf(t, path))
	still, err := io.ReadAll(old)
	wantSame(t, "error", nil, err)
	wantSame(t, "old file", "old", string(still))
}

func TestTwoFilesInTheMaking(t *testing.T) {
	t.Parallel()
	path := outFile(t)
	first, second := start(t, Target{Path: path}), start(t, Target{Path: path})
	mustCommit(t, first)
	second.Abort()
	wantSame(t, "content", content, contentOf(t, path))
	wantFiles(t, filepath.Dir(path), "out.csv")
}

func TestFolderMustExist(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "out")
	path := filepath.Join(folder, "out.csv")
	_, err := Create(Target{Path: path})
	wantError(t, err, "writing "+path+": no such file", "mkdir -p "+folder)
}

func TestFolderMustBeWritable(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root may write to every folder")
	}
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o500); err != nil {
		t.Fatal(err)
	}
	_, err := Create(Target{Path: filepath.Join(folder, "out.csv")})
	wantError(t, err, "permission denied", "where you may create files")
}

// The advice fits the error of the system.
func TestAdvice(t *testing.T) {
	t.Parallel()
	for advice, cause := range map[string]error{
		"mkdir -p out":                        syscall.ENOENT,
		"where you may create files, with -o": syscall.EACCES,
		"ended before the last row":           syscall.EPIPE,
		"no incomplete file was left":         syscall.ENOSPC,
		"the disk is full":                    syscall.ENOSPC,
		"a quota or the limit":                syscall.EDQUOT,
		"check the free space of the disk":    errFull,
	} {
		err := (&File{target: Target{Path: "out/a.csv"}, path: "out/a.csv"}).Fail(&os.PathError{Op: "write", Path: "out/.a.csv.1.partial", Err: cause})
		wantError(t, err, "writing out/a.csv: "+cause.Error(), advice)
	}
}

// The first failure is the one that counts.
func TestFirstFailureRemains(t *testing.T) {
	t.Parallel()
	f := start(t, Target{Path: outFile(t)})
	first := f.Fail(errFull)
	for _, err := range []error{f.Fail(errPipe), f.Err(), f.Seal(), f.Commit()} {
		wantSame(t, "is the first", true, errors.Is(err, first))
	}
	f.Abort()
	wantSame(t, "is the first after Abort", true, errors.Is(f.Commit(), first))
}

func TestNameIsTakenByAFolder(t *testing.T) {
	t.Parallel()
	path := outFile(t)
	f := start(t, Target{Path: path})
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	err := f.Commit()
	wantError(t, err, "writing "+path+": ", "")
	if strings.Contains(err.Error(), ".partial") {
		t.Errorf("%v names the temporary file", err)
	}
	f.Abort()
	wantFiles(t, filepath.Dir(path), "out.csv")
}

func TestFolderThatGoesAway(t *testing.T) {
	t.Parallel()
	path := outFile(t)
	f := start(t, Target{Path: path})
	if err := os.RemoveAll(filepath.Dir(path)); err != nil {
		t.Fatal(err)
	}
	wantError(t, f.Commit(), "writing "+path+": ", "")
	f.Abort()
}

func TestSealedFileIsDescribed(t *testing.T) {
	t.Parallel()
	f := start(t, Target{Path: outFile(t)})
	defer f.Abort()
	mustSeal(t, f)
	is, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "size", int64(len(content)), is.Size())
	sum, err := f.Digest()
	wantSame(t, "error", nil, err)
	wantSame(t, "digest", "e4c0adca38104458f111f8fc42493c81348ac8bad743a8f61bde3a25f0dff21e", sum)
}

// What a writer on top still holds is part of the file, and is written once.
func TestBufferedContent(t *testing.T) {
	t.Parallel()
	path := outFile(t)
	f := start(t, Target{Path: path})
	freed := 0
	f.Buffer(func() error { _, err := io.WriteString(f, "L8,8891\n"); return err }, func() { freed++ })
	mustSeal(t, f)
	wantSame(t, "freed before Commit", 0, freed)
	mustCommit(t, f)
	f.Abort()
	wantSame(t, "freed", 1, freed)
	wantSame(t, "content", content+"L8,8891\n", contentOf(t, path))
}

func TestBufferThatFails(t *testing.T) {
	t.Parallel()
	path := outFile(t)
	f := start(t, Target{Path: path})
	freed := 0
	f.Buffer(func() error { return errFull }, func() { freed++ })
	wantError(t, f.Commit(), "writing "+path+": "+errFull.Error(), "")
	f.Abort()
	wantSame(t, "freed", 1, freed)
	wantFiles(t, filepath.Dir(path))
}

// Sweep removes the staged files of its own path, and no other file.
func TestSweep(t *testing.T) {
	t.Parallel()
	dir, far := t.TempDir(), t.TempDir()
	link := filepath.Join(dir, "out.csv")
	mustLink(t, filepath.Join(far, "real.csv"), link)
	others := []string{".other.csv.1.partial", ".real.csv.12.part", ".real.csv.12a.partial", "real.csv", "real.csv.12.partial"}
	for _, name := range append(others, ".real.csv.123.partial", ".real.csv.4.partial") {
		put(t, filepath.Join(far, name), "")
	}
	Sweep(link)
	wantFiles(t, far, others...)
	Sweep(filepath.Join(dir, "gone", "out.csv"))
	Sweep(dir)
}

// A stream gets the whole file or nothing.
func TestStream(t *testing.T) {
	temp := tempFolder(t)
	var out bytes.Buffer
	f := start(t, Target{Path: "-", Stream: &out})
	mustSeal(t, f)
	wantSame(t, "stream before Commit", "", out.String())
	mustCommit(t, f)
	wantSame(t, "stream", content, out.String())
	mustCommit(t, f)
	f.Abort()
	wantSame(t, "stream after a second Commit", content, out.String())
	sum, err := f.Digest()
	wantSame(t, "digest", "", sum)
	wantSame(t, "error", nil, err)
	wantFiles(t, temp)
}

func TestAbortedStreamGetsNothing(t *testing.T) {
	temp := tempFolder(t)
	var out bytes.Buffer
	start(t, Target{Path: "-", Stream: &out}).Abort()
	wantSame(t, "stream", "", out.String())
	wantFiles(t, temp)
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
		f := start(t, Target{Path: "-", Stream: &brokenPipe{left}})
		err := f.Commit()
		wantError(t, err, "writing -: broken pipe", "")
		if !errors.Is(err, errPipe) {
			t.Errorf("%v hides its cause", err)
		}
		if f.Commit() == nil {
			t.Error("a second Commit hides that the first one failed")
		}
		f.Abort()
		wantFiles(t, temp)
	}
}
