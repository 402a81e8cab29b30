// Package question says what a row asks: pure functions from a header and a row to
// a question, no I/O.
//
// A [Kind] is one row of the table of keys ([Kinds], keys.go): a kind of ID, or the
// name, by which a sheet asks for records. Whatever differs between kinds is a field of
// the table: the value of --by, the headers, how a cell is read, the field that LoanPro
// searches, which text of a hit must equal the question, the words of messages. A new
// kind is a new row there; a test fails while one of its fields is empty.
//
// The way of a row:
//
//   - [Map] looks at the header once and returns the [Columns]: which column is the
//     key, which are evidence, which belong to an earlier run of loanmap ([Ours]). A
//     name is reduced to words of one meaning (header_words.go), and patterns over these
//     words say what the column holds (header_patterns.go). It does not guess: two
//     possible columns are a [*UsageError] that names both.
//   - A [Reader] turns rows into a [Question], or into the [Reason] why a row asks
//     nothing: [Reader.Ask]. The record that a person has chosen comes first
//     ([Choice]), then a [Decision] of an earlier run, then the row's own cells.
//   - Equal questions have equal names ([Question.Name]); loanmap asks them once.
//
// A row about a person asks by all that it says of them: a [Person], read from the
// columns of [PersonColumns].
//
// A cell, a hit and the address of a page come in the types of the rooms io/sheet and
// io/loanpro; nothing else of these rooms is used here. golang.org/x/text/width reads
// full-width digits in the column choose, and unicode/norm full-width letters in headers.
package question
