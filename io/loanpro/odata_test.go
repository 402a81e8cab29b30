package loanpro

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestListsOnTheWire(t *testing.T) {
	for _, test := range []struct {
		key    Key
		values []string
		uri    string
	}{
		{DisplayID, []string{"L1"}, "/odata.svc/Loans?$filter=displayId%20eq%20%27L1%27&$top=50&$expand=Customers"},
		{DisplayID, []string{"O'Brien & Co #1+%", "ü"},
			"/odata.svc/Loans?$filter=displayId%20eq%20%27O%27%27Brien%20%26%20Co%20%231%2B%25%27%20or%20displayId%20eq%20%27%C3%BC%27&$top=50&$expand=Customers"},
		{LoanID, []string{"8890", "12"}, "/odata.svc/Loans?$filter=id%20eq%208890%20or%20id%20eq%2012&$top=50&$expand=Customers"},
		{CustomerID, []string{"751"}, "/odata.svc/Customers?$filter=id%20eq%20751&$top=50"},
	} {
		got := hear(t, func(c *Client) error {
			_, err := c.FindInDatabase(t.Context(), test.key, test.values)
			return err
		})
		want := heard{"GET", basePath + test.uri, "", nil}
		header := withoutLength(got.Header)
		if header.Get("Content-Type") != "" || header.Get("Authorization") == "" {
			t.Errorf("headers %v", header)
		}
		got.Header = nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// Twenty values of the greatest length fit into any server's limit for URLs.
func TestListsAreShort(t *testing.T) {
	got := hear(t, func(c *Client) error {
		values := make([]string, DatabaseBatch)
		for i := range values {
			values[i] = fmt.Sprintf("%050d", i)
		}
		_, err := c.FindInDatabase(t.Context(), DisplayID, values)
		return err
	})
	if n := len(got.Target); n > 2200 {
		t.Errorf("%d bytes", n)
	}
}

// A list that may be cut proves nothing.
func TestListsAreCompleteOrAnError(t *testing.T) {
	for name, body := range map[string]string{
		"as long as a page":   hitsOf(`{}`, between(1, 50)...),
		"with a continuation": strings.Replace(hitsOf(`{}`, 1), `"summary"`, `"__next":"https://x","summary"`, 1),
	} {
		hits, err := onLoopback(t, respond(http.StatusOK, body)).FindInDatabase(t.Context(), DisplayID, []string{"L1"})
		if wantError(t, err, Rejected, 0); hits != nil {
			t.Errorf("%s: %d hits with the error", name, len(hits))
		}
	}
	hits, err := onLoopback(t, respond(http.StatusOK, hitsOf(`{}`, between(1, 49)...))).FindInDatabase(t.Context(), DisplayID, []string{"L1"})
	if err != nil || len(hits) != 49 {
		t.Errorf("%d hits, %v", len(hits), err)
	}
}
