package sandbox

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	loans     = "Loans/Autopal.Search()"
	customers = "Customers/Autopal.Search()"
)

// shapedAs returns the tenant of the test files with a shape.
func shapedAs(t testing.TB, shape Shape) *Sandbox {
	t.Helper()
	return made(t, Options{Dir: folder(t, someLoans, someCustomers), Shape: shape})
}

func TestMappings(t *testing.T) {
	for _, c := range []struct {
		mapping Mapping
		query   string
		want    []int
	}{
		{"text", `{"match":{"displayId":"000212"}}`, []int{13}},
		{"text", `{"match":{"displayId.keyword":"L000212"}}`, []int{}},
		{"keyword", `{"match":{"displayId":"L000212"}}`, []int{11}},
		{"keyword", `{"match":{"displayId":"l000212"}}`, []int{}},
		{"keyword", `{"match":{"displayId":"000212"}}`, []int{}},
		{"keyword", `{"match":{"displayId":"LN - 00456 12"}}`, []int{}},
		{"keyword", `{"match":{"displayId":{"query":"LN - 00456","operator":"and"}}}`, []int{14}},
		{"keyword", `{"match":{"displayId":""}}`, []int{}},
		{"keyword", `{"match_phrase":{"displayId":"LN - 00456"}}`, []int{14}},
		{"keyword", `{"match_phrase":{"displayId":"00456"}}`, []int{}},
		{"keyword", `{"term":{"displayId":"MY LOAN 12"}}`, []int{18}},
		{"keyword", `{"terms":{"displayId":["L000212","12","l-000212"]}}`, []int{11, 16}},
		{"keyword", `{"query_string":{"query":"\"LN - 00456\"","fields":["displayId"]}}`, []int{14}},
		{"keyword", `{"query_string":{"query":"L00021?3","fields":["displayId"]}}`, []int{12}},
		{"keyword", `{"query_string":{"query":"l00021?3","fields":["displayId"]}}`, []int{}},
		{"keyword", `{"match":{"customers.lastName":"O'Brien"}}`, []int{12, 14}},
		{"keyword", `{"match":{"customers.lastName":"o'brien"}}`, []int{}},
		{"lowercase", `{"match":{"displayId":"l-000212"}}`, []int{13}},
		{"lowercase", `{"match":{"displayId":"L-000212"}}`, []int{13}},
		{"lowercase", `{"match":{"displayId":"000212"}}`, []int{}},
		{"lowercase", `{"term":{"displayId":"My Loan 12"}}`, []int{18}},
		{"lowercase", `{"terms":{"displayId":["L000212","ln - 00456"]}}`, []int{11, 14}},
		{"lowercase", `{"match_phrase":{"displayId":"ln - 00456"}}`, []int{14}},
		{"lowercase", `{"query_string":{"query":"*L00021*","fields":["displayId"]}}`, []int{11, 12}},
		{"text+keyword", `{"match":{"displayId":"000212"}}`, []int{13}},
		{"text+keyword", `{"term":{"displayId":"L000212"}}`, []int{}},
		{"text+keyword", `{"term":{"displayId.keyword":"L000212"}}`, []int{11}},
		{"text+keyword", `{"term":{"displayId.keyword":"l000212"}}`, []int{}},
		{"text+keyword", `{"terms":{"displayId.keyword":["LN - 00456","12"]}}`, []int{14, 16}},
		{"text+keyword", `{"match":{"displayId.keyword":"LN - 00456"}}`, []int{14}},
		{"text+keyword", `{"match":{"id.keyword":"11"}}`, []int{}},
		{"text+keyword", `{"term":{"customers.lastName.keyword":"O'Brien"}}`, []int{12, 14}},
	} {
		s := shapedAs(t, Shape{Mapping: c.mapping})
		code, got := searched(t, s, loans+"?$top=50&$orderby=id", `{"query":`+c.query+`}`)
		if diff := cmp.Diff(c.want, got.ids(t)); diff != "" || code != 200 {
			t.Errorf("%s, %s: %d %v %s", c.mapping, c.query, code, got.Error, diff)
		}
	}
	s := shapedAs(t, Shape{Mapping: "keyword"})
	for query, want := range map[string][]int{
		`{"match":{"customId":"CUST-0009"}}`: {751},
		`{"match":{"customId":"0009"}}`:      {},
	} {
		if _, got := searched(t, s, customers, `{"query":`+query+`}`); cmp.Diff(want, got.ids(t)) != "" {
			t.Errorf("customers %s: %v", query, got.ids(t))
		}
	}
}

// TestSwitches sends the same request to a plain tenant and to one with a switch.
// Only the second may answer as the switch says.
func TestSwitches(t *testing.T) {
	should := func(query string) string { return `{"query":{"bool":{"should":[` + query + `]}}}` }
	phrases := should(`{"match_phrase":{"displayId":"L000212"}},{"match_phrase":{"displayId":"L-000212"}}`)
	none := `{"query":{"match":{"displayId":"nowhere"}}}`
	for name, c := range map[string]struct {
		shape        Shape
		target, body string
		status       int
		says, not    string
	}{
		"id in quotes":          {Shape{IDStrings: true}, loans, "", 200, `{"id":"11",`, `"id":751`},
		"borrower's id":         {Shape{IDStrings: true}, loans, "", 200, `"customers":[{"id":"751",`, ""},
		"status id":             {Shape{IDStrings: true}, loans, "", 200, `"loanStatusId":"2"`, ""},
		"active":                {Shape{FlagStrings: true}, loans, "", 200, `"active":"1","archived":"0","deleted":"0","temporaryAccount":"0"`, ""},
		"nothing found is null": {Shape{Empties: emptiesNull}, loans, none, 200, `"results":null`, ""},
		"no customer found":     {Shape{Empties: emptiesNull}, customers, none, 200, `"results":null`, ""},
		"nothing expanded":      {Shape{Empties: emptiesNull}, loans + "?$expand=Customers", "", 200, `"Customers":{"results":null}`, ""},
		"no customers, []":      {Shape{Empties: emptiesList}, loans, "", 200, `"customers":[]`, `"customers":null`},
		"no properties, []":     {Shape{Empties: emptiesList}, customers, "", 200, `"dynamicProperties":[]`, ""},
		"no customers":          {Shape{NoCustomers: true}, loans + "?$expand=Customers", "", 200, `"id":11`, `ustomers"`},
		"no customers in index": {Shape{NoCustomers: true}, loans, `{"query":{"match":{"customers.lastName":"Adams"}}}`, 200, `"results":[]`, ""},
		"page is cut":           {Shape{MaxPage: 3}, loans + "?$top=5", "", 200, `"start":0,"pageSize":5,"total":8`, `"id":14`},
		"page is cut by 10":     {Shape{MaxPage: 3}, loans, "", 200, `"pageSize":10`, `"id":14`},
		"page size is honest":   {Shape{MaxPage: 3, HonestPageSize: true}, loans + "?$top=5", "", 200, `"pageSize":3`, ""},
		"no total":              {Shape{NoTotal: true}, loans, "", 200, `"summary":{"start":0,"pageSize":10}`, ""},
		"no summary":            {Shape{NoSummary: true}, loans, "", 200, `]}}`, `summary`},
		"no paging":             {Shape{NoPaging: true}, loans + "?$start=4&$top=2&$orderby=id", "", 200, `"id":11,`, `"id":15,`},
		"window":                {Shape{Window: 20}, loans + "?$start=11", "", 500, `less than or equal to: [20] but was [21]`, ""},
		"clause limit":          {Shape{ClauseLimit: 3}, loans, phrases[:len(phrases)-4] + `,{"match":{"displayId":"a b"}}]}}}`, 409, `maxClauseCount is set to 3`, ""},
		"clauses deep down":     {Shape{ClauseLimit: 1}, loans, `{"query":{"constant_score":{"filter":{"bool":{"must":` + phrases[9:] + `}}}}`, 409, `maxClauseCount`, ""},
		"terms limit":           {Shape{TermsLimit: 2}, loans, `{"query":{"bool":{"must":{"terms":{"displayId":["a","b","c"]}}}}}`, 409, `allowed maximum of [2]`, ""},
		"body limit":            {Shape{BodyLimit: len(phrases) - 1}, loans, phrases, 413, `<h1>413`, `"d"`},
		"body limit, 500":       {Shape{BodyLimit: len(phrases) - 1, BodyLimitStatus: 500}, loans, phrases, 500, `"error"`, ""},
		"deleted hidden":        {Shape{HideDeleted: true}, loans, "", 200, `"total":6`, `"deleted":1`},
		"archived hidden":       {Shape{HideArchived: true}, loans, "", 200, `"total":6`, `"archived":1`},
		"lag":                   {Shape{IndexLag: 2}, loans, "", 200, `"total":6`, `"id":17,`},
		"lag of all":            {Shape{IndexLag: 99}, loans, "", 200, `"total":0`, `"id"`},
		"range ignored":         {Shape{Ranges: "ignored"}, loans, `{"query":{"range":{"id":{"gt":11,"lte":16}}}}`, 200, `"total":8`, ""},
		"range finds nothing":   {Shape{Ranges: "empty"}, loans, `{"query":{"range":{"id":{"gt":11,"lte":16}}}}`, 200, `"total":0`, ""},
		"range of texts":        {Shape{Ranges: "text"}, loans, `{"query":{"range":{"id":{"gte":1,"lte":2}}}}`, 200, `"total":8`, ""},
		"sort refused":          {Shape{Sort: sortRefused}, loans + "?$orderby=id%20asc", "", 409, `does not sort`, `"d"`},
		"sort of body refused":  {Shape{Sort: sortRefused}, loans, `{"sort":{"id":"desc"}}`, 409, `does not sort`, `"d"`},
		"no search of loans":    {Shape{NoLoanSearch: true}, loans, "", 403, `"message"`, ""},
		"none of customers":     {Shape{NoCustomerSearch: true}, customers, "", 403, `"message"`, ""},
	} {
		fits := func(s *Sandbox) (bool, string) {
			w := call(s, http.MethodPost, apiPath+"/"+c.target, c.body)
			text := strings.TrimSpace(w.Body.String())
			ok := w.Code == c.status && strings.Contains(text, c.says) && (c.not == "" || !strings.Contains(text, c.not))
			return ok, fmt.Sprint(w.Code, " ", text)
		}
		if ok, got := fits(shapedAs(t, c.shape)); !ok {
			t.Errorf("%s: %s", name, got)
		}
		if ok, got := fits(shapedAs(t, Shape{})); ok {
			t.Errorf("%s: without the switch too: %s", name, got)
		}
	}
}

// TestSwitchesLeaveTheRest checks what a switch must not change.
func TestSwitchesLeaveTheRest(t *testing.T) {
	phrases := `{"query":{"bool":{"should":[{"match_phrase":{"displayId":"L000212"}},{"match_phrase":{"displayId":"LN - 00456"}}]}}}`
	terms := `{"query":{"terms":{"displayId":["l000212","x","y","00456"]}}}`
	for name, c := range map[string]struct {
		shape        Shape
		target, body string
		want         []int
	}{
		"clause limit reached":    {Shape{ClauseLimit: 2}, loans, phrases, []int{11, 14}},
		"terms are one clause":    {Shape{ClauseLimit: 1}, loans, terms, []int{11, 14, 15}},
		"words are clauses":       {Shape{ClauseLimit: 2}, loans, `{"query":{"match":{"displayId":"a 00456"}}}`, []int{14, 15, 17}},
		"more clauses than usual": {Shape{ClauseLimit: 2000}, loans, `{"query":{"bool":{"should":[` + strings.Repeat(`{"term":{"id":1}},`, 1999) + `{"term":{"id":11}}]}}}`, []int{11}},
		"terms limit reached":     {Shape{TermsLimit: 4}, loans, terms, []int{11, 14, 15}},
		"body limit reached":      {Shape{BodyLimit: len(phrases)}, loans, phrases, []int{11, 14}},
		"window reached":          {Shape{Window: 20}, loans + "?$start=6&$top=14", "", []int{17, 18}},
		"window of a cut page":    {Shape{Window: 20, MaxPage: 2}, loans + "?$start=6&$top=100", "", []int{17, 18}},
		"search of customers":     {Shape{NoLoanSearch: true}, customers, "", []int{751, 752, 753}},
		"search of loans":         {Shape{NoCustomerSearch: true, IndexLag: 6}, loans, "", []int{11, 12}},
		"form not refused":        {Shape{RefuseForms: []string{"match-operator", "terms", "bool.filter"}}, loans, phrases, []int{11, 14}},
		"plain match":             {Shape{RefuseForms: []string{"match-operator"}}, loans, `{"query":{"match":{"displayId":{"query":"L000212"}}}}`, []int{11}},
		"one question is not cut": {Shape{ScoreCutoff: 0.9, CutoffClauses: 1}, loans, `{"query":{"match":{"displayId":"00456 loan my"}}}`, []int{14, 15, 18}},
		"all at once": {Shape{Mapping: "keyword", IDStrings: true, FlagStrings: true, Empties: emptiesNull, MaxPage: 2, NoTotal: true,
			HideDeleted: true, HideArchived: true, IndexLag: 1, ClauseLimit: 32, NoCustomers: true, OData: true}, loans + "?$start=1&$top=100", "", []int{12, 13}},
	} {
		code, got := searched(t, shapedAs(t, c.shape), c.target, c.body)
		ids := got.ids(t)
		slices.Sort(ids)
		if diff := cmp.Diff(c.want, ids); diff != "" || code != 200 {
			t.Errorf("%s: %d %v %s", name, code, got.Error, diff)
		}
	}
}

func TestRefusedForms(t *testing.T) {
	queries := map[string]string{
		"match":          `{"match":{"displayId":"x"}}`,
		"match-operator": `{"bool":{"must":[{"match":{"displayId":{"query":"x","operator":"and"}}}]}}`,
		"match_phrase":   `{"bool":{"should":[{"match_phrase":{"displayId":"x"}}]}}`,
		"match_all":      `{"match_all":{}}`,
		"term":           `{"term":{"displayId":"x"}}`,
		"terms":          `{"bool":{"filter":{"terms":{"displayId":["x"]}}}}`,
		"range":          `{"range":{"id":{"gt":1}}}`,
		"query_string":   `{"query_string":{"query":"x"}}`,
		"constant_score": `{"constant_score":{"filter":{"match":{"displayId":"x"}}}}`,
		"bool.filter":    `{"bool":{"filter":{"term":{"id":1}},"should":{"term":{"id":1}}}}`,
		"bool.must":      `{"constant_score":{"filter":{"bool":{"must":{"term":{"id":1}}}}}}`,
		"bool.should":    `{"bool":{"should":[{"term":{"id":1}}]}}`,
		"bool.must_not":  `{"bool":{"must_not":[{"term":{"id":1}}]}}`,
		"fuzziness":      `{"query_string":{"query":"x~1"}}`,
	}
	for form, query := range queries {
		code, got := searched(t, shapedAs(t, Shape{RefuseForms: []string{form}}), loans, `{"query":`+query+`}`)
		if code != 409 || got.Error.Message != "this tenant takes no ["+form+"]" {
			t.Errorf("%s: %d %v", form, code, got.Error)
		}
		others := slices.DeleteFunc(slices.Sorted(maps.Keys(queries)), func(name string) bool {
			return strings.Contains(query, strings.TrimPrefix(name, "bool.")+`"`) || name == form
		})
		if code, got := searched(t, shapedAs(t, Shape{RefuseForms: others}), loans, `{"query":`+query+`}`); code != 200 {
			t.Errorf("%s with all others refused: %d %v", form, code, got.Error)
		}
	}
}

// TestScoreCutoff checks which hits stay, and that a batch loses exact hits that a
// single query finds.
func TestScoreCutoff(t *testing.T) {
	files := "id,display_id\n1,a\n2,a\n3,a b\n4,a rare\n5,a b rare\n6,b\n"
	ask := func(shape Shape, query string) []int {
		s := made(t, Options{Dir: folder(t, files, ""), Shape: shape})
		_, got := searched(t, s, loans+"?$orderby=id", `{"query":`+query+`}`)
		if got.D.Summary.Total != len(got.D.Results) {
			t.Errorf("%s: total %d of %d", query, got.D.Summary.Total, len(got.D.Results))
		}
		return got.ids(t)
	}
	match := `{"match":{"displayId":"a b rare"}}`
	batch := `{"bool":{"should":[{"match":{"displayId":"a"}},{"match":{"displayId":"rare"}}]}}`
	for _, c := range []struct {
		shape Shape
		query string
		want  []int
	}{
		{Shape{}, match, []int{1, 2, 3, 4, 5, 6}},
		{Shape{ScoreCutoff: 0.5}, match, []int{4, 5}},
		{Shape{ScoreCutoff: 1}, match, []int{5}},
		{Shape{ScoreCutoff: 1}, `{"constant_score":{"filter":` + match + `}}`, []int{1, 2, 3, 4, 5, 6}},
		{Shape{ScoreCutoff: 0.9, CutoffClauses: 1}, match, []int{1, 2, 3, 4, 5, 6}},
		{Shape{ScoreCutoff: 0.9, CutoffClauses: 1}, batch, []int{4, 5}},
		{Shape{ScoreCutoff: 0.9, CutoffClauses: 2}, batch, []int{1, 2, 3, 4, 5}},
		{Shape{ScoreCutoff: 0.9, CutoffClauses: 1}, `{"match":{"displayId":"a"}}`, []int{1, 2, 3, 4, 5}},
	} {
		if diff := cmp.Diff(c.want, ask(c.shape, c.query)); diff != "" {
			t.Errorf("%+v %s: %s", c.shape, c.query, diff)
		}
	}
}

// TestDropHits checks that batches lose their share of hits, different ones each
// time but the same ones with the same seed, and that single queries lose none.
func TestDropHits(t *testing.T) {
	tenant := func(seed uint64) *Sandbox {
		return made(t, Options{Loans: 1000, Shape: Shape{DropHits: 0.2}, Faults: Faults{Seed: seed}})
	}
	both := `{"query":{"bool":{"should":[{"match_all":{}},{"term":{"id":1}}]}}}`
	ask := func(s *Sandbox, body string) []int {
		_, got := searched(t, s, loans+"?$top=2000", body)
		return got.ids(t)
	}
	s := tenant(7)
	first, second := ask(s, both), ask(s, both)
	if len(first) < 740 || len(first) > 860 {
		t.Errorf("%d of 1000 are left", len(first))
	}
	if slices.Equal(first, second) {
		t.Error("the same hits are dropped twice")
	}
	if !slices.Equal(first, ask(tenant(7), both)) {
		t.Error("the same seed drops others")
	}
	if slices.Equal(first, ask(tenant(8), both)) {
		t.Error("another seed drops the same")
	}
	if n := len(ask(s, `{"query":{"match_all":{}}}`)); n != 1000 {
		t.Errorf("a single question finds %d", n)
	}
	terms := fmt.Sprintf(`{"query":{"terms":{"id":[%d,1]}}}`, s.tenant.Loans[3].ID)
	lost := 0
	for range 100 {
		lost += 1 - len(ask(s, terms))
	}
	if lost < 5 || lost > 40 {
		t.Errorf("terms lost %d of 100", lost)
	}
}

func TestSwitchesRefused(t *testing.T) {
	for _, o := range []Options{
		{Shape: Shape{Mapping: "words"}}, {Shape: Shape{Empties: "none"}}, {Shape: Shape{MaxPage: -1}}, {Shape: Shape{Window: -1}},
		{Shape: Shape{ClauseLimit: -1}}, {Shape: Shape{TermsLimit: -1}}, {Shape: Shape{BodyLimit: -1}}, {Shape: Shape{BodyLimitStatus: 400}},
		{Shape: Shape{CutoffClauses: -1}}, {Shape: Shape{IndexLag: -1}}, {Shape: Shape{ScoreCutoff: 1.1}}, {Shape: Shape{DropHits: -0.1}},
		{Shape: Shape{RefuseForms: []string{"bool"}}}, {Shape: Shape{Total: "137"}}, {Shape: Shape{DisplayIDs: "digits"}},
		{Shape: Shape{DisplayIDless: 1.1}}, {Shape: Shape{DeletedAs: "gone"}}, {Shape: Shape{IgnoreAbove: -1}}, {Shape: Shape{NGrams: 2}},
		{Shape: Shape{NGrams: -3}}, {Shape: Shape{ClauseStatus: 400}},
		{Shape: Shape{Sort: "random"}}, {Shape: Shape{Ranges: "none"}},
		{Faults: Faults{Come: -1}}, {Faults: Faults{Go: -1}}, {Faults: Faults{Change: -1}}, {Faults: Faults{ChurnFrom: -1}}, {Faults: Faults{ChurnRequests: -1}},
		{Faults: Faults{TooMany: -0.1}}, {Faults: Faults{Cut: 1.1}}, {Faults: Faults{HTML: 0.6, Hang: 0.5}}, {Faults: Faults{RetryAfter: "soon"}},
		{Faults: Faults{RetryAfter503: "soon"}}, {Faults: Faults{RetrySeconds: -1}}, {Faults: Faults{HangFor: -1}}, {Faults: Faults{LatencyJitter: -1}},
		{Faults: Faults{AuthAfter: -1}}, {Faults: Faults{DownAfter: -1}}, {Faults: Faults{DownFor: -1}}, {Faults: Faults{DownAs: "gone"}},
		{Faults: Faults{Forget: 1.1}}, {Faults: Faults{ForgetFrom: -1}}, {Faults: Faults{ForgetRequests: -1}}, {Faults: Faults{ForgetFor: -1}},
		{Faults: Faults{ForgetSearches: "loan"}}, {Faults: Faults{Partial: -0.1}}, {Faults: Faults{PartialLoses: 1.1}}, {Faults: Faults{Admit: "all"}},
		{Faults: Faults{Status: 200}}, {Faults: Faults{Status: 600}}, {Faults: Faults{StatusFrom: -1}}, {Faults: Faults{StatusRequests: -1}}, {Faults: Faults{StatusFor: -1}},
		{Faults: Faults{FirewallStatus: 500}}, {Faults: Faults{Huge: -1}}, {Faults: Faults{HugeFrom: -1}}, {Faults: Faults{HugeRequests: -1}},
	} {
		if _, err := New(o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
	tenths := Faults{TooMany: 0.1, Internal: 0.1, BadGateway: 0.1, Unavailable: 0.1, Reset: 0.1, ResetBody: 0.1, Cut: 0.1, HTML: 0.1, ErrorIn200: 0.1, Hang: 0.1}
	if _, err := New(Options{Faults: tenths}); err != nil {
		t.Error(err)
	}
}
