package disk

import (
	"bytes"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// weakSystem is a file system whose calls end with these errors, always.
type weakSystem struct {
	System
	folder, file, lock error
}

func inPath(path string, err error) error {
	if err == nil {
		return nil
	}
	return &fs.PathError{Op: "call", Path: path, Err: err}
}

func (s weakSystem) SyncFolder(path string) error { return inPath(path, s.folder) }

func (s weakSystem) TryLock(f *os.File) error { return inPath(f.Name(), s.lock) }

func (s weakSystem) CreateTemp(folder, pattern string) (Handle, error) {
	f, err := s.System.CreateTemp(folder, pattern)
	return weakHandle{f, s}, err
}

func (s weakSystem) Open(path string, flag int) (Handle, error) {
	f, err := s.System.Open(path, flag)
	return weakHandle{f, s}, err
}

type weakHandle struct {
	Handle
	system weakSystem
}

func (h weakHandle) Sync() error { return inPath(h.Name(), h.system.file) }

const (
	namesLost = `level=WARN msg="the file system of {folder} cannot make names durable: after a power cut the newest files may be missing" event=file_system_lacks what=folder_sync folder=FOLDER`
	filesLost = `level=WARN msg="the file system of {folder} cannot make files durable: after a power cut the newest files may be missing or damaged" event=file_system_lacks what=file_sync folder=FOLDER`
	unlocked  = `level=WARN msg="the file system of {folder} does not support locks: do not run loanmap twice at the same time on this output" event=file_system_lacks what=locks folder=FOLDER`
)

// useTwice locks and commits a file two times, and opens it as a journal is.
func useTwice(t *testing.T, system System, path string) {
	t.Helper()
	for range 2 {
		lock, err := AcquireLock(path+".lock", noon, system)
		if err != nil {
			t.Fatal(err)
		}
		mustCommit(t, start(t, Target{Path: path, Disk: system}))
		f, err := system.Open(path, os.O_RDWR)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			t.Error(err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		if err := lock.Release(); err != nil {
			t.Error(err)
		}
	}
}

// Each gap is warned of once, with the whole path of the folder.
func TestGapsAreWarnedOfOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		system weakSystem
		want   []string
	}{
		"nothing":    {weakSystem{}, nil},
		"locks":      {weakSystem{lock: syscall.ENOLCK}, []string{unlocked}},
		"flock":      {weakSystem{lock: syscall.ENOSYS}, []string{unlocked}},
		"names":      {weakSystem{folder: syscall.EBADF}, []string{namesLost}},
		"files":      {weakSystem{file: syscall.EINVAL}, []string{filesLost}},
		"both syncs": {weakSystem{folder: syscall.EINVAL, file: syscall.ENOTSUP}, []string{filesLost}},
		"everything": {weakSystem{folder: syscall.EINVAL, file: syscall.EINVAL, lock: syscall.EINVAL}, []string{unlocked, filesLost}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, log := outFile(t), new(bytes.Buffer)
			c.system.System = Real()
			useTwice(t, Lenient(c.system, withoutTime(log)), path)
			lines := strings.FieldsFunc(strings.ReplaceAll(log.String(), filepath.Dir(path), "FOLDER"), func(r rune) bool { return r == '\n' })
			wantSame(t, "warnings", len(c.want), len(lines))
			for i := range min(len(c.want), len(lines)) {
				wantSame(t, "warning", c.want[i], lines[i])
			}
		})
	}
}

func withoutTime(log *bytes.Buffer) *slog.Logger {
	return slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}

// What has failed is an error, also where the same call may be missing.
func TestFailuresAreNoGaps(t *testing.T) {
	t.Parallel()
	log := new(bytes.Buffer)
	for name, c := range map[string]struct{ folder, file, lock error }{
		"names": {folder: syscall.EIO}, "files": {file: syscall.ENOSPC}, "a file that is closed": {file: syscall.EBADF},
		"locks": {lock: syscall.EACCES},
	} {
		path := outFile(t)
		system := Lenient(weakSystem{Real(), c.folder, c.file, c.lock}, withoutTime(log))
		f := start(t, Target{Path: path, Disk: system})
		committed := f.Commit()
		f.Abort()
		lock, locked := AcquireLock(path+".lock", noon, system)
		if lock != nil {
			wantSame(t, name+": release", nil, lock.Release())
		}
		wantSame(t, name+": commit fails", c.lock == nil, committed != nil)
		wantSame(t, name+": lock fails", c.lock != nil, locked != nil)
	}
	wantSame(t, "log", "", log.String())
}

// A lock that another run holds is no gap, and the real file system has none.
func TestLenientIsRealByDefault(t *testing.T) {
	t.Parallel()
	path, log := outFile(t), new(bytes.Buffer)
	system := Lenient(nil, withoutTime(log))
	useTwice(t, system, path)
	lock := mustLock(t, path+".lock")
	defer lock.Release()
	if _, err := AcquireLock(path+".lock", noon, system); err == nil {
		t.Error("it was given twice")
	}
	wantSame(t, "content", content, contentOf(t, path))
	wantSame(t, "log", "", log.String())
}

func TestUnsupported(t *testing.T) {
	t.Parallel()
	inPath := func(err error) error { return &os.PathError{Op: "sync", Path: "out", Err: err} }
	for _, err := range []error{syscall.EINVAL, syscall.ENOTSUP, syscall.EOPNOTSUPP, syscall.ENOSYS, syscall.ENOTTY} {
		if !Unsupported(err) || !Unsupported(inPath(err)) {
			t.Errorf("%v counts as a failure", err)
		}
	}
	for _, err := range []error{nil, syscall.EIO, syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EBADF, syscall.EACCES, os.ErrClosed} {
		if Unsupported(err) || Unsupported(inPath(err)) {
			t.Errorf("%v counts as unsupported", err)
		}
	}
}
