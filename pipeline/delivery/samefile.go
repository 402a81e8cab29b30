package delivery

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"loanmap/io/sheet"
	"loanmap/pipeline/question"
)

// claim is a file that a run reads or writes, and what names it.
type claim struct{ flag, path string }

// String is how a message names it.
func (c claim) String() string { return strings.TrimSpace(c.flag + " " + c.path) }

// claims lists the files that a run writes.
func (q *Request) claims(t Targets) []claim {
	output := "-o"
	if q.Into != nil {
		output = "--into"
	}
	all := []claim{
		{output, t.Output}, {"--errors", t.Report}, {"--summary", t.Summary}, {"--import-ready", t.Ready}, {"--changes", t.Changes},
	}
	var claims []claim
	for _, c := range all {
		if c.path != "" {
			claims = append(claims, c)
		}
	}
	return claims
}

// checkDistinct refuses to write to one file twice, to the input, to what is
// compared with, or to a file that a run keeps for itself.
func (q *Request) checkDistinct(t Targets) error {
	claims, input := q.claims(t), q.identifyInput()
	for i, c := range claims {
		file := q.identify(c.path)
		if file.same(input) {
			return question.Usage(fmt.Sprintf("writing %s would replace the input %s", c, q.Input),
				"give it another name, with "+t.flags())
		}
		if r := q.Reconcile; r != nil && r.Against != "" && file.same(identify(r.Against)) {
			return question.Usage(fmt.Sprintf("writing %s would replace what it is compared with, --against %s", c, r.Against),
				"give it another name, with "+t.flags()+", and rename it when the run has ended with code 0 or 3")
		}
		for _, other := range claims[:i] {
			if file.same(q.identify(other.path)) {
				return question.Usage(fmt.Sprintf("%s and %s are one file", other, c),
					"give each a name of its own, with "+t.flags())
			}
		}
	}
	return q.checkReserved(t)
}

// checkReserved refuses to read or write, under a name of the person's, a file that
// a run keeps next to those that it writes.
func (q *Request) checkReserved(t Targets) error {
	claims := append(q.claims(t), claim{"the input", q.Input})
	if r := q.Reconcile; r != nil && r.Against != "" {
		claims = append(claims, claim{"--against", r.Against})
	}
	for _, own := range q.claims(t) {
		if Streamed(own.path) {
			continue
		}
		for _, kept := range []string{lockOf(own.path), JournalOf(own.path)} {
			for _, c := range claims {
				if identify(c.path).same(identify(kept)) {
					return question.Usage(fmt.Sprintf("%s is a file that loanmap keeps for %s while it runs", c, own),
						"give one of the two another name")
				}
			}
		}
	}
	return nil
}

// lockOf and journalOf are what a run keeps next to a file, the same for a link to
// it.
func lockOf(path string) string { return sheet.Locate(path).Path + ".lock" }

func JournalOf(path string) string { return sheet.Locate(path).Path + ".journal" }

// Streamed reports whether a file is written to and not replaced: standard output,
// a device or a pipe. Such a file has no lock, no journal and no older content.
func Streamed(path string) bool { return sheet.Locate(path).Form == sheet.Stream }

// identity tells which file a name is.
type identity struct {
	info   os.FileInfo // of the file; nil: it is new
	folder os.FileInfo // nil: there is no such folder
	path   string      // of the file, with links followed
}

// identify finds out which file a name is, or would be.
func identify(path string) identity {
	if path == "-" {
		return identity{}
	}
	place := sheet.Locate(path)
	folder, _ := filepath.Split(place.Path)
	id := identity{info: place.Info, path: place.Path}
	id.folder, _ = os.Stat(cmp.Or(folder, "."))
	return id
}

// identify is identify, where standard output may be a file.
func (q *Request) identify(path string) identity {
	if path == "-" {
		return redirected(q.Stdout)
	}
	return identify(path)
}

// identifyInput identifies the input, which may be a file at standard input. A
// terminal may be read and written.
func (q *Request) identifyInput() identity {
	input := redirected(q.Stdin)
	if q.Input != "-" {
		input = identify(q.Input)
	}
	if input.info != nil && input.info.Mode()&os.ModeCharDevice != 0 {
		return identity{}
	}
	return input
}

// redirected identifies what a standard stream leads to.
func redirected(stream any) identity {
	file, ok := stream.(*os.File)
	if !ok {
		return identity{}
	}
	is, err := file.Stat()
	if err != nil {
		return identity{}
	}
	return identity{info: is}
}

// same reports whether two names are, or would be, one file. What is thrown away
// may be thrown away twice.
func (a identity) same(b identity) bool { return a.sameWhere(b, foldsCase) }

// sameWhere is same, where folds reports whether case does not count in a folder.
func (a identity) sameWhere(b identity, folds func(folder string) bool) bool {
	switch {
	case a.info != nil && b.info != nil:
		null, err := os.Stat(os.DevNull)
		return os.SameFile(a.info, b.info) && (err != nil || !os.SameFile(a.info, null))
	case a.info != nil || b.info != nil || a.path == "" || b.path == "":
		return false
	case a.folder == nil || b.folder == nil:
		return filepath.Clean(a.path) == filepath.Clean(b.path)
	case !os.SameFile(a.folder, b.folder):
		return false
	}
	folder, nameA := filepath.Split(a.path)
	nameB := filepath.Base(b.path)
	return nameA == nameB || strings.EqualFold(nameA, nameB) && folds(cmp.Or(folder, "."))
}

// same reports whether two paths name one file, by whatever links.
func same(a, b string) bool { return identify(a).same(identify(b)) }

// foldsCase reports whether names in folder that differ in case alone are one. It
// makes a file there for a moment: it differs from folder to folder.
func foldsCase(folder string) bool {
	probe, err := os.CreateTemp(folder, ".loanmap-case-*")
	if err != nil {
		return runtime.GOOS == "windows" || runtime.GOOS == "darwin"
	}
	defer func() {
		_ = probe.Close()
		_ = os.Remove(probe.Name())
	}()
	upper := filepath.Join(folder, strings.ToUpper(filepath.Base(probe.Name())))
	_, err = os.Lstat(upper)
	return err == nil
}
