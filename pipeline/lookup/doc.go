// Package lookup answers the questions of a run by searches in LoanPro.
//
// The way of a question:
//
//   - A [Batcher] fills a [Batch] with consecutive rows until it holds enough new
//     questions. Equal questions are asked once ([Asked]).
//   - [Lookup.Resolve] asks batches with several workers and yields them in order. A
//     batch is one search; if LoanPro cannot take it, it is halved until the bad question
//     is by itself. Questions about people take several searches: by name, email, phone,
//     custom ID, and the customers of the loan that the row names.
//   - Every hit becomes a candidate: compared here, by package match. What a question is
//     answered does not depend on the other questions of its batch: who is found for
//     another one alone is dropped (folding.go).
//   - Batches are audited in groups: what a batch did not find is asked again in batches
//     of another form, and a share one by one. If batches miss records, the pass ends with
//     [ErrDoubt], and the run starts over with [Lookup.WithoutBatches].
//   - Not found is a claim to be earned. If the index had gaps while questions were
//     asked, what it answered meanwhile is void and asked anew.
//
// What a tenant's search understands is probed once per key ([Lookup.Findings]). Errors
// of LoanPro leave a question open, with a failed outcome, or stop the run; a
// [*SearchError] says that the search cannot be relied on at all.
//
// An [Estimate] sends questions the same way to a [loanpro.Rehearsal], which counts the
// requests of a run, and sends none.
//
// [Lookup.Compare] reads records from which a person chooses, and compares them with their
// rows; [Ahead] reads them before the person looks.
//
// golang.org/x/sync/errgroup starts and ends the workers: ordered.go is the only place
// where a run starts goroutines.
package lookup
