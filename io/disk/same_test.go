package disk

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// spellings returns names of the file same.csv in a new folder. An existing file has a
// hard link, too.
func spellings(t *testing.T, existing bool) []string {
	t.Helper()
	dir := t.TempDir()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	relative, err := filepath.Rel(here, dir)
	if err != nil {
		t.Fatal(err)
	}
	deep := filepath.Join(dir, "deep")
	if err := os.Mkdir(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	mustLink(t, dir, filepath.Join(dir, "folder"))
	mustLink(t, "same.csv", filepath.Join(dir, "link.csv"))
	mustLink(t, deep, filepath.Join(dir, "down"))
	const slash = string(filepath.Separator)
	all := []string{
		filepath.Join(dir, "same.csv"),
		filepath.Join(relative, "same.csv"),
		dir + slash + "." + slash + "deep" + slash + ".." + slash + "same.csv",
		filepath.Join(dir, "folder", "same.csv"),
		filepath.Join(dir, "link.csv"),
		dir + slash + "down" + slash + ".." + slash + "same.csv",
		relative + slash + "folder" + slash + "." + slash + "same.csv",
	}
	if existing {
		put(t, all[0], "")
		all = append(all, filepath.Join(dir, "hard.csv"))
		if err := os.Link(all[0], all[len(all)-1]); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestSpellingsAreTheSame(t *testing.T) {
	t.Parallel()
	for _, existing := range []bool{true, false} {
		all := spellings(t, existing)
		for _, a := range all {
			for _, b := range all {
				if !Locate(a).Same(Locate(b)) {
					t.Errorf("existing %t: %s and %s are two files", existing, a, b)
				}
			}
		}
	}
}

func TestSpellingsHaveOneCanonicalPath(t *testing.T) {
	t.Parallel()
	all := spellings(t, false)
	for _, spelling := range all {
		wantSame(t, spelling, Locate(all[0]).Canonical(), Locate(spelling).Canonical())
	}
}

func TestOtherFilesAreNotTheSame(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := os.Mkdir(at("deep"), 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, at("there.csv"), "")
	put(t, at("copy.csv"), "")
	for _, pair := range [][2]string{
		{at("a.csv"), at("b.csv")},
		{at("a.csv"), at("there.csv")},
		{at("copy.csv"), at("there.csv")},
		{at("a.csv"), filepath.Join(at("deep"), "a.csv")},
		{at("gone/a.csv"), at("gone/b.csv")},
		{os.DevNull, os.DevNull},
		{"-", at("a.csv")},
		{"-", "-"},
	} {
		if a, b := Locate(pair[0]), Locate(pair[1]); a.Same(b) || b.Same(a) {
			t.Errorf("%q are the same", pair)
		}
	}
	if !Locate(at("gone/a.csv")).Same(Locate(at("gone/./a.csv"))) {
		t.Error("a name in a folder that does not exist is not the same as itself")
	}
}

func TestNamesThatDifferInCase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	lower, upper := Locate(filepath.Join(dir, "new.csv")), Locate(filepath.Join(dir, "New.CSV"))
	other := Locate(filepath.Join(dir, "newer.csv"))
	ignored := func(string) bool { return true }
	counts := func(string) bool { return false }
	wantSame(t, "case ignored", true, lower.same(upper, ignored))
	wantSame(t, "case counts", false, lower.same(upper, counts))
	wantSame(t, "another name", false, lower.same(other, ignored))
	wantSame(t, "in this folder", ignoresCase(dir), lower.Same(upper))
	wantFiles(t, dir)
}

// A folder ignores case where a file in it can also be found by its name in another case.
func TestFolderThatIgnoresCase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "file"), "")
	_, err := os.Stat(filepath.Join(dir, "FILE"))
	wantSame(t, "ignores case", err == nil, ignoresCase(dir))
	wantSame(t, "in a folder that is not there", runtime.GOOS == "windows" || runtime.GOOS == "darwin", ignoresCase(filepath.Join(dir, "gone")))
}

func TestStandardStreamThatIsAFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out.csv")
	put(t, path, "")
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	wantSame(t, "the file", true, LocateStream(file).Same(Locate(path)))
	wantSame(t, "a buffer", false, LocateStream(new(bytes.Buffer)).Same(Locate(path)))
	wantSame(t, "two buffers", false, LocateStream(new(bytes.Buffer)).Same(LocateStream(new(bytes.Buffer))))
	wantSame(t, "no stream", false, LocateStream(nil).Same(Locate(path)))
}
