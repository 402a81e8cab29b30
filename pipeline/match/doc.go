// Package match decides which LoanPro record a row asks for. It holds pure functions
// from evidence to verdict: no I/O, no clock, no context, and no other package of
// loanmap. The terms are those of record linkage, in particular Fellegi and Sunter's.
//
// # From the cells of a row to a verdict on a customer
//
//  1. Read. [ReadName] turns the cells of a name ([NameParts]) into a [Name], which keeps
//     every way to read it. [ReadBirth], [ReadEmail], [ReadPhone], [ReadSSN4], [ReadZip] and
//     [ReadCustomID] turn the other cells into [Evidence]; a placeholder such as "N/A" reads
//     as missing. Together they are a [Person]. A record of LoanPro is read the same way.
//  2. Block. [Name.SearchTerms] returns the search terms ([Term]) that select the candidates,
//     [Name.FuzzyTerms] those of a search that allows typing errors. [CaseVariants] and
//     [NameCaseVariants] add upper and lower case for an index that distinguishes them. One request
//     searches for several rows, so a [NameFilter] of a row's terms picks the row's own hits.
//  3. Compare. [Compare] compares two people field by field and returns a [Comparison], with
//     one agreement level for each field: missing, agrees, disagrees, vetoes or outweighed. Where many
//     records have one name, [CompareNames] and [NameComparison.WithEvidence] do the same in two steps.
//     [Comparison.WithLoan] adds whether the record is a customer of the row's loan.
//     [Comparison.Plausible] says whether the record is a possible match at all.
//  4. Decide. [Customer] takes all [Candidate] records of a row and returns a [Verdict]: the
//     one record that matches, or a [Code] that says why a person must choose.
//
// A name alone is not a match, unless the caller accepts that ([CustomerOptions]). Only one
// candidate may qualify, a veto always excludes, and all searches must have been complete.
// The [Confidence] of a match says how much evidence there is.
//
// # IDs
//
// [Number] decides on one of the lender's own IDs, [SystemID] on LoanPro's. Cells are
// compared after [Clean]; [Fold] is the key for equality except for case. An ID that is
// not found may have been damaged by a spreadsheet: [Repairs] lists the forms that are
// worth a request, and [LooseKey] is the key that a damaged ID and its original share. Such a
// record is proposed and never matched.
//
// # Decisions of a person
//
// A person may choose a record for a row. [Comparison.Supports] and [CompareNumbers] check that
// choice against the row.
//
// # Privacy
//
// A [Verdict] and a [Comparison] hold no value of a row or a record: [Verdict].Reasons says
// which fields agreed, not what they hold.
//
// # Libraries
//
// golang.org/x/text/unicode/norm composes and decomposes characters. xrash/smetrics
// computes the Jaro-Winkler similarity of names. The table of nicknames is our own
// (nicknames.txt).
package match
