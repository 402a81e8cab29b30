package delivery

import (
	"fmt"
	"os"
	"strings"

	"loanmap/io/disk"
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
	claims, input := q.claims(t), q.locateInput()
	for i, c := range claims {
		file := q.locateOutput(c.path)
		if file.Same(input) {
			return question.Usage(fmt.Sprintf("writing %s would replace the input %s", c, q.Input),
				"give it another name, with "+t.flags())
		}
		if r := q.Reconcile; r != nil && r.Against != "" && file.Same(disk.Locate(r.Against)) {
			return question.Usage(fmt.Sprintf("writing %s would replace the previous output, --against %s", c, r.Against),
				"give it another name, with "+t.flags()+", and rename it after the run has ended with code 0 or 3")
		}
		for _, other := range claims[:i] {
			if file.Same(q.locateOutput(other.path)) {
				return question.Usage(fmt.Sprintf("%s and %s are the same file", other, c),
					"give each a name of its own, with "+t.flags())
			}
		}
	}
	return q.checkReserved(t)
}

// checkReserved refuses to replace decisions, and to read or write, under a name of the
// person's, a file that a run keeps next to those that it writes.
func (q *Request) checkReserved(t Targets) error {
	claims := append(q.claims(t), claim{"the input", q.Input})
	if r := q.Reconcile; r != nil && r.Against != "" {
		claims = append(claims, claim{"--against", r.Against})
	}
	for _, own := range q.claims(t) {
		for _, kept := range q.Kept {
			if q.locateOutput(own.path).Same(disk.Locate(kept)) {
				return question.Usage(fmt.Sprintf("writing %s would replace %s, which keeps what people have decided", own, kept),
					"give the file that is written another name, with "+t.flags())
			}
		}
		if Streamed(own.path) {
			continue
		}
		for _, kept := range []string{lockOf(own.path), JournalOf(own.path)} {
			for _, c := range claims {
				if same(c.path, kept) {
					return question.Usage(fmt.Sprintf("%s is a file that loanmap keeps for %s while it runs", c, own),
						"give one of the two another name")
				}
			}
		}
	}
	return nil
}

// lockOf returns the path of the lock that a run keeps next to a file, the same for a
// link to it.
func lockOf(path string) string { return disk.Locate(path).Path + ".lock" }

// JournalOf returns the path of the journal that a run keeps next to a file, the same
// for a link to it.
func JournalOf(path string) string { return disk.Locate(path).Path + ".journal" }

// Streamed reports whether a file is written to and not replaced: standard output,
// a device or a pipe. Such a file has no lock, no journal and no older content.
func Streamed(path string) bool { return disk.Locate(path).Form == disk.Stream }

// locateOutput is disk.Locate, where standard output may be a file.
func (q *Request) locateOutput(path string) disk.Place {
	if path == "-" {
		return disk.LocateStream(q.Stdout)
	}
	return disk.Locate(path)
}

// locateInput locates the input, which may be a file at standard input. A terminal
// may be read and written.
func (q *Request) locateInput() disk.Place {
	input := disk.LocateStream(q.Stdin)
	if q.Input != "-" {
		input = disk.Locate(q.Input)
	}
	if input.Info != nil && input.Info.Mode()&os.ModeCharDevice != 0 {
		return disk.Place{}
	}
	return input
}

// same reports whether two paths name one file, by whatever links.
func same(a, b string) bool { return disk.Locate(a).Same(disk.Locate(b)) }
