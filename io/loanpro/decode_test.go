package loanpro

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func pageWith(loan string) string { return `{"d":{"results":[` + loan + `]}}` }

func TestAnswersAreReadLeniently(t *testing.T) {
	tests := []struct {
		name, body string
		want       []Hit
	}{
		{"no loans as []", `{"d":{"results":[]}}`, nil},
		{"no loans as null", `{"d":{"results":null}}`, nil},
		{"no loans as an object", `{"d":{"results":{"results":[]}}}`, nil},
		{"loans in an array", pageWith(`{"id":1,"displayId":"L1"}`), loansOf(1)},
		{"loans in an object", `{"d":{"results":{"results":[{"id":1,"displayId":"L1"}]}}}`, loansOf(1)},
		{"white space", " \r\n{ \"d\" : { \"results\" : [ ] } }\n", nil},
		{"errors of null", `{"error":null,"d":{"error":null,"results":[{"id":1,"displayId":"L1"}]}}`, loansOf(1)},
		{"unknown fields", `{"x":{"y":[1]},"d":{"z":0,"results":[{"id":1,"displayId":"L1","customFields":{},"n":1.5}]}}`, loansOf(1)},

		{"an ID as a number", pageWith(`{"id":8890}`), []Hit{{ID: 8890}}},
		{"an ID as a string", pageWith(`{"id":"8890"}`), []Hit{{ID: 8890}}},
		{"the largest ID", pageWith(`{"id":9223372036854775807}`), []Hit{{ID: 9223372036854775807}}},
		{"a display ID as a string", pageWith(`{"id":1,"displayId":"0042"}`), []Hit{{ID: 1, DisplayID: "0042"}}},
		{"a display ID as a number", pageWith(`{"id":1,"displayId":42}`), []Hit{{ID: 1, DisplayID: "42", NumericID: true}}},
		{"a display ID as a number too long for any type", pageWith(`{"id":1,"displayId":123456789012345678901234567890}`),
			[]Hit{{ID: 1, DisplayID: "123456789012345678901234567890", NumericID: true}}},
		{"a display ID with blanks and quotes, as it is", pageWith(`{"id":1,"displayId":" L \"1\" "}`), []Hit{{ID: 1, DisplayID: ` L "1" `}}},
		{"a display ID of null", pageWith(`{"id":1,"displayId":null}`), []Hit{{ID: 1}}},
		{"no display ID", pageWith(`{"id":1}`), []Hit{{ID: 1}}},
		{"a status", pageWith(`{"id":1,"loanStatusText":"Open"}`), []Hit{{ID: 1, Status: "Open"}}},
		{"a status of null", pageWith(`{"id":1,"loanStatusText":null}`), []Hit{{ID: 1}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { wantLoans(t, test.body, test.want) })
	}
}

func wantLoans(t *testing.T, body string, want []Hit) {
	t.Helper()
	loans, err := readHits(t, onLoopback(t, respond(http.StatusOK, body)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, loans); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFlagsAreReadLeniently(t *testing.T) {
	fields := map[string]Hit{
		"archived": {ID: 1, Archived: true}, "deleted": {ID: 1, Deleted: true},
		"temporaryAccount": {ID: 1, Temporary: true}, "__temporary": {ID: 1, Temporary: true},
	}
	values := map[string]bool{
		`1`: true, `"1"`: true, `true`: true, `"true"`: true,
		`0`: false, `"0"`: false, `false`: false, `"false"`: false, `null`: false, `""`: false,
	}
	for field, set := range fields {
		for value, on := range values {
			t.Run(field+" "+value, func(t *testing.T) {
				want := Hit{ID: 1}
				if on {
					want = set
				}
				wantLoans(t, pageWith(fmt.Sprintf(`{"id":1,%q:%s}`, field, value)), []Hit{want})
			})
		}
	}
}

func TestEitherMarkMakesALoanTemporary(t *testing.T) {
	wantLoans(t, pageWith(`{"id":1,"temporaryAccount":0,"__temporary":1}`), []Hit{{ID: 1, Temporary: true}})
	wantLoans(t, pageWith(`{"id":1,"temporaryAccount":1,"__temporary":0}`), []Hit{{ID: 1, Temporary: true}})
}

func TestCustomersAreReadLeniently(t *testing.T) {
	const primary, secondary = PrimaryRole, "loan.customerRole.secondary"
	tests := []struct {
		name, fields string
		want         []Customer
	}{
		{"absent", ``, nil},
		{"null", `,"customers":null,"Customers":null`, nil},
		{"[]", `,"customers":[],"Customers":[]`, nil},
		{"an object with no results", `,"Customers":{"results":[]}`, nil},
		{"a link in their stead", `,"Customers":{"__deferred":{"uri":"https://example.com"}}`, nil},
		{"part of the document", `,"customers":[{"id":7,"firstName":"Ann"}]`, []Customer{{ID: 7, Details: Details{Name: "Ann", First: "Ann"}}}},
		{"a name in either place", `,"customers":[{"id":7,"firstName":"Ann","lastName":"Bee"}],"Customers":[{"id":7,"loanRole":"` + primary + `"}]`,
			[]Customer{{ID: 7, Role: primary, Details: Details{Name: "Ann Bee", First: "Ann", Last: "Bee"}}}},
		{"expanded, in an array", `,"Customers":[{"id":7,"loanRole":"` + primary + `"}]`, []Customer{{ID: 7, Role: primary}}},
		{"expanded, in an object", `,"Customers":{"results":[{"id":7,"loanRole":"` + primary + `"}]}`, []Customer{{ID: 7, Role: primary}}},
		{"IDs as strings", `,"customers":[{"id":"7"},{"id":"8"}]`, []Customer{{ID: 7}, {ID: 8}}},
		{"a role of null", `,"Customers":[{"id":7,"loanRole":null}]`, []Customer{{ID: 7}}},
		{"several, each with its role", `,"Customers":[{"id":7,"loanRole":"` + secondary + `"},{"id":8,"loanRole":"` + primary + `"}]`,
			[]Customer{{ID: 7, Role: secondary}, {ID: 8, Role: primary}}},
		{"both spellings, merged by ID with the role", `,"customers":[{"id":8},{"id":7}],"Customers":[{"id":7,"loanRole":"` + primary + `"}]`,
			[]Customer{{ID: 7, Role: primary}, {ID: 8}}},
		{"both spellings, the role in the document", `,"customers":[{"id":7,"loanRole":"` + primary + `"}],"Customers":[{"id":7,"loanRole":null}]`,
			[]Customer{{ID: 7, Role: primary}}},
		{"both spellings, one of them empty", `,"Customers":[],"customers":[{"id":7}]`, []Customer{{ID: 7}}},
		{"one twice", `,"Customers":[{"id":7,"loanRole":"` + primary + `"},{"id":"7","loanRole":"` + secondary + `"}]`, []Customer{{ID: 7, Role: primary}}},
		// They count: without them the last one would appear to be the only
		// one.
		{"some without an ID", `,"Customers":[{"loanRole":"` + primary + `"},{"id":-1},null,{"id":7}]`, []Customer{{Role: primary}, {}, {}, {ID: 7}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			wantLoans(t, pageWith(`{"id":1`+test.fields+`}`), []Hit{{ID: 1, Customers: test.want}})
		})
	}
}

// unreadable are bodies of a 200 that are not answers, and above all not empty
// ones.
var unreadable = []struct{ name, body string }{
	{"no body", ``},
	{"null", `null`},
	{"an array", `[]`},
	{"a string", `"d"`},
	{"no d", `{}`},
	{"d of null", `{"d":null}`},
	{"an array as d", `{"d":[]}`},
	{"no results", `{"d":{}}`},
	{"no results but a summary", `{"d":{"summary":{"total":0}}}`},
	{"results next to d", `{"d":{},"results":[]}`},
	{"results as a string", `{"d":{"results":"none"}}`},
	{"results as a number", `{"d":{"results":0}}`},
	{"results as an object without results", `{"d":{"results":{}}}`},
	{"a link in the results' stead", `{"d":{"results":{"__deferred":{"uri":"https://example.com"}}}}`},
	{"results with an error inside", `{"d":{"results":[],"error":{"message":"shard failed"}}}`},
	{"results with an error", `{"error":{"message":"shard failed"},"d":{"results":[]}}`},
	{"results with an error that is a string", `{"error":"shard failed","d":{"results":[]}}`},
	{"a hit of null", `{"d":{"results":[null]}}`},
	{"a hit that is a number", `{"d":{"results":[8890]}}`},
	{"a hit without an ID", pageWith(`{"displayId":"L1"}`)},
	{"a hit without an ID among others", pageWith(`{"id":1},{"displayId":"L2"}`)},
	{"an ID of null", pageWith(`{"id":null}`)},
	{"an empty ID", pageWith(`{"id":""}`)},
	{"an ID of 0", pageWith(`{"id":0}`)},
	{"an ID of zero, quoted", pageWith(`{"id":"0"}`)},
	{"a negative ID", pageWith(`{"id":-5}`)},
	{"an ID that is not whole", pageWith(`{"id":1.5}`)},
	{"an ID that is not whole, quoted", pageWith(`{"id":"1.5"}`)},
	{"an ID too large", pageWith(`{"id":9223372036854775808}`)},
	{"an ID that is a word", pageWith(`{"id":"L1"}`)},
	{"an ID that is a list", pageWith(`{"id":[1]}`)},
	{"a display ID that is an object", pageWith(`{"id":1,"displayId":{}}`)},
	{"a display ID that is true", pageWith(`{"id":1,"displayId":true}`)},
	{"a customer's ID that is not whole", pageWith(`{"id":1,"customers":[{"id":7.5}]}`)},
	{"customers as a number", pageWith(`{"id":1,"customers":2}`)},
	{"cut off in the hits", `{"d":{"results":[{"id":1,"displayId":"L1"}`},
	{"cut off before the last brace", `{"d":{"results":[]}`},
	{"something after the end", `{"d":{"results":[]}}<!-- -->`},
	{"an answer twice", `{"d":{"results":[]}}{"d":{"results":[]}}`},
	{"HTML", `<!doctype html><title>Log in</title>`},
	{"five shapes of error, the first", errorShapes[0].body},
	{"five shapes of error, the second", errorShapes[1].body},
	{"five shapes of error, the third", errorShapes[2].body},
	{"five shapes of error, the fourth", errorShapes[3].body},
	{"five shapes of error, the fifth", errorShapes[4].body},
}

func TestUnreadableAnswersAreAnError(t *testing.T) {
	for _, test := range unreadable {
		t.Run(test.name, func(t *testing.T) {
			tenant := inTurn(respond(http.StatusOK, test.body))
			inBubble(t, tenant, func(t *testing.T, c *Client) {
				loans, err := readHits(t, c)
				wantError(t, err, unavailable, http.StatusOK)
				if loans != nil || tenant.count.Load() != maxFailures {
					t.Errorf("got %v after %d requests, want nothing after %d", loans, tenant.count.Load(), maxFailures)
				}
			})
		})
	}
}

func TestUnreadableAnswersAreAskedForAgain(t *testing.T) {
	for _, test := range unreadable {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, inTurn(respond(http.StatusOK, test.body), foundLoan), func(t *testing.T, c *Client) {
				loans, err := readHits(t, c)
				if diff := cmp.Diff(loansOf(1), loans); diff != "" || err != nil {
					t.Errorf("%v, loans (-want +got):\n%s", err, diff)
				}
			})
		})
	}
}

// errorShapes are the bodies of errors that LoanPro is known to send.
var errorShapes = []struct{ body, want string }{
	{`{"error":{"message":"Access to retrieve all entities has been deprecated.","type":"ODataException","code":410}}`,
		"Access to retrieve all entities has been deprecated."},
	{`{"error":{"message":{"lang":"en-US","value":"Resource not found for the segment 'Loans'"}}}`,
		"Resource not found for the segment 'Loans'"},
	{`{"d":{"error":{"type":"Warning","message":{"value":"The loan is locked"}},"warnings":["one"]}}`, "The loan is locked"},
	{`{"code":"401-CN0001","message":"Unauthorized","context":{"ip":"10.0.0.1","user_id":1,"errors":["Reason 1"]}}`, "Unauthorized"},
	{`{"message":"No route found"}`, "No route found"},
}

func TestMessageIsLoanPros(t *testing.T) {
	quoted := func(text string) string { return fmt.Sprintf(`{"message":%s}`, mustJSON(text)) }
	const none = "it sent no message"
	tests := []struct{ name, body, want string }{
		{"the first known shape", errorShapes[0].body, errorShapes[0].want},
		{"the second known shape", errorShapes[1].body, errorShapes[1].want},
		{"the third known shape", errorShapes[2].body, errorShapes[2].want},
		{"the fourth known shape", errorShapes[3].body, errorShapes[3].want},
		{"the fifth known shape", errorShapes[4].body, errorShapes[4].want},
		{"a message as a string inside d", `{"d":{"error":{"message":"locked"}}}`, "locked"},
		{"an error that is nothing but its message", `{"error":"the service is busy"}`, "the service is busy"},
		{"the error's before the general one", `{"message":"general","error":{"message":"special"}}`, "special"},
		{"lines become one", quoted(" one\r\n\ttwo\u2028three\u0085four "), "one two three four"},
		{"control characters do not reach a terminal", quoted("\x1b[31mred\x1b[0m\x00\x07\u009b1m"), "[31mred [0m 1m"},
		{"what no terminal shows goes out", quoted("can\u200bnot \u202eparse\u00ad \ufeff[CAN\u200bARY]"), "cannot parse […]"},
		{"what was asked goes out", quoted("cannot parse [" + asked + "]"), "cannot parse […]"},
		{"no token of a very long one is cut in two", quoted("x " + strings.Repeat("000212 ", readMessage)), "x …"},
		{"a long one is cut", quoted(strings.Repeat("x", 201)), strings.Repeat("x", 200) + "…"},
		{"one that just fits is not", quoted(strings.Repeat("é", 200)), strings.Repeat("é", 200)},
		{"a cut falls between characters", quoted(strings.Repeat("漢", 300)), strings.Repeat("漢", 200) + "…"},
		{"the token goes out", quoted("bad token Bearer " + secret + " (" + secret + ")"), "bad token Bearer [redacted] ([redacted])"},
		{"the token goes out before the cut", quoted(strings.Repeat("x", 195) + secret), strings.Repeat("x", 195) + "[reda…"},
		{"no body", ``, none},
		{"an empty message", `{"message":" "}`, none},
		{"a message of null", `{"error":{"message":null}}`, none},
		{"a message that is a number", `{"message":5}`, none},
		{"a message that is a list", `{"message":["one"]}`, none},
		{"an object without a value", `{"message":{"text":"x"}}`, none},
		{"nothing of the kind", `{"d":{"results":[]}}`, none},
		{"cut JSON", `{"message":"123-45-6789`, none},
		{"HTML", `<h1>502 Bad Gateway</h1>`, none},
		{"plain text", `upstream connect error`, none},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := ask(t, onLoopback(t, respond(http.StatusConflict, test.body)))
			if e := wantError(t, err, Rejected, http.StatusConflict); e.Message != test.want {
				t.Errorf("got %q, want %q", e.Message, test.want)
			}
		})
	}
}

func mustJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// An error in a 200 has a message as in other statuses.
func TestMessageOfAnErrorIn200(t *testing.T) {
	for _, shape := range errorShapes {
		t.Run(shape.want, func(t *testing.T) {
			inBubble(t, respond(http.StatusOK, shape.body), func(t *testing.T, c *Client) {
				_, err := ask(t, c)
				if e := wantError(t, err, unavailable, http.StatusOK); e.Message != shape.want {
					t.Errorf("got %q, want %q", e.Message, shape.want)
				}
			})
		})
	}
}

// Duplicate names, in any case or escaped, are read as encoding/json reads
// them.
func TestNamesThatComeTwice(t *testing.T) {
	t.Parallel()
	seven, eight := Customer{ID: 7}, Customer{ID: 8}
	ann := Customer{ID: 7, Details: Details{Name: "Ann", First: "Ann"}}
	for body, want := range map[string][]Hit{
		pageWith(`{"id":1,"CUSTOMERS":[{"id":7}],"Customers":[{"id":8}]}`):                      {{ID: 1, Customers: []Customer{eight, seven}}},
		pageWith(`{"id":1,"customers":[{"id":7}],"customers":[{"firstName":"Ann"},{"id":8}]}`):  {{ID: 1, Customers: []Customer{ann, eight}}},
		pageWith(`{"id":1,"Customers":{"results":[{"id":7}],"results":[{"firstName":"Ann"}]}}`): {{ID: 1, Customers: []Customer{ann}}},
		pageWith(`{"id":1,"\u0064isplayId":"x","DISPLAYID":"y"}`):                               {{ID: 1, DisplayID: "y"}},
		pageWith("{\"id\":1,\"di\u017fplayId\":\"x\"}"):                                         {{ID: 1, DisplayID: "x"}},
		pageWith(`{"id":1,"temp-orary":1,"_temporary":1}`):                                      {{ID: 1}},
		`{"d":{"results":[{"id":1}]},"d":{"summary":{"pageSize":5}}}`:                           {{ID: 1}},
		`{"d":{"results":{"results":[{"id":0}],"results":[{"id":2}]}}}`:                         {{ID: 2}},
		`{"d":{"results":[{"id":1}],"results":null}}`:                                           nil,
	} {
		wantLoans(t, body, want)
	}
}

func TestEscapesOfHalfACharacter(t *testing.T) {
	t.Parallel()
	wantLoans(t, pageWith(`{"id":1,"displayId":"\ud83d\ude00\ud800","\udc00":1}`), []Hit{{ID: 1, DisplayID: "😀\ufffd"}})
	wantLoans(t, pageWith(`{"id":1,"active":"\ud800"}`), []Hit{{ID: 1, Deleted: true}})
}

// oddBodies are the seeds of FuzzDecode that no other test has.
var oddBodies = []string{
	`{"d":{"results":[{"id":1,"CUSTOMERS":[{"id":7}],"Customers":[{"id":8}]}]}}`,
	`{"d":{"results":[{"id":1,"customers":[{"id":7}],"customers":[{"firstName":"Ann"},{"id":9}]}]}}`,
	`{"d":{"results":[{"id":1,"Customers":{"results":[{"id":7}],"results":[{"firstName":"Ann"}]}}]}}`,
	`{"d":{"results":[{"id":1}]},"d":null}`, `{"d":{"results":[{"id":1}]},"d":{"summary":{"total":5}}}`,
	`{"d":{"results":{"results":[{"id":0}],"results":[{"id":2}]}}}`, `{"d":{"results":{"results":null}}}`,
	`{"d":{"results":{"results":{"results":[]}}}}`, `{"d":{"results":[{"id":1,"__temporary":1,"_temporary":1,"temp-orary":1}]}}`,
	`{"d":{"results":[],"next":"x","_next":"y","__NEXT":"z"}}`, `{"error":"x","error":{"type":"y"},"d":{"results":[]}}`,
	`{"message":"\ud800 x","d":[]}`, `{"message":{"value":"a","value":5}}`, `{"d":{"results":[{"id":1,"displayId":"\ud83d\ude00\ud800"}]}}`,
	`{"d":{"results":[{"id":1,"\u0064isplayId":"x","DISPLAYID":"y"}]}}`, "{\"d\":{\"results\":[{\"id\":1,\"di\u017fplayId\":\"x\"}]}}",
	`{"d":{"results":[{"id":1,"primaryAddress":{"zipcode":1},"primaryAddress":5}]}}`, "\ufeff\ufeff{}", "{\"message\":\"\x00\"}",
	`{"d":{"results":[{"id":1}],"summary":{"total":{"value":5,"value":null},"_shards":{"failed":1},"_shards":null}}}`,
	`{"d":{"results":[{"id":"\u0031"}]}}`, `{"d":{"results":[{"id":"\"1\""}]}}`, `{"d":{"results":[{"id":"1","id":null}]}}`,
	`{"d":{"results":[{"id":1,"active":"\ud800"}]}}`, `{"d":{"results":[{"id":01}]}}`, `{"d":{"results":[{"id":1,}]}}`, `{"d":{"results":[]} }x`,
	`{"d":{"results":[{"id":1,"displayId":-0.0e+5}]}}`, `{"d":{"results":[{"id":-0}]}}`, `{"d":{"results":[{"id":+1}]}}`, `{"d":{"results":[{"id":1e1}]}}`,
}

func FuzzDecode(f *testing.F) {
	for _, test := range unreadable {
		f.Add([]byte(test.body))
	}
	for _, body := range slices.Concat(oddBodies, partialAnswers, []string{
		hitsOf(`{"total":"1","pageSize":null}`, 1), `{"d":{"results":{"results":[]}}}`, `{"D":{"RESULTS":null}}`,
		pageWith(`{"id":"1","displayId":5,"deleted":"0","customers":{"results":[{"id":2}]},"Customers":null}`),
		`{"d":{"results":[]},"d":{}}`, "{\"d\":{\"re\u017fults\":[]}}",
	}) {
		f.Add([]byte(body))
	}
	c, err := New(testConfig(DefaultBaseURL))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) { checkDecoded(t, c, body) })
}

// checkDecoded checks what is true of any body: the message is one short line,
// and only a d with results is a page, whose hits all have IDs.
func checkDecoded(t testingT, c *Client, body []byte) {
	t.Helper()
	if message := c.message(request{}, body); len([]rune(message)) > 201 || strings.ContainsAny(message, "\r\n\x1b") {
		t.Errorf("the message is not one short line: %q", message)
	}
	page, err := c.read(request{}, body)
	if err != nil {
		return
	}
	if !holdsResults(bytes.TrimPrefix(body, []byte("\ufeff"))) {
		t.Errorf("read a page from %q, which has no d with results", body)
	}
	for _, loan := range page.Results.hits {
		if loan.ID <= 0 {
			t.Errorf("read a loan without an ID from %q", body)
		}
	}
}

// testingT is a *testing.T or a *rapid.T.
type testingT interface {
	Helper()
	Errorf(format string, arguments ...any)
}

// holdsResults reports whether body is an object with a d that has results,
// found without any of the client's types. Case is ignored as encoding/json
// does, and a key may come twice.
func holdsResults(body []byte) bool {
	for _, d := range valuesOf(body, "d") {
		if len(valuesOf(d, "results")) > 0 {
			return true
		}
	}
	return false
}

// valuesOf returns the values of key in the object raw.
func valuesOf(raw []byte, key string) []json.RawMessage {
	var values []json.RawMessage
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return values
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return values
		}
		if strings.EqualFold(fmt.Sprint(name), key) {
			values = append(values, value)
		}
	}
	return values
}
