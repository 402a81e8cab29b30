// Package answer holds what a run says of a row: pure data, no I/O.
//
// An [Outcome] is the answer to one question. It is small, because a run keeps one
// for every question: a [Verdict], which many outcomes share, the record that was
// [Found], and [Detail], which few outcomes have.
//
// Four tables say how an outcome reaches a person. A new code, column or phrase is
// a new row, and tests fail while a field of a row is empty:
//
//   - the table of codes (codes.go): why a row is not matched, its status, a message
//     and a hint;
//   - the tables of columns (output_columns.go): what an output and an error report
//     add to the input's own columns, each a name and the function that fills it from
//     a [Row];
//   - the table of reasons (reasons.go): what was compared, in a compact form for code and
//     in words for people, read back from both;
//   - the form in the journal ([Outcome.AppendTo], [Read]): an outcome in few bytes,
//     so that a run that was killed resumes.
package answer
