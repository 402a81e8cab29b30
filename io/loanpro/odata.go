package loanpro

import (
	"context"
	"net/url"
	"strconv"
	"strings"
)

const (
	// DatabaseBatch is the most values of one list. The longest URL that
	// LoanPro accepts is not documented; twenty display IDs stay below 2,000
	// bytes.
	DatabaseBatch = 20
	// listRows is the default length of a list (LoanPro docs, filtering and
	// paginating). A list of that length may be cut.
	listRows = 50
)

// FindInDatabase takes up to DatabaseBatch values of key, which must be an ID,
// and returns the records of LoanPro's database that have one of them. It reads
// an OData list with $filter, which has no index lag. Whether a tenant answers
// such lists is not documented; probed. The result is complete, or there is an
// *Error.
func (c *Client) FindInDatabase(ctx context.Context, key Key, values []string) ([]Hit, error) {
	comparisons := make([]string, len(values))
	for i, value := range values {
		comparisons[i] = key.field() + " eq " + literal(key, value)
	}
	query := "?$filter=" + escape(strings.Join(comparisons, " or ")) + "&$top=" + strconv.Itoa(listRows) + key.expand()
	page, err := c.ask(ctx, request{path: "/odata.svc/" + key.records() + query, records: key.records()})
	if err != nil {
		return nil, err
	}
	if len(page.Results.hits) >= listRows || page.Next != "" {
		return nil, c.fail(&Error{Class: Rejected, Message: "the list may be incomplete"})
	}
	return page.Results.hits, nil
}

// literal writes a value as OData does: a text in apostrophes, with inner ones
// doubled.
func literal(key Key, value string) string {
	if key.number() {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", "''") + "'"
}

// escape encodes text for a query, with blanks as %20, since a server may keep
// a + as it is.
func escape(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }
