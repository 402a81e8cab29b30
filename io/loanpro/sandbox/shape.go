package sandbox

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Mapping says how a tenant indexes its strings. LoanPro publishes no mapping:
// all four are assumed, after what OpenSearch offers.
type Mapping string

// The mappings. None is MappingText.
const (
	MappingText        Mapping = "text"         // cut into lower-case words by the standard analyser
	MappingKeyword     Mapping = "keyword"      // kept whole, upper and lower case differ
	MappingLowercase   Mapping = "lowercase"    // kept whole, in lower case
	MappingTextKeyword Mapping = "text+keyword" // text, and each field also whole, as name.keyword
)

// Empties says how a search writes a list that holds nothing (documented:
// [] became null when LoanPro moved to OpenSearch, in phases).
type Empties string

// The ways to write nothing. None is EmptiesMixed.
const (
	EmptiesMixed Empties = "mixed" // results and expanded lists [], customers and dynamicProperties null
	EmptiesNull  Empties = "null"
	EmptiesList  Empties = "list" // []
)

// Shape says how a tenant differs from the plain one. The zero Shape changes
// nothing. How tenants differ is not documented: unless marked, all is assumed.
// Shares are from 0 to 1; sizes and numbers of 0 mean the default.
type Shape struct {
	Mapping Mapping // of all string fields of both searches

	// How a search writes its rows.
	IDStrings   bool    // id, customers[].id and loanStatusId of loans in quotes (documented for some tenants)
	FlagStrings bool    // active, archived, deleted and temporaryAccount of loans in quotes
	Empties     Empties // null or [] for lists of nothing
	NoCustomers bool    // loans show no customers[] and cannot be searched by them; $expand is ignored

	// How a search pages.
	MaxPage        int  // rows; a larger $top is silently cut to it; 0 means no cut
	HonestPageSize bool // summary.pageSize tells the cut size, not the one asked for
	NoTotal        bool // summary has no total
	NoSummary      bool // the answer has no summary
	NoPaging       bool // $start is ignored: every page is the first
	Window         int  // rows that $start and $top may reach, else 500; 0 means 10,000

	// What a search takes.
	ClauseLimit     int      // clauses in all of a query, and each word of a match is one; 0 means 1,024 in any one bool
	TermsLimit      int      // values of one terms query, which counts as one clause; 0 means no limit
	BodyLimit       int      // bytes of a query; 0 means 16 MiB
	BodyLimitStatus int      // what a longer one is answered with, 413 or 500; 0 means 413
	RefuseForms     []string // forms of query answered 409: see QueryForms

	// What a search holds back.
	ScoreCutoff   float64 // share of the best score below which hits are dropped (documented; the share is not)
	CutoffClauses int     // cut off only when a query has more clauses or values of terms than this
	DropHits      float64 // share of hits dropped when a query has more than one clause or value of terms
	HideDeleted   bool    // neither deleted nor temporary loans
	HideArchived  bool    // no archived loans
	IndexLag      int     // loans with the highest IDs that the search does not know yet

	// What the token may do.
	NoLoanSearch     bool // 403 to the search of loans (documented: roles have rights by endpoint)
	NoCustomerSearch bool // 403 to the search of customers (documented, as above)

	// OData answers lists of Loans and Customers by $filter, for id, displayId
	// and customId with eq and or; else 410, as it is without $filter.
	OData bool
}

// complete checks the shape and fills in what was not said.
func (s Shape) complete() (Shape, error) {
	s.Mapping = cmp.Or(s.Mapping, MappingText)
	s.Empties = cmp.Or(s.Empties, EmptiesMixed)
	s.Window = cmp.Or(s.Window, maxWindow)
	s.BodyLimitStatus = cmp.Or(s.BodyLimitStatus, 413)
	return s, cmp.Or(
		oneOf("mapping", s.Mapping, MappingText, MappingKeyword, MappingLowercase, MappingTextKeyword),
		oneOf("empties", s.Empties, EmptiesMixed, EmptiesNull, EmptiesList),
		oneOf("body limit status", s.BodyLimitStatus, 413, 500),
		notNegative("max page", s.MaxPage), notNegative("window", s.Window),
		notNegative("clause limit", s.ClauseLimit), notNegative("terms limit", s.TermsLimit),
		notNegative("body limit", s.BodyLimit), notNegative("cut-off clauses", s.CutoffClauses),
		notNegative("index lag", s.IndexLag),
		isShare("score cut-off", s.ScoreCutoff), isShare("drop hits", s.DropHits),
		knownForms(s.RefuseForms),
	)
}

func oneOf[T cmp.Ordered](name string, got T, want ...T) error {
	if slices.Contains(want, got) {
		return nil
	}
	return fmt.Errorf("%s %v: give one of %s", name, got, strings.Trim(fmt.Sprint(want), "[]"))
}

func notNegative[T ~int | ~int64](name string, got T) error {
	if got >= 0 {
		return nil
	}
	return fmt.Errorf("%s %v: give 0 or more", name, got)
}

func isShare(name string, got float64) error {
	if got >= 0 && got <= 1 {
		return nil
	}
	return fmt.Errorf("%s %v: give a share from 0 to 1", name, got)
}

// number is a whole number in JSON, or the same in quotes.
type number struct {
	value  int
	quoted bool
}

func (n number) MarshalJSON() ([]byte, error) {
	if n.quoted {
		return fmt.Appendf(nil, "%q", fmt.Sprint(n.value)), nil
	}
	return fmt.Append(nil, n.value), nil
}

func (s *Shape) id(n int) number { return number{n, s.IDStrings} }

func (s *Shape) flag(set bool) number { return number{int(oneIf(set)), s.FlagStrings} }

// nested settles how an expanded list of nothing is written.
func (s *Shape) nested(list *nestedRecords) *nestedRecords {
	if len(list.Results) == 0 && s.Empties == EmptiesNull {
		list.Results = nil
	}
	return list
}

// rowsOf settles how a page of nothing is written.
func rowsOf[T any](s *Shape, rows []T) any {
	if len(rows) == 0 && s.Empties == EmptiesNull {
		return nil
	}
	return rows
}

// envelope wraps a page of rows; total counts the hits of all pages.
func (s *Shape) envelope(rows any, req request, total int) found {
	out := found{foundRows{Results: rows}}
	if s.NoSummary {
		return out
	}
	out.D.Summary = &summary{Start: req.start, PageSize: req.asked}
	if s.HonestPageSize {
		out.D.Summary.PageSize = req.top
	}
	if !s.NoTotal {
		out.D.Summary.Total = &total
	}
	return out
}
