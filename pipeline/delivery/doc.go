// Package delivery holds the files of a run: where they go, what they look like, and
// that they appear together or not at all.
//
// The way of a run's files:
//
//   - A [Request] says which files a run reads and writes. [Request.Targets] names and
//     checks them, [Request.Hold] locks them ([Locks]).
//   - A [Reading] is the input as one pass reads it: its reader, its columns, and how
//     output and report are laid out.
//   - [Delivery.FindPrevious] reads what was found before, for a run that is compared
//     with it ([Reconcile]): from a previous output or from the input's own columns.
//   - [Delivery.Create] begins the files of a pass, and [Files.Write] writes a row
//     wherever it belongs: output, report, import file, changes. With [Into], rows of a
//     corrected report are filled into the output that they belong to.
//   - [Files.Commit] has everything safely on disk before the first file gets its name.
//     Until the last one, the summary, has its name, a summary says that the run has not
//     finished, and which files are complete.
//
// A run of a shard of a job writes a part in place of these files: answers alone
// (part.go). [OpenParts] proves that parts are those of one whole job, and a merge writes
// the files above from the input and from them.
//
// A comparison stops a run with a *[BrakeError] if too much is lost. Sheets are read and
// written by io/sheet; that a file appears whole and under a lock is the work of io/disk;
// the journals of other runs ([Asides]) are those of io/journal.
//
// github.com/gocarina/gocsv writes the records of the file of changes, which have a
// fixed shape but for the columns of the question.
// golang.org/x/text/message writes numbers in messages as people read them.
package delivery
