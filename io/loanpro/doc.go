// Package loanpro is a client of one tenant of LoanPro over HTTP. It searches and
// reads, and never writes. A result is complete, or it is an error.
//
// # The way through
//
// [New] takes a [Config] and returns a [Client]. For each [Key] that the caller
// asks by, [Client.Probe] finds out how the tenant can be searched: LoanPro
// documents neither the mapping of its index nor its limits. The [Findings] hold
// a search strategy ([Strategy]) for batches, one for what batches do not find, and
// one for single questions. [Client.Find] takes a strategy and values ([Value])
// and returns each [Hit], near misses included: an index compares words, so the
// caller compares the values itself. [Client.FindInDatabase] asks the database,
// which has no index lag, where a tenant allows it. A [Rehearsal] takes the place of a
// client where nothing may be sent: it counts requests.
//
// # Why results can be believed
//
// A search index can lose records for a while without saying so. Searches
// therefore carry controls, which are records known to exist. If controls are
// missing, Find waits until the index shows its first page, the baseline, again.
// [Client.Confirm] rereads the baseline, and [Client.Gaps] counts what was
// noticed. [Client.Baseline], [Client.Expect], [Client.Known] and
// [Client.Require] carry the baseline from one run to the next. The arithmetic is
// in controls.go.
//
// # Scans
//
// [Client.Size] asks how many records of a kind there are and whether they can be read
// in the order of their system IDs. [Client.Scan] reads all of them and proves it; the
// proofs and their arithmetic are in scan.go.
//
// # Requests
//
// All requests of a client keep one pace ([Config].Pace), which slows down when
// LoanPro refuses. A [Pace] comes from the caller, since several processes may share
// one. Searches are reads, so failed requests are retried: with backoff and
// jitter, within a budget for the whole client, and through an outage for as
// long as [Config].Patience. An [Error] says what its failure means for the
// requests after it ([Class]) and what a person can do ([Error.Advice]). The
// token ([Token]) and the values of rows never reach a log or an error text.
//
// # Answers
//
// LoanPro writes the same value in several types: IDs and flags as numbers or
// strings, lists as null or as objects, errors in five shapes. The decoder accepts
// all of them; lenient.go says what it accepts. An answer that
// is cut off, not from LoanPro, or incomplete by its own account is not a result.
//
// [ParsePageURL] is apart from the client: it finds IDs in the address of a page
// that a person has pasted into a cell.
//
// # Libraries
//
//   - github.com/go-json-experiment/json decodes answers. Types decode
//     themselves from the stream (UnmarshalerFrom), so nested values are not
//     scanned again at each level. Queries are encoded by encoding/json.
//   - github.com/cenkalti/backoff/v5 runs the attempts of a request and draws
//     their jitter. When to stop is decided in retry.go.
//   - golang.org/x/time/rate keeps the budget of retries.
//   - golang.org/x/text folds and normalizes texts that are compared or redacted,
//     and decodes Windows-1252.
//   - github.com/xrash/smetrics computes edit distances, to keep similar names
//     from being controls.
//
// Facts about LoanPro name their source: LoanPro docs or help, or public code. The
// others are marked as not documented and probed, or as assumed.
package loanpro
