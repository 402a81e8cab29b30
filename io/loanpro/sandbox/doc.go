// Package sandbox is a LoanPro tenant to try things on: generated loans and
// customers behind the searches and reads of LoanPro's API, over real HTTP on
// this machine.
//
// It answers as LoanPro's documents say. Where they are silent it answers as the
// search server behind LoanPro would. Comments mark what is documented, what was
// seen in public code and what is assumed. The sandbox refuses every call that is
// neither a search nor a read, and logs it as an error. It serves only this
// machine. It shares no code with the client, so the two cannot share a mistake.
//
// # Use
//
// [New] makes a [Sandbox] from [Options]. [Sandbox.Start] serves it and returns
// the base URL for a client. [Sandbox.Token] and [Sandbox.TenantID] are its
// credentials. [Sandbox.Counters] tells how it was used, and so does a GET of
// /sandbox/counters. [Sandbox.Loans] and [Sandbox.Customers] tell the truth,
// whatever a search shows, and [Sandbox.PersonRows] gives rows to match with the
// right answers. [Shape] says how this tenant differs from the plain one, [Faults]
// what goes wrong.
//
// # The way of a request
//
// [Sandbox.ServeHTTP] numbers the request and takes it through the same steps
// each time (answer.go). Each step answers it or passes it on:
//
//   - refuse everything that could be a write
//   - answer from the cache of a proxy (cache.go)
//   - check token and tenant ID, then the limit (answer.go, counters.go)
//   - give every answer one status for a while (status.go)
//   - let a fault strike (fail.go, faults.go)
//   - route it to a search (search.go), a record (records.go) or a list (odata.go)
//
// A search parses its query and finds positions of records with package engine.
// Then the index may lack a part (forget.go), the shape may withhold hits
// (withheld.go), and documents.go turns positions into rows. At the end deliver.go
// waits for the latency and writes the answer, damaged if a fault says so.
//
// A fault that strikes by request is here. What depends on the index only, such
// as the mapping and the limits of queries, is in package engine. The records, and
// the noisy rows about them, are in package people.
//
// # Libraries
//
// golang.org/x/text/encoding/charmap writes bodies in Windows-1252 (Shape.Latin1).
// net/http does the rest.
package sandbox
