package disk

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// badSystem records its calls, and fails at one of them.
type badSystem struct {
	System
	fails int // the call that fails, from 0
	calls []string
}

func (s *badSystem) step(call string) error {
	s.calls = append(s.calls, call)
	if len(s.calls) == s.fails+1 {
		return errFull
	}
	return nil
}

func (s *badSystem) CreateTemp(folder, pattern string) (Handle, error) {
	if err := s.step("create"); err != nil {
		return nil, err
	}
	f, err := s.System.CreateTemp(folder, pattern)
	return badHandle{f, s}, err
}

func (s *badSystem) Rename(from, to string) error {
	if err := s.step("rename"); err != nil {
		return err
	}
	return s.System.Rename(from, to)
}

func (s *badSystem) SyncFolder(path string) error {
	return errors.Join(s.step("sync folder"), s.System.SyncFolder(path))
}

type badHandle struct {
	Handle
	system *badSystem
}

// Write writes half of p when it fails, as a full disk does.
func (h badHandle) Write(p []byte) (int, error) {
	if err := h.system.step("write"); err != nil {
		n, _ := h.Handle.Write(p[:len(p)/2])
		return n, err
	}
	return h.Handle.Write(p)
}

func (h badHandle) Sync() error { return errors.Join(h.system.step("sync"), h.Handle.Sync()) }

func (h badHandle) Close() error { return errors.Join(h.system.step("close"), h.Handle.Close()) }

// A file is durable only if these calls are made in this order.
func TestCommitSyncsBeforeAndAfterTheRename(t *testing.T) {
	t.Parallel()
	system := &badSystem{System: Real(), fails: -1}
	mustCommit(t, start(t, Target{Path: outFile(t), Disk: system}))
	wantSame(t, "calls", []string{"create", "write", "sync", "close", "rename", "sync folder"}, system.calls)
}

// Whichever call fails, the file has its old content or all of the new, Commit says that
// it failed, and no staged file is left.
func TestWhicheverCallFails(t *testing.T) {
	t.Parallel()
	for fails := range 6 {
		path := outFile(t)
		put(t, path, "old")
		system := &badSystem{System: Real(), fails: fails}
		failed := commit(Target{Path: path, Disk: system})
		call := system.calls[fails]
		wantError(t, failed, "writing "+path+": ", "")
		if !errors.Is(failed, errFull) {
			t.Errorf("%s: %v hides its cause", call, failed)
		}
		want := "old"
		if call == "sync folder" {
			want = content
		}
		wantSame(t, call, want, contentOf(t, path))
		wantFiles(t, filepath.Dir(path), "out.csv")
		if i := slices.Index(system.calls, "rename"); call != "rename" && call != "sync folder" && i >= 0 {
			t.Errorf("%s: renamed all the same", call)
		}
	}
}

// commit writes a file as a caller does, and returns the first error.
func commit(target Target) error {
	f, err := Create(target)
	if err != nil {
		return err
	}
	defer f.Abort()
	if _, err := f.Write([]byte(content)); err != nil && f.Err() == nil {
		return errors.New("the file has forgotten its failure")
	}
	return f.Commit()
}

func TestRealSystemSyncsFolders(t *testing.T) {
	path := outFile(t)
	wantSame(t, "a folder", nil, Real().SyncFolder(path))
	if err := Real().SyncFolder(filepath.Join(path, "gone")); !errors.Is(err, os.ErrNotExist) && os.PathSeparator == '/' {
		t.Errorf("a folder that is not there: %v", err)
	}
	t.Chdir(filepath.Dir(path))
	wantSame(t, "the working folder", nil, Real().SyncFolder("out.csv"))
}
