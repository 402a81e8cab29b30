// Package people makes up a lender: loans, the people and companies who borrow,
// and noisy rows about them, with the truth. None of these people exist. Their
// phone numbers, email domains and social security numbers are from ranges that
// are reserved or never issued.
//
// # Use
//
// [Generate] makes a [Tenant] from a [Config]. The same seed gives the same
// tenant, under any version of Go. [Tenant.Rows] yields rows of an imagined export,
// a [Row] each. [Tenant.Export] and [Tenant.ExportRows] write files, and [Load]
// reads a tenant back.
//
// # How a tenant is made
//
// The generator first makes the loans (generator.go). It gives each a display ID in
// one of the styles of lenders (displayids.go), or one that follows from another
// loan's, such as a twin or a near miss (relations.go). Then it adds the borrowers
// (borrowers.go). Small tenants begin with one of everything.
//
// The population (population.go) is all people: the borrowers, further customers,
// and absent people, who are in exports but not in the tenant. People live in
// households (households.go), where they share addresses, phones and sometimes
// names. Some move or marry (events.go), so that the tenant and an export know
// different facts of them. Some customers have a second record. Names are as
// frequent as in a census (names.go, distribution.go).
//
// # How a row is made
//
// A row generator (rows.go) draws a person and makes a name (rows_names.go) and
// other evidence (rows_evidence.go), with the typing errors, nicknames, stale
// phones and placeholders of real exports. Row.Truth is the right answer and
// Row.Trap says what makes the row hard. The shares at the top of rows.go are
// assumed.
//
// # Libraries
//
// gocsv reads and writes the files, whose records have a fixed shape: struct tags
// name the columns of loans.csv, customers.csv and rows.csv. encoding/csv is
// underneath, for the line numbers of errors. golang.org/x/text/unicode/norm takes
// accents off letters.
package people
