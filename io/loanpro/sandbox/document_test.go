package sandbox

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLoanDocument(t *testing.T) {
	s := fromFiles(t, someLoans, someCustomers)
	_, got := searched(t, s, "Loans/Autopal.Search()?$orderby=id&$top=8", "")
	loan := got.D.Results[1]
	date, amount := regexp.MustCompile(`^/Date\(\d+\)/$`), regexp.MustCompile(`^\d+\.\d\d$`)
	for name, form := range map[string]*regexp.Regexp{
		"contractDate": date, "created": date, "nextPaymentDate": date, "principalBalance": amount, "nextPaymentAmount": amount,
	} {
		if text, ok := loan[name].(string); !ok || !form.MatchString(text) {
			t.Errorf("%s is %v", name, loan[name])
		}
		delete(loan, name)
	}
	for _, name := range []string{"loanAmount", "daysPastDue"} {
		if _, ok := loan[name].(float64); !ok {
			t.Errorf("%s is %v", name, loan[name])
		}
		delete(loan, name)
	}
	want := map[string]any{
		"id": 12.0, "displayId": "L0002123", "title": "L0002123", "active": 1.0, "archived": 0.0, "deleted": 0.0,
		"temporaryAccount": 0.0, "loanStatusId": 2.0, "loanStatusText": "Open",
		"primaryCustomerName": "Mary O'Brien", "secondaryCustomerName": "Brett Adams Jr.",
		"customers": []any{
			map[string]any{"id": 751.0, "firstName": "Brett", "lastName": "Adams", "email": "b.adams@example.com"},
			map[string]any{"id": 752.0, "firstName": "Mary", "lastName": "O'Brien", "email": "mary@example.org"},
		},
	}
	if diff := cmp.Diff(want, loan); diff != "" {
		t.Error(diff)
	}
	if none := got.D.Results[2]; none["customers"] != nil || none["primaryCustomerName"] != nil {
		t.Errorf("a loan without customers: %v", none)
	}
}

func TestCustomerDocument(t *testing.T) {
	s := fromFiles(t, someLoans, someCustomers)
	_, got := searched(t, s, "Customers/Autopal.Search()?$orderby=id", "")
	c := got.D.Results[0]
	delete(c, "created")
	want := map[string]any{
		"id": "751", "customId": "CUST-0009", "customerId": nil, "customerType": "customer.type.individual", "status": "Active",
		"customerName": "Brett Adams Jr.", "firstName": "Brett", "middleName": nil, "lastName": "Adams", "companyName": nil,
		"contactName": nil, "email": "b.adams@example.com", "ssn": "XXXXX1234", "birthDate": "/Date(320976000)/",
		"primaryPhone": "2025550143", "loansCount": 2.0, "customFields": map[string]any{}, "dynamicProperties": nil,
		"primaryAddress": map[string]any{"address1": "123 Oak Ln", "city": "Benicia", "state": "geo.state.CA",
			"zipcode": "94510", "country": "company.country.usa", "isVerified": "0"},
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
	if middle := got.D.Results[1]["middleName"]; middle != "Ann" {
		t.Errorf("middle name %v", middle)
	}
	if company := got.D.Results[2]; company["customerName"] != "Acme Auto Sales, LLC" || company["customerType"] != "customer.type.company" {
		t.Errorf("company %v", company)
	}
}

func TestExpandedCustomers(t *testing.T) {
	s := fromFiles(t, someLoans, someCustomers)
	_, got := searched(t, s, "Loans/Autopal.Search()?$orderby=id&$expand=Customers", "")
	var roles []any
	for _, one := range got.D.Results[1]["Customers"].(map[string]any)["results"].([]any) {
		c := one.(map[string]any)
		roles = append(roles, c["id"], c["loanRole"])
	}
	want := []any{751.0, "loan.customerRole.secondary", 752.0, "loan.customerRole.primary"}
	if diff := cmp.Diff(want, roles); diff != "" {
		t.Error(diff)
	}
	first := got.D.Results[1]["Customers"].(map[string]any)["results"].([]any)[0].(map[string]any)
	for name, want := range map[string]any{
		"firstName": "Brett", "middleName": nil, "lastName": "Adams", "birthDate": "/Date(320976000)/", "ssn": "900121234",
		"generationCode": "customer.generationCode.jr", "email": "b.adams@example.com", "customId": "CUST-0009",
		"customerType": "customer.type.individual", "companyName": nil,
	} {
		if got, there := first[name]; !there || got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	none := got.D.Results[2]["Customers"].(map[string]any)["results"]
	if list, ok := none.([]any); !ok || len(list) != 0 {
		t.Errorf("a loan without customers expands to %v", none)
	}
}

// TestNestedIsCut checks that collections inside records end at fifty.
func TestNestedIsCut(t *testing.T) {
	var loans, links strings.Builder
	loans.WriteString("id,display_id,customers\n")
	for i := range 60 {
		if i > 0 {
			links.WriteString(";")
		}
		links.WriteString("1:additional")
	}
	loans.WriteString("1,x," + links.String() + "\n")
	s := fromFiles(t, loans.String(), "id\n1\n")
	_, got := searched(t, s, "Loans/Autopal.Search()?$expand=Customers", "")
	if n := len(got.D.Results[0]["Customers"].(map[string]any)["results"].([]any)); n != 50 {
		t.Errorf("search expands to %d", n)
	}
	body := call(s, http.MethodGet, apiPath+"/odata.svc/Loans(1)?$expand=Customers", "").Body.String()
	if n := strings.Count(body, `"loanRole"`); n != 50 {
		t.Errorf("read expands to %d", n)
	}
}
