// Package pipeline is the job: rows in, questions asked, answers joined, rows written.
//
// A [Job] says what to resolve and how, in groups: [Input], delivery.Output,
// lookup.Options, [Resume]. [Job.Run] does it and returns the [Summary]. Inside, a run
// holds what lasts as long as it does: locks, journal, lookup. A pass is one reading of
// the input; a run that starts over, or that asks once more for what was not found, makes
// a new one.
//
// The way of one row:
//
//  1. io/sheet reads it: its line number and its cells exactly as they are.
//  2. question turns it into a question, or into the reason why it asks nothing: an
//     empty cell never reaches the network.
//  3. lookup fills batches with new questions, asks them with several workers, compares
//     every hit by match, and audits what batches have said; or it has read all records
//     before (plan.go) and answers from memory. Batches come back in input order, and
//     nothing runs more than a window ahead: memory does not grow with the file.
//  4. The answers go to the journal (ledger.go), so that a run that was killed resumes.
//  5. delivery writes the row, with its answer, to the output; a row that is not matched
//     goes to the error report, too.
//  6. At the end counts must add up to the rows read; then the files get their names
//     together, the summary last, and the journal is removed.
//
// A job may be split into shards by what its rows ask (lookup.Options.Shard). Each is a run
// that writes a part, and a [Merge] writes the files of the job from all parts: steps 3 and
// 4 are then replaced by the reading of answers.
//
// What a run does at the moment, and how far it is, is its [Progress] (progress.go).
//
// A problem of a row is data: an answer.Outcome. A problem of the job is an error: it
// ends the run, and the same command resumes it. That decides every return type.
package pipeline
