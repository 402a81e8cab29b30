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
// Shares are from 0 to 1; sizes and numbers of 0 mean the default, which stands
// in brackets. The tags are those of a command line.
type Shape struct {
	Mapping Mapping `placeholder:"HOW" help:"How strings are indexed: text, keyword, lowercase or text+keyword (text)."`

	// What the index leaves out.
	IgnoreAbove int `placeholder:"N" help:"Texts of more characters than this cannot be searched: IDs, titles, email addresses and the like in any mapping, names too where they are kept whole."`
	NGrams      int `name:"n-grams" placeholder:"N" help:"displayId is indexed as its parts of 3 to N characters in lower case, of which a query must be one: longer IDs are never found."`

	// How a search writes its rows. Quoted IDs and null lists are documented.
	IDStrings   bool    `name:"id-strings" help:"IDs of loans and of their customers in quotes."`
	FlagStrings bool    `help:"active, archived, deleted and temporaryAccount in quotes."`
	Empties     Empties `placeholder:"HOW" help:"Lists of nothing: null, list for [], or mixed (mixed)."`
	NoCustomers bool    `help:"Loans show no customers[], and $expand is ignored."`

	DisplayIDs    string  `name:"display-ids" placeholder:"HOW" help:"How display IDs and custom IDs of digits alone are written: text, or number, which loses leading zeros (text)."`
	DisplayIDless float64 `name:"display-id-less" placeholder:"SHARE" help:"Share of loans that are shown without displayId."`
	DeletedAs     string  `placeholder:"HOW" help:"How a deleted loan is marked: flag for deleted, active for active 0 and no deleted, deleted-at for a date and no deleted; with the last two, temporaryAccount is called temporary (flag)."`
	BOM           bool    `name:"bom" help:"Bodies begin with a byte order mark."`
	Latin1        bool    `name:"latin-1" help:"Bodies are in Windows-1252 and do not say so; what that lacks stays UTF-8."`

	// How a search pages.
	MaxPage        int    `placeholder:"ROWS" help:"Silently cut a larger $top to this."`
	HonestPageSize bool   `help:"Let summary.pageSize tell the cut size, not the one asked for."`
	NoTotal        bool   `help:"No total in the summary."`
	Total          string `placeholder:"HOW" help:"How the total is written: number, float for 137.0, string, object for {value, relation}, or capped for one that counts up to 10,000 (number)."`
	NoSummary      bool   `help:"No summary."`
	NoPaging       bool   `help:"Ignore $start: every page is the first."`
	Window         int    `placeholder:"ROWS" help:"Answer 500 where $start and $top reach further (10,000)."`

	// What a search takes. Each word of a match is a clause.
	ClauseLimit     int      `placeholder:"N" help:"Most clauses in all of a query (1,024 in any one bool)."`
	ClauseStatus    int      `placeholder:"STATUS" help:"What a query with more gets: 409 or 500 (409)."`
	TermsLimit      int      `placeholder:"N" help:"Most values of one terms query, which counts as one clause."`
	BodyLimit       int      `placeholder:"BYTES" help:"Longest query (16 MiB)."`
	BodyLimitStatus int      `placeholder:"STATUS" help:"What a longer one gets: 413 or 500 (413)."`
	RefuseForms     []string `placeholder:"FORM,…" help:"Forms of query that get 409: terms, match_phrase, match-operator, query_string, fuzziness, constant_score, bool.filter, …"`
	IgnoreFuzziness bool     `help:"A query_string takes word~ for word."`

	// What a search holds back. That it cuts off low scores is documented.
	ScoreCutoff   float64 `placeholder:"SHARE" help:"Drop hits below this share of the best score."`
	CutoffClauses int     `placeholder:"N" help:"… but only when a query has more clauses or values than this."`
	DropHits      float64 `placeholder:"SHARE" help:"Drop this share of the hits of a query with more than one clause or value."`
	HoldBackFrom  int     `placeholder:"N" help:"… both from the N-th request on (1)."`
	HideDeleted   bool    `help:"Deleted and temporary loans are not found."`
	HideArchived  bool    `help:"Archived loans are not found."`
	IndexLag      int     `placeholder:"N" help:"The search does not know the N newest loans yet."`

	// What the token may do. That roles have rights by endpoint is documented.
	NoLoanSearch     bool `help:"Answer 403 to a search of loans."`
	NoCustomerSearch bool `help:"Answer 403 to a search of customers."`

	OData bool `name:"odata" help:"Answer lists of Loans and Customers by $filter on id, displayId and customId, with eq and or; else 410."`
}

// complete checks the shape and fills in what was not said.
func (s Shape) complete() (Shape, error) {
	s.Mapping = cmp.Or(s.Mapping, MappingText)
	s.Empties = cmp.Or(s.Empties, EmptiesMixed)
	s.Window = cmp.Or(s.Window, maxWindow)
	s.BodyLimitStatus = cmp.Or(s.BodyLimitStatus, 413)
	s.ClauseStatus = cmp.Or(s.ClauseStatus, 409)
	s.Total = cmp.Or(s.Total, TotalNumber)
	s.DisplayIDs = cmp.Or(s.DisplayIDs, DisplayIDsText)
	s.DeletedAs = cmp.Or(s.DeletedAs, DeletedAsFlag)
	return s, cmp.Or(
		oneOf("mapping", s.Mapping, MappingText, MappingKeyword, MappingLowercase, MappingTextKeyword),
		oneOf("empties", s.Empties, EmptiesMixed, EmptiesNull, EmptiesList),
		oneOf("body limit status", s.BodyLimitStatus, 413, 500),
		notNegative("max page", s.MaxPage), notNegative("window", s.Window),
		notNegative("clause limit", s.ClauseLimit), notNegative("terms limit", s.TermsLimit),
		notNegative("body limit", s.BodyLimit), notNegative("cut-off clauses", s.CutoffClauses),
		notNegative("index lag", s.IndexLag), notNegative("hold back from", s.HoldBackFrom),
		isShare("score cut-off", s.ScoreCutoff), isShare("drop hits", s.DropHits),
		knownForms(s.RefuseForms), s.checkDocuments(), s.checkGrams(),
		notNegative("ignore above", s.IgnoreAbove), oneOf("clause status", s.ClauseStatus, 409, 500),
	)
}

// checkDocuments checks how records and totals are written.
func (s *Shape) checkDocuments() error {
	return cmp.Or(
		oneOf("total", s.Total, TotalNumber, TotalFloat, TotalString, TotalObject, TotalCapped),
		oneOf("display IDs", s.DisplayIDs, DisplayIDsText, DisplayIDsNumber),
		oneOf("deleted as", s.DeletedAs, DeletedAsFlag, DeletedAsActive, DeletedAsDate),
		isShare("display-ID-less", s.DisplayIDless),
	)
}

func oneOf[T cmp.Ordered](name string, got T, want ...T) error {
	if slices.Contains(want, got) {
		return nil
	}
	return fmt.Errorf("%s %v: give one of %s", name, got, strings.Trim(fmt.Sprint(want), "[]"))
}

// noneOrOneOf is oneOf for what may stay "".
func noneOrOneOf(name, got string, want ...string) error {
	if got == "" {
		return nil
	}
	return oneOf(name, got, want...)
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

// flagOrNone is flag, nil for nil.
func (s *Shape) flagOrNone(set *bool) *number {
	if set == nil {
		return nil
	}
	return new(s.flag(*set))
}

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
	out := found{D: foundRows{Results: rows}}
	if s.NoSummary {
		return out
	}
	out.D.Summary = &summary{Start: req.start, PageSize: req.asked}
	if s.HonestPageSize {
		out.D.Summary.PageSize = req.top
	}
	if !s.NoTotal {
		out.D.Summary.Total = s.total(total)
	}
	return out
}
