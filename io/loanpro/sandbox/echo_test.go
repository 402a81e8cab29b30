package sandbox

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

// TestEcho checks that the errors of four statuses quote what was sent, and that
// no other answer does.
func TestEcho(t *testing.T) {
	const search = `{"query":{"match":{"displayId":"O'Brien \"K\u00e9\" <7>"}}}`
	refused := Shape{RefuseForms: []string{"match"}}
	filter := "odata.svc/Loans?$filter=" + url.QueryEscape("title eq 'Brett'")
	for name, c := range map[string]struct {
		shape  Shape
		faults Faults
		target string // a search, or what is read
		status int
		says   string // but the query
	}{
		"refused form":   {refused, Faults{}, loans, 409, "takes no [match]"},
		"window":         {Shape{Window: 5}, Faults{}, customers, 500, "Result window is too large"},
		"body limit":     {Shape{BodyLimit: 5, BodyLimitStatus: 500}, Faults{}, loans, 500, "too large"},
		"no right":       {Shape{NoLoanSearch: true}, Faults{}, loans, 403, "access"},
		"firewall":       {Shape{}, Faults{Firewall: "Brien"}, loans, 403, "<h1>403 Forbidden</h1>"},
		"500":            {Shape{}, Faults{Internal: 1}, loans, 500, "Internal server error"},
		"400 to all":     {Shape{}, Faults{Status: 400}, loans, 400, "Bad request"},
		"403 to all":     {Shape{}, Faults{Status: 403}, loans, 403, "access"},
		"409 to all":     {Shape{}, Faults{Status: 409}, loans, 409, "cannot be carried out"},
		"500 to all":     {Shape{}, Faults{Status: 500}, loans, 500, "Internal"},
		"a filter":       {Shape{OData: true}, Faults{}, filter, 409, "Syntax error in $filter"},
		"no record":      {Shape{}, Faults{}, "odata.svc/Loans(4711)", 409, "Resource not found"},
		"no route":       {Shape{}, Faults{}, "odata.svc/Payments(4711)", 409, "No route found"},
		"answered":       {Shape{}, Faults{}, loans, 200, ""},
		"a record":       {Shape{}, Faults{}, "odata.svc/Loans(11)", 200, ""},
		"401":            {Shape{}, Faults{AuthAfter: 1}, loans, 401, ""},
		"404":            {Shape{}, Faults{Status: 404}, loans, 404, ""},
		"406":            {Shape{}, Faults{Firewall: "Brien", FirewallStatus: 406}, loans, 406, ""},
		"413":            {Shape{BodyLimit: 5}, Faults{}, loans, 413, ""},
		"503":            {Shape{}, Faults{Unavailable: 1}, loans, 503, ""},
		"list of all":    {Shape{}, Faults{}, "odata.svc/Loans", 410, ""},
		"error with 200": {Shape{}, Faults{ErrorIn200: 1}, loans, 200, ""},
	} {
		for _, echo := range []bool{false, true} {
			c.faults.Echo = echo
			s := someTenant(t, c.shape, c.faults)
			var got seen
			sent := apiPath + "/" + c.target
			if isSearch(c.target) {
				got, sent = s.post(c.target, search), search
			} else {
				got = s.get(c.target)
			}
			text := got.body
			if json.Valid([]byte(text)) {
				text = inAnyString(t, text)
			}
			if got.status != c.status || !strings.Contains(text, c.says) {
				t.Errorf("%s: %d %s", name, got.status, got.body)
			}
			want := echo && c.says != ""
			if strings.Contains(text, "failed to parse query ["+sent+"]") != want || strings.Contains(text, "failed to parse") != want {
				t.Errorf("%s, echo %v: %s", name, echo, got.body)
			}
			if n := s.Counters().ByFault["echo"]; n != oneIf(want) {
				t.Errorf("%s, echo %v, is counted %d times", name, echo, n)
			}
		}
	}
}

// inAnyString joins all strings of a JSON text.
func inAnyString(t *testing.T, text string) string {
	var out strings.Builder
	for decoder := json.NewDecoder(strings.NewReader(text)); decoder.More(); {
		token, err := decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		if word, ok := token.(string); ok {
			out.WriteString(word + "\n")
		}
	}
	return out.String()
}

// TestEchoLeavesTheSearch checks that a remembered query still runs.
func TestEchoLeavesTheSearch(t *testing.T) {
	s := someTenant(t, Shape{}, Faults{Echo: true})
	if got := s.search(loans, `{"match":{"displayId":"L000212"}}`).ids(t); len(got) != 1 || got[0] != 11 {
		t.Errorf("found %v", got)
	}
}
