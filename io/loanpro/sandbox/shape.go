package sandbox

import (
	"cmp"
	"net/http"

	"loanmap/io/loanpro/sandbox/engine"
)

// Mapping says how a tenant indexes its strings: "text", "keyword", "lowercase",
// "text+keyword" or "folded".
type Mapping = engine.Mapping

// MappingKeyword keeps strings whole, and case matters.
const MappingKeyword Mapping = "keyword"

// The values of Shape.Empties (documented: [] became null when LoanPro moved to
// OpenSearch, in phases).
const (
	emptiesMixed = "mixed" // results and expanded lists [], customers and dynamicProperties null
	emptiesNull  = "null"
	emptiesList  = "list" // []
)

// The values of Shape.Sort. LoanPro documents $orderby with id; that a tenant refuses
// or ignores it is assumed.
const (
	sortRefused = "refused"
	sortIgnored = "ignored"
)

// Shape says how a tenant differs from the plain one. The zero Shape changes
// nothing. How tenants differ is not documented: unless marked, all is assumed.
// Shares are from 0 to 1. A size or number of 0 means the default, which is in
// brackets. The tags are for a command line.
type Shape struct {
	Mapping Mapping `enum:"text,keyword,lowercase,text+keyword,folded" default:"text" placeholder:"HOW" help:"How strings are indexed: text, keyword, lowercase, text+keyword or folded, which is text without accents (${default})."`

	// What the index omits.
	IgnoreAbove int `placeholder:"N" help:"Do not index longer texts, in characters: IDs, titles, email addresses and the like in any mapping, names only where they are kept whole."`
	NGrams      int `name:"n-grams" min:"3" placeholder:"N" help:"Index displayId as its parts of 3 to N characters in lower case. A query must be one of them, so longer IDs are never found."`

	// How a search writes its rows. Quoted IDs and null lists are documented.
	IDStrings   bool   `name:"id-strings" help:"Write IDs of loans and of their customers in quotes."`
	FlagStrings bool   `help:"Write active, archived, deleted and temporaryAccount in quotes."`
	Empties     string `enum:"null,list,mixed" default:"mixed" placeholder:"HOW" help:"How empty lists are written: null, list for [], or mixed (${default})."`
	NoCustomers bool   `help:"Omit customers[] from loans, and ignore $expand."`

	DisplayIDs    string  `name:"display-ids" enum:"text,number" default:"text" placeholder:"HOW" help:"How display IDs and custom IDs of digits only are written: text, or number, which loses leading zeros (${default})."`
	DisplayIDless float64 `name:"display-id-less" placeholder:"SHARE" help:"Share of loans without displayId."`
	DeletedAs     string  `enum:"flag,active,deleted-at" default:"flag" placeholder:"HOW" help:"How a deleted loan is marked: flag for deleted, active for active 0 and no deleted, deleted-at for a date and no deleted. With the last two, temporaryAccount is called temporary (${default})."`
	BOM           bool    `name:"bom" help:"Begin bodies with a byte order mark."`
	Latin1        bool    `name:"latin-1" help:"Encode bodies in Windows-1252 without saying so. Other characters stay UTF-8."`

	// How a search pages.
	MaxPage        int    `placeholder:"ROWS" help:"Silently cut a larger $top to this."`
	HonestPageSize bool   `help:"Show the cut size in summary.pageSize, not the requested one."`
	NoTotal        bool   `help:"Omit the total from the summary."`
	Total          string `enum:"number,float,string,object,capped,page,small,random" default:"number" placeholder:"HOW" help:"How the total is written: number, float for 137.0, string, object for {value, relation}, or capped for an object that counts up to 10,000. Or it is wrong: page for the size of the page, small for nine tenths of it, random for any number (${default})."`
	NoSummary      bool   `help:"Omit the summary."`
	NoPaging       bool   `help:"Ignore $start: every page is the first."`
	Window         int    `placeholder:"ROWS" help:"Answer 500 where $start plus $top is larger (10,000)."`
	Sort           string `enum:",refused,ignored" default:"" placeholder:"HOW" help:"What becomes of $orderby and sort: refused with 409, or ignored, for an order that follows from nothing."`

	// What a search accepts. Each word of a match is a clause.
	ClauseLimit     int      `placeholder:"N" help:"Most clauses of a whole query (1,024 in any one bool)."`
	ClauseStatus    int      `enum:"409,500" default:"409" placeholder:"STATUS" help:"Status for a query with more clauses: 409 or 500 (${default})."`
	TermsLimit      int      `placeholder:"N" help:"Most values of one terms query, which counts as one clause."`
	BodyLimit       int      `placeholder:"BYTES" help:"Longest query (16 MiB)."`
	BodyLimitStatus int      `enum:"413,500" default:"413" placeholder:"STATUS" help:"Status for a longer one: 413 or 500 (${default})."`
	RefuseForms     []string `enum:"bool.filter,bool.must,bool.must_not,bool.should,constant_score,fuzziness,match,match-operator,match_all,match_phrase,query_string,range,term,terms" placeholder:"FORM" help:"Answer 409 to these forms of query: terms, match_phrase, match-operator, query_string, fuzziness, constant_score, bool.filter, …"`
	IgnoreFuzziness bool     `help:"Read word~ in a query_string as word."`
	Ranges          string   `enum:",ignored,empty,text" default:"" placeholder:"HOW" help:"How a range of numbers is misread: ignored finds all records, empty finds none, text compares numbers as texts."`

	// What a search withholds. That it cuts off low scores is documented.
	ScoreCutoff   float64 `placeholder:"SHARE" help:"Drop hits below this share of the best score."`
	CutoffClauses int     `placeholder:"N" help:"… but only when a query has more clauses or values than this."`
	DropHits      float64 `placeholder:"SHARE" help:"Drop this share of the hits of a query with more than one clause or value."`
	HoldBackFrom  int     `placeholder:"N" help:"… both from the N-th request on (1)."`
	HideDeleted   bool    `help:"Do not find deleted and temporary loans."`
	HideArchived  bool    `help:"Do not find archived loans."`
	IndexLag      int     `placeholder:"N" help:"Do not find the N newest loans yet."`

	// What the token may do. That roles have rights by endpoint is documented.
	NoLoanSearch     bool `help:"Answer 403 to a search of loans."`
	NoCustomerSearch bool `help:"Answer 403 to a search of customers."`

	OData bool `name:"odata" help:"Answer lists of Loans and Customers by $filter on id, displayId and customId, with eq and or; else 410."`
}

// complete checks the shape and fills in the defaults.
func (s Shape) complete() (Shape, error) {
	s.Empties = cmp.Or(s.Empties, emptiesMixed)
	s.Window = cmp.Or(s.Window, defaultWindow)
	s.BodyLimitStatus = cmp.Or(s.BodyLimitStatus, http.StatusRequestEntityTooLarge)
	s.ClauseStatus = cmp.Or(s.ClauseStatus, http.StatusConflict)
	s.Total = cmp.Or(s.Total, totalNumber)
	s.DisplayIDs = cmp.Or(s.DisplayIDs, displayIDsText)
	s.DeletedAs = cmp.Or(s.DeletedAs, deletedAsFlag)
	settings := s.settings()
	return s, cmp.Or(settings.Check(), s.checkSearch(), s.checkDocuments())
}

// checkSearch checks what a search finds and accepts.
func (s *Shape) checkSearch() error {
	return cmp.Or(
		notNegative("index lag", s.IndexLag), notNegative("hold back from", s.HoldBackFrom),
		isShare("score cut-off", s.ScoreCutoff), notNegative("cut-off clauses", s.CutoffClauses),
		isShare("drop hits", s.DropHits),
		notNegative("max page", s.MaxPage), notNegative("window", s.Window), notNegative("body limit", s.BodyLimit),
		emptyOrOneOf("sort", s.Sort, sortRefused, sortIgnored),
		oneOf("body limit status", s.BodyLimitStatus, http.StatusRequestEntityTooLarge, http.StatusInternalServerError),
		oneOf("clause status", s.ClauseStatus, http.StatusConflict, http.StatusInternalServerError),
	)
}

// checkDocuments checks how records and totals are written.
func (s *Shape) checkDocuments() error {
	return cmp.Or(
		oneOf("empties", s.Empties, emptiesMixed, emptiesNull, emptiesList),
		oneOf("total", s.Total, totalNumber, totalFloat, totalString, totalObject, totalCapped, totalPage, totalSmall, totalRandom),
		oneOf("display IDs", s.DisplayIDs, displayIDsText, displayIDsNumber),
		oneOf("deleted as", s.DeletedAs, deletedAsFlag, deletedAsActive, deletedAsDate),
		isShare("display-ID-less", s.DisplayIDless),
	)
}

func (s *Shape) id(n int) number { return number{n, s.IDStrings} }

func (s *Shape) flag(set bool) number { return number{oneIf(set), s.FlagStrings} }

// optionalFlag is flag, and nil for nil.
func (s *Shape) optionalFlag(set *bool) *number {
	if set == nil {
		return nil
	}
	return new(s.flag(*set))
}

// nested decides how an empty expanded list is written.
func (s *Shape) nested(list *nestedRecords) *nestedRecords {
	if len(list.Results) == 0 && s.Empties == emptiesNull {
		list.Results = nil
	}
	return list
}

// rowsOf decides how an empty page is written.
func rowsOf[T any](s *Shape, rows []T) any {
	if len(rows) == 0 && s.Empties == emptiesNull {
		return nil
	}
	return rows
}
