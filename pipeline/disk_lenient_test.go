package pipeline

import (
	"bytes"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"loanmap/io/disk"

	"github.com/google/go-cmp/cmp"
)

// weakDisk is a file system whose calls end with these errors, always. Its other
// calls are those of badDisk.
type weakDisk struct {
	badDisk
	folder, file, lock error
}

func weak(folder, file, lock error) *weakDisk {
	return &weakDisk{badDisk{done: map[string]int{}}, folder, file, lock}
}

func inPath(operation, path string, err error) error {
	if err == nil {
		return nil
	}
	return &fs.PathError{Op: operation, Path: path, Err: err}
}

func (d *weakDisk) SyncFolder(path string) error {
	return inPath("sync", filepath.Dir(path), d.folder)
}

func (d *weakDisk) TryLock(f *os.File) error { return inPath("flock", f.Name(), d.lock) }

func (d *weakDisk) CreateTemp(folder, pattern string) (disk.Handle, error) {
	f, err := os.CreateTemp(folder, pattern)
	return weakFile{f, d}, err
}

func (d *weakDisk) Open(path string, flag int) (disk.Handle, error) {
	f, err := os.OpenFile(path, flag, 0o600)
	return weakFile{f, d}, err
}

type weakFile struct {
	*os.File
	disk *weakDisk
}

func (f weakFile) Sync() error { return inPath("sync", f.Name(), f.disk.file) }

// warned has the warnings of a job kept.
func warned(j *Job) (lines func() []string) {
	said := new(bytes.Buffer)
	j.Log = slog.New(slog.NewTextHandler(said, &slog.HandlerOptions{Level: slog.LevelWarn, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	return func() []string { return strings.Split(strings.TrimSuffix(said.String(), "\n"), "\n") }
}

const (
	namesLost = `level=WARN msg="the file system of {folder} cannot make names durable: after a power cut the newest files may be missing" event=file_system_lacks what=folder_sync folder=FOLDER`
	filesLost = `level=WARN msg="the file system of {folder} cannot make files durable: after a power cut the newest files may be missing or damaged" event=file_system_lacks what=file_sync folder=FOLDER`
	unlocked  = `level=WARN msg="the file system of {folder} does not support locks: do not run loanmap twice at the same time on this output" event=file_system_lacks what=locks folder=FOLDER`
)

// lackings are file systems that lack something, and what is said of it.
func lackings() map[string]struct {
	disk *weakDisk
	want []string
} {
	type lacking = struct {
		disk *weakDisk
		want []string
	}
	all := map[string]lacking{
		"everything": {weak(syscall.EBADF, syscall.EINVAL, syscall.ENOLCK), []string{unlocked, filesLost}},
		"fsync":      {weak(syscall.EINVAL, syscall.EINVAL, nil), []string{filesLost}},
		"nothing":    {weak(nil, nil, nil), []string{""}},
	}
	for _, err := range []syscall.Errno{syscall.EINVAL, syscall.ENOTSUP, syscall.EOPNOTSUPP, syscall.ENOSYS, syscall.ENOTTY} {
		all["fsync of folders: "+err.Error()] = lacking{weak(err, nil, nil), []string{namesLost}}
		all["fsync of files: "+err.Error()] = lacking{weak(nil, err, nil), []string{filesLost}}
		all["locks: "+err.Error()] = lacking{weak(nil, nil, err), []string{unlocked}}
	}
	all["fsync of folders: EBADF"] = lacking{weak(syscall.EBADF, nil, nil), []string{namesLost}}
	all["locks: ENOLCK"] = lacking{weak(nil, nil, syscall.ENOLCK), []string{unlocked}}
	return all
}

// A network mount that lacks fsync or locks costs a warning, and nothing else:
// neither a run nor one that resumes it.
func TestDiskThatLacksSomething(t *testing.T) {
	if testing.Short() {
		t.Skip("make check runs it")
	}
	t.Parallel()
	for _, ending := range []string{".csv", ".xlsx"} {
		s := newSweep(t, ending, 300) // more answers than a group of the journal
		for name, c := range lackings() {
			t.Run(ending+"/"+name, func(t *testing.T) {
				t.Parallel()
				j := s.job(t)
				said := warned(j)
				j.Output.Disk = c.disk
				c.disk.kind, c.disk.n = "rename", 1
				if _, err := j.Run(t.Context()); err == nil {
					t.Fatal("it was not stopped")
				}
				wantWarnings(t, j, c.want, said())
				said = warned(j)
				summary, err := j.Run(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if !summary.Finished || summary.Resumed != len(s.rows) {
					t.Errorf("finished: %t, resumed: %d of %d", summary.Finished, summary.Resumed, len(s.rows))
				}
				wantWarnings(t, j, c.want, said())
				if diff := cmp.Diff(s.want, s.found(t, j)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
}

func wantWarnings(t *testing.T, j *Job, want, got []string) {
	t.Helper()
	want = slices.Clone(want)
	for i := range want {
		want[i] = strings.ReplaceAll(want[i], "FOLDER", filepath.Dir(j.Input.Path))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

// So without a journal, where the run would notice only when all is
// answered.
func TestStreamOnADiskThatLacksSomething(t *testing.T) {
	t.Parallel()
	s := newSweep(t, ".csv", 20)
	j, out := s.job(t), new(bytes.Buffer)
	said := warned(j)
	j.Output.Path, j.Output.Stdout, j.Output.Disk = "-", out, weak(syscall.EINVAL, nil, syscall.ENOLCK)
	if _, err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantWarnings(t, j, []string{unlocked, namesLost}, said())
	if diff := cmp.Diff(s.want["out.csv"], out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A call that the file system has, and that fails, ends the run.
func TestDiskWhoseSyncFails(t *testing.T) {
	t.Parallel()
	s := newSweep(t, ".csv", 3)
	for name, disk := range map[string]*weakDisk{
		"folders":                         weak(syscall.EIO, nil, nil),
		"files":                           weak(nil, syscall.EIO, nil),
		"locks":                           weak(nil, nil, syscall.EIO),
		"folders of a full disk":          weak(syscall.ENOSPC, nil, nil),
		"files of a full disk":            weak(nil, syscall.ENOSPC, nil),
		"a file that is closed":           weak(nil, syscall.EBADF, nil),
		"locks, on a file that is closed": weak(nil, nil, syscall.EBADF),
	} {
		j := s.job(t)
		said := warned(j)
		j.Output.Disk = disk
		_, err := j.Run(t.Context())
		if want := errors.Join(disk.folder, disk.file, disk.lock); !errors.Is(want, errnoOf(err)) {
			t.Errorf("%s: got %v", name, err)
		}
		wantWarnings(t, j, []string{""}, said())
	}
}

func errnoOf(err error) syscall.Errno {
	errno, _ := errors.AsType[syscall.Errno](err)
	return errno
}
