package loanpro

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/go-json-experiment/json"
)

func TestCountsAreReadLeniently(t *testing.T) {
	t.Parallel()
	tests := map[string]count{
		`137`: 137, `137.0`: 137, `1.37e2`: 137, `"137"`: 137, `" 137.0 "`: 137, `0`: 0, `"0"`: 0,
		`{"value":137,"relation":"gte"}`: 137, `{"relation":"eq","value":"137"}`: 137, `{"value":137.0}`: 137,
		`null`: 0, `""`: 0, `true`: 0, `"many"`: 0, `[]`: 0, `[137]`: 0, `{}`: 0, `{"value":null}`: 0, `{"value":{"value":137}}`: 0,
		`-1`: 0, `137.5`: 0, `1e300`: 0, `"inf"`: 0, `"NaN"`: 0, `9007199254740992`: 1 << 53, `9223372036854775808`: 0,
	}
	for raw, want := range tests {
		var got count
		if err := json.Unmarshal([]byte(raw), &got, lenient); err != nil || got != want {
			t.Errorf("%s: got %d, %v; want %d", raw, got, err, want)
		}
	}
}

// In any notation of the total, a search is read to its end.
func TestTotalsOfAnyShapeAreObeyed(t *testing.T) {
	t.Parallel()
	for _, total := range []string{`3`, `3.0`, `"3"`, `{"value":3,"relation":"eq"}`, `{"value":3,"relation":"gte"}`} {
		tenant := inTurn(respond(200, hitsOf(`{"total":`+total+`,"pageSize":"100"}`, 1, 2)), respond(200, hitsOf(`{"total":`+total+`}`, 3)))
		hits, err := readHits(t, onLoopback(t, tenant))
		if len(hits) != 3 || err != nil {
			t.Errorf("total %s: %d hits, %v", total, len(hits), err)
		}
	}
}

func TestNoShapeOfASummaryIsAnError(t *testing.T) {
	t.Parallel()
	for _, summary := range []string{
		`null`, `[]`, `{}`, `""`, `5`, `true`, `[{"total":7}]`, `{"total":null}`, `{"total":[]}`, `{"total":"many","pageSize":{}}`, `{"total":-7}`,
	} {
		wantLoans(t, hitsOf(summary, 1), loansOf(1))
	}
}

func TestFlagsInUnknownSpellings(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]flag{
		`"yes"`: true, `"Y"`: true, `"TRUE"`: true, `"t"`: true, `"on"`: true, `2`: true, `1.0`: true, `"1.0"`: true, `-1`: true,
		`"no"`: false, `"N"`: false, `"False"`: false, `"off"`: false, `0.0`: false, `"0.0"`: false, `" 0 "`: false, `"null"`: false,
		`[]`: false, `{}`: false, `[ ]`: false, `"\u0030"`: false,
		// Unclear values count as set.
		`"maybe"`: true, `[0]`: true, `{"value":0}`: true, `"2020-01-01"`: true,
	} {
		var got flag
		if err := json.Unmarshal([]byte(raw), &got, lenient); err != nil || got != want {
			t.Errorf("%s: got %t, %v; want %t", raw, got, err, want)
		}
	}
}

// An ID that came as a number is marked, because it may have lost zeros.
func TestNumbersAsIDs(t *testing.T) {
	t.Parallel()
	for fields, want := range map[string]Hit{
		`"displayId":"42"`:                  {DisplayID: "42"},
		`"displayId":42`:                    {DisplayID: "42", NumericID: true},
		`"displayId":42.50`:                 {DisplayID: "42.50", NumericID: true},
		`"displayId":-42`:                   {DisplayID: "-42", NumericID: true},
		`"displayId":1e5`:                   {DisplayID: "1e5", NumericID: true},
		`"displayId":null`:                  {},
		`"title":"L1"`:                      {},
		`"customId":"042"`:                  {Details: Details{CustomID: "042"}},
		`"customId":42`:                     {Details: Details{CustomID: "42"}, NumericID: true},
		`"customId":null`:                   {},
		`"displayId":"042","customId":42`:   {DisplayID: "042", Details: Details{CustomID: "42"}},
		`"displayId":null,"customId":"042"`: {Details: Details{CustomID: "042"}},
	} {
		want.ID = 1
		wantLoans(t, pageWith(fmt.Sprintf(`{"id":1,%s}`, fields)), []Hit{want})
	}
}

func TestByteOrderMarkIsSkipped(t *testing.T) {
	t.Parallel()
	wantLoans(t, "\ufeff"+hitsOf(`{}`, 1), loansOf(1))
	_, err := readHits(t, onLoopback(t, respond(http.StatusConflict, "\ufeff"+`{"message":"No route found"}`)))
	if e := wantError(t, err, Rejected, http.StatusConflict); e.Message != "No route found" {
		t.Errorf("got %q", e.Message)
	}
}
