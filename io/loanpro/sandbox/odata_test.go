package sandbox

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestODataLists(t *testing.T) {
	files := someLoans + "19,O'Brien,x,Open,,,,\n20,l000212 ,x,Open,,,,\n"
	s := made(t, Options{Dir: folder(t, files, someCustomers), Shape: Shape{OData: true, IndexLag: 2, HideDeleted: true, NoLoanSearch: true}})
	for _, c := range []struct {
		path, filter, more string
		want               []int
	}{
		{"Loans", "id eq 11", "", []int{11}},
		{"Loans", "id eq 13 or id eq 11 or id eq 99 or id eq 11", "", []int{11, 13}},
		{"Loans", "(id eq 13 or (id eq 11)) or displayId eq '12'", "", []int{11, 13, 16}},
		{"Loans", "displayId eq 'L-000212'", "", []int{13}},
		{"Loans", "displayId eq 'L000212'", "", []int{11, 20}},
		{"Loans", "displayId eq 'l000212   '", "", []int{11, 20}},
		{"Loans", "displayId eq '000212'", "", []int{}},
		{"Loans", "displayId eq 'O''Brien'", "", []int{19}},
		{"Loans", `displayId eq 'a "b" c' or displayId eq 'MY LOAN 12'`, "", []int{17, 18}},
		{"Loans", "displayId eq ''", "", []int{}},
		{"Loans", "id eq 11 or id eq 12 or id eq 13", "&$top=2", []int{11, 12}},
		{"Loans", "id eq 11 or id eq 12 or id eq 13", "&$top=2&$skip=2", []int{13}},
		{"Loans", "id eq 11", "&$skip=5", []int{}},
		{"Loans", "id eq 99999999999999999999", "", []int{}},
		{"Customers", "customId eq 'cust-0010'", "", []int{753}},
		{"Customers", "id eq 751 or customId eq 'CUST-0010'", "", []int{751, 753}},
	} {
		w := call(s, http.MethodGet, apiPath+"/odata.svc/"+c.path+"?$filter="+url.QueryEscape(c.filter)+c.more, "")
		var got struct {
			D struct{ Results []struct{ ID int } }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 || got.D.Results == nil {
			t.Errorf("%s: %d %s", c.filter, w.Code, w.Body)
			continue
		}
		ids := []int{}
		for _, row := range got.D.Results {
			ids = append(ids, row.ID)
		}
		if diff := cmp.Diff(c.want, ids); diff != "" {
			t.Errorf("%s: %s", c.filter, diff)
		}
	}
}

func TestODataRows(t *testing.T) {
	s := shapedAs(t, Shape{OData: true})
	body := call(s, http.MethodGet, apiPath+"/odata.svc/Loans?$filter=id+eq+12&$expand=Customers", "").Body.String()
	whole := call(s, http.MethodGet, apiPath+"/odata.svc/Loans(12)?$expand=Customers", "").Body.String()
	record := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(whole), `{"d":`), "}")
	if diff := cmp.Diff(`{"d":{"results":[`+record+"]}}\n", body); diff != "" {
		t.Error(diff)
	}
	body = call(s, http.MethodGet, apiPath+"/odata.svc/Customers?$filter=id+eq+751", "").Body.String()
	if !strings.Contains(body, `"__deferred":{"uri":"Customers(id=751)/Loans"}`) {
		t.Error(body)
	}
}

func TestODataRefused(t *testing.T) {
	on, off := shapedAs(t, Shape{OData: true}), shapedAs(t, Shape{})
	for _, filter := range []string{
		"", "id", "id eq", "id eq '11'", "displayId eq 11", "title eq 'x'", "id eq 11 or", "id eq 11 and id eq 12", "(id eq 11", "id eq 11)",
		"id gt 11", "displayId eq 'O'Brien'", "displayId eq 'x", "id eq 11x", "customId eq 'x'",
	} {
		if w := call(on, http.MethodGet, apiPath+"/odata.svc/Loans?$filter="+url.QueryEscape(filter), ""); w.Code != 409 || !strings.Contains(w.Body.String(), "$filter") {
			t.Errorf("%s: %d %s", filter, w.Code, w.Body)
		}
	}
	for target, s := range map[string]*Sandbox{"Loans": on, "Loans?$filter=id+eq+11": off, "Customers": on, "Customers?$filter=id+eq+751": off} {
		if w := call(s, http.MethodGet, apiPath+"/odata.svc/"+target, ""); w.Code != 410 {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
	if w := call(on, http.MethodGet, apiPath+"/odata.svc/Loans?$filter=id+eq+11&$top=x", ""); w.Code != 409 {
		t.Errorf("$top=x: %d", w.Code)
	}
}

// TestListDefault checks the length of a list without $top.
func TestListDefault(t *testing.T) {
	s := made(t, Options{Loans: 100, Shape: Shape{OData: true}})
	var filter []string
	for _, l := range s.tenant.Loans {
		filter = append(filter, "id eq "+asJSON(t, l.ID))
	}
	body := call(s, http.MethodGet, apiPath+"/odata.svc/Loans?$filter="+url.QueryEscape(strings.Join(filter, " or ")), "").Body.String()
	if n := strings.Count(body, `"displayId"`); n != 50 {
		t.Errorf("%d rows", n)
	}
}
