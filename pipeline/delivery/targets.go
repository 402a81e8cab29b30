package delivery

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"loanmap/io/disk"
	"loanmap/io/sheet"
	"loanmap/pipeline/question"
)

// Targets returns where the files of a run go, if they may.
func (q *Request) Targets(kind sheet.Kind) (Targets, error) {
	t := q.targets(kind)
	if q.Into != nil {
		t = q.intoTargets()
	}
	if err := cmp.Or(t.writable(), q.checkPrinted(t)); err != nil {
		return t, err
	}
	if q.Into != nil {
		return t, cmp.Or(t.checkFilled(), t.checkInto(q.Input, kind, q.Force), q.checkReserved(t))
	}
	if err := t.checkStreams(q.Stdout); err != nil {
		return t, err
	}
	if err := q.checkDistinct(t); err != nil {
		return t, err
	}
	if !q.Shard.Whole() {
		return t.ofShard(q.Shard)
	}
	return t, q.checkFree(t)
}

// Targets is where the files of a run go.
// Without a Report it is in a sheet of the output alone.
type Targets struct{ Output, Report, Summary, Ready, Changes string }

// ofShard returns where the files of a shard go: next to the output of the job, which a
// merge writes.
func (t Targets) ofShard(s question.Shard) (Targets, error) {
	if Streamed(t.Output) {
		return t, question.Usage("--shard writes its part next to the output, but "+t.Output+" is not a file", "give the output the name of a file, with -o")
	}
	if _, err := sheet.KindOf(t.Output); err != nil {
		return t, err
	}
	part := partOf(t.Output, s)
	return Targets{Output: part, Summary: part + ".summary.json"}, nil
}

// targets gives the files that were not named their names: the output is named
// after the input, and the other files after the output.
func (q *Request) targets(kind sheet.Kind) Targets {
	input := q.Input
	if input == "-" {
		input = "stdin"
	}
	output := cmp.Or(q.Path, withoutEnding(input)+resolvedStem+q.ending(kind))
	stem := withoutEnding(input)
	if !Streamed(output) {
		stem = strings.TrimSuffix(withoutEnding(output), resolvedStem)
	}
	changes := ""
	if q.Reconcile != nil {
		changes = cmp.Or(q.Reconcile.Changes, stem+".changes.csv")
	}
	return Targets{
		Output:  output,
		Report:  cmp.Or(q.Errors, stem+".errors."+string(kind)),
		Summary: cmp.Or(q.Summary, stem+".summary.json"),
		Ready:   q.ImportReady,
		Changes: changes,
	}
}

// MarksMadeUp reports whether a column of the output is to say that the IDs are made up.
// Only a workbook has it, which people read: a program expects the columns of a real run.
func (q *Request) MarksMadeUp(kind sheet.Kind) bool {
	output := q.targets(kind).Output
	if q.Into != nil {
		output = q.Into.Output
	}
	return q.MadeUp && isBook(output)
}

// resolvedStem is what a default output has in its name that its input and its
// report have not.
const resolvedStem = ".resolved"

// ending is what the name of a default output ends in.
func (q *Request) ending(kind sheet.Kind) string {
	if own := strings.ToLower(filepath.Ext(q.Input)); kind == sheet.CSV && (own == ".tsv" || own == ".txt") {
		return own
	}
	return "." + string(kind)
}

func withoutEnding(path string) string { return strings.TrimSuffix(path, filepath.Ext(path)) }

// writable refuses what no file can be written to.
func (t Targets) writable() error {
	for _, file := range t.all() {
		if disk.Locate(file).Form == disk.Unwritable {
			return question.Usage(fmt.Sprintf("%s is a folder or something else that a file cannot replace", file),
				"give the name of a file, with "+t.flags()+": --force replaces only files")
		}
	}
	return nil
}

// checkFilled refuses to fill in what cannot be read and replaced.
func (t Targets) checkFilled() error {
	if Streamed(t.Output) {
		return question.Usage(t.Output+" is not a file, so it cannot be filled in", "give --into the output file of a run")
	}
	return nil
}

// checkPrinted refuses to print the summary where something else is printed, or where
// nothing can be.
func (q *Request) checkPrinted(t Targets) error {
	switch {
	case !q.JSON:
	case isStandardOutput(t.Output) || isStandardOutput(t.Summary):
		return question.Usage("--json prints the summary on standard output, where a file of the run is to go, too", "give that file a name with -o or --summary, or leave out --json")
	case !isOpen(q.Stdout):
		return question.Usage("--json prints the summary on standard output, which is closed", "leave out --json: the summary is in "+t.Summary)
	}
	return nil
}

// checkStreams refuses what cannot go to standard output, or to any other stream.
func (t Targets) checkStreams(stdout io.Writer) error {
	switch {
	case t.Report == "-" || t.Ready == "-" || t.Changes == "-":
		return question.Usage("only the output or the summary can go to standard output", "give the other files a name")
	case isStandardOutput(t.Output) && isStandardOutput(t.Summary):
		return question.Usage("output and summary are both to go to standard output", "give one of them the name of a file, with -o or --summary")
	case isStandardOutput(t.Output) && !isOpen(stdout):
		return question.Usage("the output goes to standard output, which is closed",
			"give it the name of a file with -o; -o "+os.DevNull+" throws it away")
	case isStandardOutput(t.Summary) && !isOpen(stdout):
		return question.Usage("the summary goes to standard output, which is closed",
			"give it the name of a file with --summary; --summary "+os.DevNull+" throws it away")
	case t.Ready != "" && !Streamed(t.Ready) && !strings.EqualFold(filepath.Ext(t.Ready), ".csv"):
		return question.Usage("LoanPro's import takes CSV, but "+t.Ready+" does not end in .csv", "give --import-ready a name that ends in .csv")
	}
	return nil
}

// isStandardOutput reports whether a file is standard output.
func isStandardOutput(path string) bool { return disk.Locate(path).IsStandardOutput() }

// checkFree refuses to replace any file, unless forced. It is asked once more when
// the locks are held: another run may have written the file meanwhile. The files of a shard
// are looked at later: see Delivery.Earlier.
func (q *Request) checkFree(t Targets) error {
	if q.Force || !q.Shard.Whole() {
		return nil
	}
	left := leftOver(t.Summary)
	for _, file := range t.all() {
		if disk.Locate(file).Form == disk.Regular && !left[file] {
			return question.Usage(fmt.Sprintf("%s exists already", file),
				"choose another name with "+t.flags()+", or replace the file with --force")
		}
	}
	return nil
}

// flags are what gives the files other names.
func (t Targets) flags() string {
	if t.Changes != "" {
		return "-o, --errors, --summary, --import-ready or --changes"
	}
	return "-o, --errors, --summary or --import-ready"
}

// all lists the files.
func (t Targets) all() []string {
	files := []string{t.Output, t.Summary}
	for _, file := range []string{t.Report, t.Ready, t.Changes} {
		if file != "" {
			files = append(files, file)
		}
	}
	return files
}

// Exists reports whether there is a file, a folder or anything else at path.
func Exists(path string) bool {
	_, err := os.Lstat(path)
	return path != "-" && err == nil
}
