package disk

import (
	"bytes"
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func mustLink(t *testing.T, target, path string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("links need rights that a user may lack")
	}
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

func TestLocate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, err := range []error{os.Mkdir(at("folder"), 0o700), os.WriteFile(at("file"), nil, 0o600)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	mustLink(t, "file", at("link"))
	mustLink(t, at("link"), at("link to link"))
	mustLink(t, "new", at("dangling"))
	mustLink(t, "circle", at("circle"))
	mustLink(t, "folder", at("to folder"))
	mustLink(t, os.DevNull, at("null"))
	listener, err := net.Listen("unix", at("socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for _, c := range []struct {
		name, path string
		form       Form
	}{
		{at("file"), at("file"), Regular},
		{at("link"), at("file"), Regular},
		{at("link to link"), at("file"), Regular},
		{at("new"), at("new"), Absent},
		{at("dangling"), at("new"), Absent},
		{at("gone/new"), at("gone/new"), Absent},
		{at("null"), os.DevNull, Stream},
		{"-", "-", Stream},
		{at("folder"), at("folder"), Unwritable},
		{at("to folder"), at("folder"), Unwritable},
		{dir + "/new/", dir + "/new/", Unwritable},
		{at("circle"), at("circle"), Unwritable},
		{at("socket"), at("socket"), Unwritable},
	} {
		place := Locate(c.name)
		wantSame(t, c.name+": path", c.path, place.Path)
		wantSame(t, c.name+": form", c.form, place.Form)
		if there := c.form == Regular || strings.HasSuffix(c.name, "null"); there != (place.Info != nil && place.Info.Mode()&os.ModeDir == 0 && place.Info.Mode()&os.ModeSocket == 0) {
			t.Errorf("%s: described as %v", c.name, place.Info)
		}
	}
}

// The target of a link is replaced or made, and the link remains. The staged file is
// next to the target.
func TestLinksAreFollowed(t *testing.T) {
	t.Parallel()
	for name, old := range map[string]bool{"there": true, "dangling": false} {
		dir, far := t.TempDir(), t.TempDir()
		target, link := filepath.Join(far, "real.csv"), filepath.Join(dir, "out.csv")
		mustLink(t, target, link)
		if old {
			if err := os.WriteFile(target, []byte("old"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		f := start(t, Target{Path: link})
		if partial, _ := filepath.Glob(filepath.Join(far, ".real.csv.*.partial")); len(partial) != 1 {
			t.Errorf("%s: next to the target are %v", name, partial)
		}
		mustCommit(t, f)
		wantSame(t, "content", content, contentOf(t, target))
		if is, err := os.Lstat(link); err != nil || is.Mode()&os.ModeSymlink == 0 {
			t.Errorf("%s: the link is now %v, %v", name, is, err)
		}
	}
}

// A device is written to, and remains a device.
func TestDevicesAreWrittenTo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	link := filepath.Join(dir, "out.csv")
	mustLink(t, os.DevNull, link)
	for _, path := range []string{os.DevNull, link} {
		mustCommit(t, start(t, Target{Path: path}))
	}
	if is, err := os.Stat(os.DevNull); err != nil || is.Mode()&os.ModeDevice == 0 {
		t.Errorf("the device is now %v, %v", is, err)
	}
	entries, _ := os.ReadDir(dir)
	wantSame(t, "files", 1, len(entries))
}

// Standard output is the stream by each of its names, and not opened a second time.
func TestStandardOutputByName(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no name for it")
	}
	if _, err := os.Stat("/dev/stdout"); err != nil {
		t.Skip("this system has no /dev/stdout")
	}
	for _, path := range []string{"-", "/dev/stdout", "/dev/fd/1"} {
		var out bytes.Buffer
		mustCommit(t, start(t, Target{Path: path, Stream: &out}))
		wantSame(t, path, content, out.String())
	}
}

func TestFoldersAndSocketsAreRefused(t *testing.T) {
	t.Parallel()
	_, err := Create(Target{Path: t.TempDir()})
	if e, ok := errors.AsType[*Error](err); !ok || e.Hint == "" {
		t.Errorf("got %v", err)
	}
}
