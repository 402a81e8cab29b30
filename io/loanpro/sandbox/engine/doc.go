// Package engine is a small search engine that behaves like OpenSearch, as far as
// the sandbox needs it: analysis, mapping, queries, scores and limits. It does not
// know loans, customers or HTTP.
//
// # Use
//
// [New] makes an [Index] of documents from [Field] values and [Settings]. A
// document is known by its position, and a field is a function that yields the
// texts or numbers of a position. So the engine holds no documents. [Index.Parse]
// reads the JSON of a query and returns a [Query] or an [*Error]. [Query.Hits] runs
// it. [Hits.Page] returns the positions of one page.
//
// # How a text is found
//
// The [Mapping] decides which tokens a field has for a text (mapping.go): words in
// lower case, cut by the standard analyzer (analysis.go), or the whole text, or
// n-grams (ngrams.go). Postings list the documents of each token (postings.go). A
// dictionary has the tokens in alphabetical order, for wildcards and fuzzy terms
// (dictionary.go). Numbers and dates are in a sorted list (values.go). All of these
// are built when a query first needs them.
//
// # How a query runs
//
// The parser (query.go, members.go, ranges.go) checks names and values and builds
// a tree of nodes (nodes.go). The text of a query_string has its own parser
// (lucene.go, querystring.go). cost.go counts clauses and compares them with the
// limits, forms.go names the parts of a query for refusals and statistics. A node
// finds ascending lists of documents with scores, which hits.go merges.
//
// Scores use BM25's inverse document frequency only. They order hits plausibly,
// not exactly as OpenSearch does. No answer depends on the order of a map.
//
// LoanPro publishes no mapping and few forms of query. What is not marked as
// documented is OpenSearch's or Elasticsearch's behavior, and assumed.
package engine
