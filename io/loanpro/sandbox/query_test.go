package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const someLoans = `id,display_id,title,status,archived,deleted,temporary,customers
11,L000212,L000212,Open,0,0,0,751:primary
12,L0002123,L0002123,Open,0,0,0,751:secondary;752:primary
13,L-000212,L-000212,Open,0,0,0,
14,LN - 00456,LN - 00456,Paid Off,1,0,0,752:primary
15,00456 LN,other title,Open,no,yes,,
16,12,a*17,Open,0,1,1,
17,"a ""b"" c",x,Open,,,,753:primary
18,MY LOAN 12,b AND c,Charged Off,true,false,,
`

const someCustomers = `id,custom_id,first_name,middle_name,last_name,suffix,company_name,email,phone,birth_date,ssn,address1,city,state,zip
751,CUST-0009,Brett,,Adams,Jr.,,b.adams@example.com,2025550143,1980-03-04,900121234,123 Oak Ln,Benicia,CA,94510
752,,Mary,Ann,O'Brien,,,mary@example.org,,1979-12-31,,,,,
753,CUST-0010,,,,,"Acme Auto Sales, LLC",,,,,,Provo,UT,84601
`

func TestQueriesOnLoans(t *testing.T) {
	s := fromFiles(t, someLoans, someCustomers)
	for _, c := range []struct {
		query string
		want  []int
	}{
		{`{"match_all":{}}`, []int{11, 12, 13, 14, 15, 16, 17, 18}},
		{`{"match":{"displayId":"L000212"}}`, []int{11}},
		{`{"match":{"displayId":"l-000212"}}`, []int{13}},
		{`{"match":{"displayId":"000212"}}`, []int{13}},
		{`{"match":{"displayId":"LN - 00456 12"}}`, []int{14, 15, 16, 18}},
		{`{"match":{"displayId":{"query":"LN - 00456","operator":"and"}}}`, []int{14, 15}},
		{`{"match":{"displayId":{"query":"LN 12 00456","minimum_should_match":2}}}`, []int{14, 15}},
		{`{"match":{"displayId":{"query":"MY LOAN LN","minimum_should_match":"-1"}}}`, []int{18}},
		{`{"match":{"displayId":12}}`, []int{16, 18}},
		{`{"match":{"displayId":"***"}}`, []int{}},
		{`{"match":{"unheardOf":"x"}}`, []int{}},
		{`{"match":{"loanStatusId":"4"}}`, []int{14}},
		{`{"match":{"archived":1}}`, []int{14, 18}},
		{`{"match":{"archived":true}}`, []int{14, 18}},
		{`{"match":{"temporaryAccount":1}}`, []int{16}},
		{`{"match_phrase":{"displayId":"LN - 00456"}}`, []int{14}},
		{`{"match_phrase":{"displayId":{"query":"00456 ln"}}}`, []int{15}},
		{`{"match_phrase":{"customers.lastName":"o'brien"}}`, []int{12, 14}},
		{`{"term":{"displayId":"L000212"}}`, []int{}},
		{`{"term":{"displayId":"l000212"}}`, []int{11}},
		{`{"term":{"displayId":{"value":"000212"}}}`, []int{13}},
		{`{"term":{"id":"11"}}`, []int{11}},
		{`{"terms":{"id":[11,"13",99]}}`, []int{11, 13}},
		{`{"terms":{"displayId":["l000212","12"]}}`, []int{11, 16, 18}},
		{`{"terms":{"displayId":[]}}`, []int{}},
		{`{"range":{"id":{"gt":11,"lte":13}}}`, []int{12, 13}},
		{`{"range":{"id":{"gte":17,"lt":18}}}`, []int{17}},
		{`{"range":{"contractDate":{"gte":"2000-01-01","lte":"2010-01-01"}}}`, []int{}},
		{`{"constant_score":{"filter":{"match":{"displayId":"12"}}}}`, []int{16, 18}},
		{`{"bool":{}}`, []int{11, 12, 13, 14, 15, 16, 17, 18}},
		{`{"bool":{"must":{"match":{"displayId":"L000212"}}}}`, []int{11}},
		{`{"bool":{"must":[{"match":{"displayId":"12"}},{"match":{"archived":1}}]}}`, []int{18}},
		{`{"bool":{"should":[{"match":{"displayId":"L000212"}},{"match_phrase":{"displayId":"LN 00456"}}]}}`, []int{11, 14}},
		{`{"bool":{"filter":{"term":{"deleted":1}},"should":{"match":{"displayId":"12"}}}}`, []int{15, 16}},
		{`{"bool":{"filter":{"term":{"deleted":1}},"should":{"match":{"displayId":"12"}},"minimum_should_match":1}}`, []int{16}},
		{`{"bool":{"should":[{"term":{"deleted":1}},{"term":{"displayId":"12"}},{"term":{"id":18}}],"minimum_should_match":2}}`, []int{16, 18}},
		{`{"bool":{"must_not":[{"range":{"id":{"lt":16}}},{"term":{"archived":1}}]}}`, []int{16, 17}},
		{`{"query_string":{"query":"*000212*","fields":["displayId"]}}`, []int{11, 12, 13}},
		{`{"query_string":{"query":"L00021?3","default_field":"displayId"}}`, []int{12}},
		{`{"query_string":{"query":"\"LN - 00456\"","fields":["displayId^2"]}}`, []int{14}},
		{`{"query_string":{"query":"\"a \\\"b\\\" c\"","fields":["displayId"]}}`, []int{17}},
		{`{"query_string":{"query":"LN 00456 12","fields":["displayId"],"default_operator":"AND"}}`, []int{}},
		{`{"query_string":{"query":"LN 00456 12","fields":["displayId"]}}`, []int{14, 15, 16, 18}},
		{`{"query_string":{"query":"LN - 00456","fields":["displayId"]}}`, []int{}}, // a minus before a space still means NOT
		{`{"query_string":{"query":"LN \\- 00456","fields":["displayId"],"default_operator":"and"}}`, []int{14, 15}},
		{`{"query_string":{"query":"l000212 OR 12","fields":["displayId"],"default_operator":"AND"}}`, []int{11, 16, 18}},
		{`{"query_string":{"query":"loan AND 12","fields":["displayId"]}}`, []int{18}},
		{`{"query_string":{"query":"12 NOT loan","fields":["displayId"]}}`, []int{16}},
		{`{"query_string":{"query":"12 -loan","fields":["displayId"]}}`, []int{16}},
		{`{"query_string":{"query":"+12 loan","fields":["displayId"]}}`, []int{16, 18}},
		{`{"query_string":{"query":"NOT 12 !l*","fields":["displayId"]}}`, []int{17}},
		{`{"query_string":{"query":"(l000212 OR 12) AND NOT (my || zz)","fields":["displayId"]}}`, []int{11, 16}},
		{`{"query_string":{"query":"title:a\\*17"}}`, []int{16}},
		{`{"query_string":{"query":"displayId:(l000212 12) id:13"}}`, []int{11, 13, 16, 18}},
		{`{"query_string":{"query":"*:*"}}`, []int{11, 12, 13, 14, 15, 16, 17, 18}},
		{`{"query_string":{"query":"Adams"}}`, []int{11, 12}},
		{`{"query_string":{"query":"adams^2 acme","fields":["primaryCustomerName"]}}`, []int{11, 17}},
		{`{"query_string":{"query":"x","fields":["nowhere"]}}`, []int{}},
		{`{"query_string":{"query":""}}`, []int{}},
	} {
		code, got := searched(t, s, "Loans/Autopal.Search()?$top=50&$orderby=id", `{"query":`+c.query+`}`)
		if diff := cmp.Diff(c.want, got.ids(t)); diff != "" || code != 200 || got.D.Summary.Total != len(c.want) {
			t.Errorf("%s: %d, total %d, %v: %s", c.query, code, got.D.Summary.Total, got.Error, diff)
		}
	}
}

func TestQueriesOnCustomers(t *testing.T) {
	s := fromFiles(t, someLoans, someCustomers)
	for query, want := range map[string][]int{
		`{"match":{"customerName":{"query":"adams brett","operator":"and"}}}`:        {751},
		`{"match":{"customerName":"acme"}}`:                                          {753},
		`{"match":{"email":{"query":"b.adams@example.com","operator":"and"}}}`:       {751},
		`{"match":{"customId":{"query":"CUST-0010","operator":"and"}}}`:              {753},
		`{"match":{"id":"752"}}`:                                                     {752},
		`{"match":{"loansCount":2}}`:                                                 {751, 752},
		`{"match":{"zipcode":94510}}`:                                                {751},
		`{"match":{"primaryAddress.city":"provo"}}`:                                  {753},
		`{"match":{"birthDate":"1980-03-04"}}`:                                       {751},
		`{"range":{"birthDate":{"gte":"1979-12-31","lt":"1980-03-04"}}}`:             {752},
		`{"range":{"birthDate":{"gt":"1979-12-31","lte":"1980-03-04"}}}`:             {751},
		`{"query_string":{"query":"*1234","fields":["ssn"]}}`:                        {751},
		`{"bool":{"must":{"match":{"firstName":"mary"}},"filter":{"match_all":{}}}}`: {752},
	} {
		code, got := searched(t, s, "Customers/Autopal.Search()?$orderby=id", `{"query":`+query+`}`)
		if diff := cmp.Diff(want, got.ids(t)); diff != "" || code != 200 {
			t.Errorf("%s: %d %v: %s", query, code, got.Error, diff)
		}
	}
}

func TestQueriesRejected(t *testing.T) {
	s := fromFiles(t, someLoans, someCustomers)
	deep := strings.Repeat(`{"bool":{"must":`, 30) + `{"match_all":{}}` + strings.Repeat("}}", 30)
	many := `{"bool":{"should":[` + strings.Repeat(`{"term":{"id":1}},`, 1024) + `{"term":{"id":1}}]}}`
	for query, kind := range map[string]string{
		`{"fuzzy":{"displayId":"x"}}`: "parsing_exception",
		`{"query":{"match_all":{}}}`:  "parsing_exception",
		`{}`:                          "parsing_exception",
		`[]`:                          "parsing_exception",
		`null`:                        "parsing_exception",
		`{"match":{"displayId":"a","title":"b"}}`:                          "parsing_exception",
		`{"match":{"displayId":null}}`:                                     "parsing_exception",
		`{"match":{"displayId":{"query":"a","fuzziness":1}}}`:              "parsing_exception",
		`{"match":{"displayId":{"query":"a","operator":"xor"}}}`:           "parsing_exception",
		`{"match":{"displayId":{"query":"a","minimum_should_match":"x"}}}`: "parsing_exception",
		`{"match":{"id":"abc"}}`:                                           "number_format_exception",
		`{"match":{"contractDate":"01/02/2020"}}`:                          "parse_exception",
		`{"terms":{"id":5}}`:                                               "parsing_exception",
		`{"range":{"displayId":{"gt":"a"}}}`:                               "parsing_exception",
		`{"range":{"id":{"above":1}}}`:                                     "parsing_exception",
		`{"bool":{"mustNot":{"match_all":{}}}}`:                            "parsing_exception",
		`{"constant_score":{"query":{"match_all":{}}}}`:                    "parsing_exception",
		`{"query_string":{"fields":["title"]}}`:                            "parsing_exception",
		`{"query_string":{"query":"\"open"}}`:                              "query_shard_exception",
		`{"query_string":{"query":"(open"}}`:                               "query_shard_exception",
		`{"query_string":{"query":"open)"}}`:                               "query_shard_exception",
		`{"query_string":{"query":"()"}}`:                                  "query_shard_exception",
		`{"query_string":{"query":"AND x"}}`:                               "query_shard_exception",
		`{"query_string":{"query":"x OR"}}`:                                "query_shard_exception",
		`{"query_string":{"query":"x AND OR y"}}`:                          "query_shard_exception",
		`{"query_string":{"query":"x\\"}}`:                                 "query_shard_exception",
		`{"query_string":{"query":"2021/00123"}}`:                          "query_shard_exception",
		`{"query_string":{"query":"x~1.5"}}`:                               "query_shard_exception",
		`{"query_string":{"query":"x~."}}`:                                 "query_shard_exception",
		`{"query_string":{"query":"\"x y\"~1"}}`:                           "query_shard_exception",
		`{"query_string":{"query":"(x y)~1"}}`:                             "query_shard_exception",
		`{"query_string":{"query":"id:11~1"}}`:                             "query_shard_exception",
		`{"query_string":{"query":":x"}}`:                                  "query_shard_exception",
		`{"query_string":{"query":"title: "}}`:                             "query_shard_exception",
		`{"query_string":{"query":"[1 TO 2]"}}`:                            "query_shard_exception",
		`{"query_string":{"query":"x^"}}`:                                  "query_shard_exception",
		`{"query_string":{"query":"-"}}`:                                   "query_shard_exception",
		`{"query_string":{"query":"id:1*"}}`:                               "query_shard_exception",
		deep:                                                               "too_many_nested_clauses",
		many:                                                               "too_many_clauses",
	} {
		code, got := searched(t, s, "Loans/Autopal.Search()", `{"query":`+query+`}`)
		if code != http.StatusConflict || got.Error.Type != kind || got.Error.Code != 409 {
			t.Errorf("%.80s: %d %v, want %s", query, code, got.Error, kind)
		}
	}
	for _, body := range []string{`{"query":`, `[]`, `{} {}`, `hello`} {
		if code, _ := searched(t, s, "Loans/Autopal.Search()", body); code != http.StatusConflict {
			t.Errorf("body %s: %d", body, code)
		}
	}
}

func TestManyClausesAreTaken(t *testing.T) {
	s := fromFiles(t, someLoans, someCustomers)
	clauses := strings.Repeat(`{"term":{"id":1}},`, 1023) + `{"term":{"id":11}}`
	code, got := searched(t, s, "Loans/Autopal.Search()", `{"query":{"bool":{"should":[`+clauses+`]}}}`)
	if diff := cmp.Diff([]int{11}, got.ids(t)); code != 200 || diff != "" {
		t.Errorf("%d %v %s", code, got.Error, diff)
	}
}

// TestScores checks that more words and rarer ones come first without an order.
func TestScores(t *testing.T) {
	s := fromFiles(t, "id,display_id\n1,a\n2,a\n3,a b\n4,a rare\n5,a b rare\n6,b\n", "")
	_, got := searched(t, s, "Loans/Autopal.Search()", `{"query":{"match":{"displayId":"a b rare"}}}`)
	if diff := cmp.Diff([]int{5, 4, 3, 6, 1, 2}, got.ids(t)); diff != "" {
		t.Error(diff)
	}
	_, got = searched(t, s, "Loans/Autopal.Search()",
		`{"query":{"bool":{"filter":{"match":{"displayId":"a b rare"}},"should":{"term":{"id":2}}}}}`)
	if diff := cmp.Diff([]int{2, 1, 3, 4, 5, 6}, got.ids(t)); diff != "" {
		t.Error("filters score:", diff)
	}
	_, got = searched(t, s, "Loans/Autopal.Search()", `{"query":{"constant_score":{"filter":{"match":{"displayId":"a b rare"}}}}}`)
	if diff := cmp.Diff([]int{1, 2, 3, 4, 5, 6}, got.ids(t)); diff != "" {
		t.Error("constant_score scores:", diff)
	}
}

// TestRepeatedWords checks that a loan is one hit however often it has a word.
func TestRepeatedWords(t *testing.T) {
	s := fromFiles(t, "id,display_id\n1,12-12-12\n2,12\n", "")
	for _, query := range []string{`"12"`, `{"query":"12 12","operator":"and"}`, `{"query":"12 12 13","minimum_should_match":2}`} {
		_, got := searched(t, s, "Loans/Autopal.Search()?$orderby=id", `{"query":{"match":{"displayId":`+query+`}}}`)
		if diff := cmp.Diff([]int{1, 2}, got.ids(t)); diff != "" || got.D.Summary.Total != 2 {
			t.Errorf("%s: total %d: %s", query, got.D.Summary.Total, diff)
		}
	}
}

// TestDaysAreWhole checks that a day includes all its hours.
func TestDaysAreWhole(t *testing.T) {
	s := fromFiles(t, someLoans, someCustomers)
	created := time.Unix(s.tenant.Customers[0].Created(), 0).UTC()
	if created.Hour() == 0 && created.Minute() == 0 {
		t.Fatal("created at midnight, which shows nothing")
	}
	date := asJSON(t, created.Format(time.DateOnly))
	for query, want := range map[string]int{
		`{"match":{"created":` + date + `}}`:         1,
		`{"range":{"created":{"gte":` + date + `}}}`: 1,
		`{"range":{"created":{"lte":` + date + `}}}`: 1,
		`{"range":{"created":{"gt":` + date + `}}}`:  0,
		`{"range":{"created":{"lt":` + date + `}}}`:  0,
	} {
		both := `{"query":{"bool":{"filter":[{"term":{"id":751}},` + query + `]}}}`
		if _, got := searched(t, s, "Customers/Autopal.Search()", both); len(got.D.Results) != want {
			t.Errorf("%s: %d rows", query, len(got.D.Results))
		}
	}
}

func TestPages(t *testing.T) {
	var loans strings.Builder
	loans.WriteString("id,display_id\n")
	for i := 1; i <= 35; i++ {
		fmt.Fprintf(&loans, "%d,x %d\n", i, i)
	}
	s := fromFiles(t, loans.String(), "")
	for _, c := range []struct {
		params, body string
		first, rows  int
	}{
		{"", "", 1, 10},
		{"", "{}", 1, 10},
		{"", `{"query":{"match_all":{}}}`, 1, 10},
		{"?$top=20&$start=10", "", 11, 20},
		{"?$top=20&$start=30", "", 31, 5},
		{"?$start=40", "", 0, 0},
		{"?$top=0", "", 0, 0},
		{"?$orderby=id%20desc", "", 35, 10},
		{"?$orderby=id+asc&$top=1", `{"sort":{"id":"desc"}}`, 1, 1},
		{"", `{"sort":{"id":"desc"},"aggs":{"x":{}}}`, 35, 10},
		{"", `{"sort":[{"id":{"order":"desc"}}]}`, 35, 10},
		{"?$top=9000&$start=1000&nopaging", "", 0, 0},
	} {
		code, got := searched(t, s, "Loans/Autopal.Search()"+c.params, c.body)
		ids := got.ids(t)
		if code != 200 || len(ids) != c.rows || c.rows > 0 && ids[0] != c.first || got.D.Summary.Total != 35 {
			t.Errorf("%s %s: %d %v %+v", c.params, c.body, code, ids, got.D.Summary)
		}
	}
	if _, got := searched(t, s, "Loans/Autopal.Search()?$top=20&$start=30", ""); got.D.Summary.Start != 30 || got.D.Summary.PageSize != 20 {
		t.Errorf("summary %+v", got.D.Summary)
	}
}

func TestPagesRejected(t *testing.T) {
	s := fromFiles(t, someLoans, someCustomers)
	for params, want := range map[string]int{
		"?$top=-1": 409, "?$top=many": 409, "?$start=-5": 409, "?$orderby=displayId": 409,
		"?$top=10001": 500, "?$top=1000&$start=9001": 500,
	} {
		code, got := searched(t, s, "Loans/Autopal.Search()"+params, "")
		if code != want || got.Error.Message == nil {
			t.Errorf("%s: %d %v", params, code, got.Error)
		}
	}
}
