package loanpro

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"
)

func TestDetailsAreReadLeniently(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, fields string
		want         Details
	}{
		{"none", ``, Details{}},
		{"all as texts", `,"customerName":"Ann B. Example","firstName":"Ann","middleName":"B.","lastName":"Example","generationCode":"customer.generationCode.jr",
			"companyName":"Acme","customerType":"customer.type.individual","email":"a@example.com","primaryPhone":"5550101234",
			"birthDate":"\/Date(1043193600)\/","ssn":"XXXXX1234","primaryAddress":{"zipcode":"07030","city":"Hoboken","state":"geo.state.NJ"},"customId":"C-1"`,
			Details{Name: "Ann B. Example", First: "Ann", Middle: "B.", Last: "Example", Suffix: "jr", Company: "Acme", Kind: "customer.type.individual",
				Email: "a@example.com", Phone: "5550101234", Birth: "/Date(1043193600)/", SSN: "XXXXX1234", Zip: "07030", City: "Hoboken", State: "NJ", CustomID: "C-1"}},
		{"null", `,"customerName":null,"firstName":null,"middleName":null,"lastName":null,"generationCode":null,"companyName":null,"customerType":null,
			"email":null,"primaryPhone":null,"birthDate":null,"ssn":null,"primaryAddress":null,"zipcode":null,"customId":null`, Details{}},
		{"numbers, as they are written", `,"customId":42,"primaryPhone":5550101234,"ssn":900112222,"birthDate":1043193600,"primaryAddress":{"zipcode":94510}`,
			Details{CustomID: "42", Phone: "5550101234", SSN: "900112222", Birth: "1043193600", Zip: "94510"}},
		{"the number of a government paper is no ID", `,"customerId":"900112222"`, Details{}},
		{"a person's name of parts", `,"firstName":"Ann","lastName":"Example","companyName":"Acme"`, Details{Name: "Ann Example", First: "Ann", Last: "Example", Company: "Acme"}},
		{"a company's name", `,"companyName":"Acme LLC","firstName":"","lastName":null`, Details{Name: "Acme LLC", Company: "Acme LLC"}},
		{"no suffix", `,"generationCode":"customer.generationCode.none"`, Details{}},
		{"a suffix alone", `,"generationCode":"III"`, Details{Suffix: "III"}},
		{"letters beyond ASCII, escaped or not", `,"firstName":"Jos\u00e9","lastName":"Nguyễn"`, Details{Name: "José Nguyễn", First: "José", Last: "Nguyễn"}},
		{"a state by its name alone", `,"primaryAddress":{"state":"Utah","city":["Provo"]}`, Details{State: "Utah"}},
		{"phones in a list", `,"primaryPhone":[{"phone":"5550101234"}],"phones":{"results":[{"phone":"5550101234"}]}`, Details{}},
		{"unexpected types", `,"email":{"value":"x"},"primaryPhone":true,"birthDate":[1],"ssn":{},"generationCode":false,"customerType":[],"zipcode":{}`, Details{}},
		{"an address in a list", `,"primaryAddress":[{"zipcode":"94510"}]`, Details{}},
		{"an address elsewhere", `,"primaryAddress":{"__deferred":{"uri":"https://example.com"}}`, Details{}},
		{"a zip that is no text", `,"primaryAddress":{"zipcode":["94510"]}`, Details{}},
		{"a zip outside the address", `,"primaryAddress":"94511 Benicia","zipcode":"94510"`, Details{Zip: "94510"}},
		{"the address's zip first", `,"primaryAddress":{"zipcode":"94511"},"zipcode":"94510"`, Details{Zip: "94511"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			number := strings.Contains(test.fields, `"customId":4`)
			wantLoans(t, pageWith(`{"id":1`+test.fields+`}`), []Hit{{ID: 1, NumericID: number, Details: test.want}})
			wantLoans(t, pageWith(`{"id":1,"customers":[{"id":7`+test.fields+`}]}`), []Hit{{ID: 1, Customers: []Customer{{ID: 7, Details: test.want}}}})
			wantLoans(t, pageWith(`{"id":1,"Customers":{"results":[{"id":7`+test.fields+`}]}}`), []Hit{{ID: 1, Customers: []Customer{{ID: 7, Details: test.want}}}})
		})
	}
}

// Fields that identify a customer must be texts: if they were left empty, the
// customer could pass for another one.
func TestNamesThatAreNoTextsAreAnError(t *testing.T) {
	for _, fields := range []string{`"customerName":{}`, `"firstName":["Ann"]`, `"middleName":true`, `"lastName":{"value":"x"}`, `"companyName":[]`, `"customId":{}`} {
		inBubble(t, respond(http.StatusOK, pageWith(`{"id":1,`+fields+`}`)), func(t *testing.T, c *Client) {
			_, err := readHits(t, c)
			wantError(t, err, unavailable, http.StatusOK)
		})
	}
}

// A loan's customers come in two places, and either may have more fields.
func TestDetailsOfALoansCustomerAreMerged(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, indexed, expanded string
		want                    Details
	}{
		{"from the document alone", `"email":"a@example.com"`, ``, Details{Email: "a@example.com"}},
		{"from the expanded alone", ``, `"ssn":"900112222"`, Details{SSN: "900112222"}},
		{"from both", `"email":"a@example.com","primaryAddress":{"zipcode":"94510"}`, `"birthDate":"/Date(0)/","email":null`,
			Details{Email: "a@example.com", Birth: "/Date(0)/", Zip: "94510"}},
		{"the expanded wins", `"ssn":"XXXXX2222"`, `"ssn":"900112222"`, Details{SSN: "900112222"}},
		{"a name from what both say", `"firstName":"Ann","lastName":"Bee"`, `"firstName":"Ann"`, Details{Name: "Ann Bee", First: "Ann", Last: "Bee"}},
		{"a whole name before its parts", `"customerName":"Ann C. Bee"`, `"firstName":"Ann","lastName":"Bee"`, Details{Name: "Ann C. Bee", First: "Ann", Last: "Bee"}},
		{"everything", `"middleName":"C","generationCode":"customer.generationCode.sr","companyName":"Acme","customerType":"k","primaryPhone":"1","customId":"9"`, ``,
			Details{Name: "Acme", Middle: "C", Suffix: "sr", Company: "Acme", Kind: "k", Phone: "1", CustomID: "9"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			customer := func(fields string) string {
				if fields != "" {
					fields = "," + fields
				}
				return `[{"id":7` + fields + `}]`
			}
			loan := `{"id":1,"customers":` + customer(test.indexed) + `,"Customers":` + customer(test.expanded) + `}`
			wantLoans(t, pageWith(loan), []Hit{{ID: 1, Customers: []Customer{{ID: 7, Details: test.want}}}})
		})
	}
}

// A text is read as encoding/json reads it.
func FuzzText(f *testing.F) {
	for _, seed := range []string{`""`, `"a"`, `"\""`, `"\\"`, `"\u00e9"`, `"é"`, "\"\xff\"", `"\ud800"`, "\"\u2028\"", `"\/Date(0)\/"`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var want string
		if json.Unmarshal(raw, &want) != nil || raw[0] != '"' || raw[len(raw)-1] != '"' { // a value comes without blanks
			return
		}
		var got text
		if err := jsonv2.Unmarshal(raw, &got, lenient); err != nil || string(got) != want {
			t.Errorf("%q: %q, %v; want %q", raw, got, err, want)
		}
	})
}

func TestFindingsOfNamesAsJSON(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]Findings{
		`"database":false,"controls":0,"requests":0}`:                            {},
		`"database":false,"controls":0,"prefix":true,"fuzzy":true,"requests":0}`: {Prefix: true, Fuzzy: true, phoneFormats: []string{"##########"}},
	} {
		got := mustJSON(f)
		if got = got[len(got)-min(len(got), len(want)):]; got != want {
			t.Errorf("got …%s, want …%s", got, want)
		}
	}
}
