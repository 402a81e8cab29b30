package loanpro

import (
	"context"
	"net/url"
	"strconv"
	"strings"
)

const (
	// DatabaseBatch is the most values of one list: the longest URL that is
	// taken is not documented, and twenty display IDs stay below 2,000 bytes.
	DatabaseBatch = 20
	// listRows is how many rows a list has that is not told otherwise (LoanPro
	// docs, filtering and paginating); one that long may be cut.
	listRows = 50
)

// FindInDatabase takes up to DatabaseBatch values of key, which is an ID of any
// kind, and returns the records of LoanPro's database that hold one of them, by a list of OData with
// $filter. It lags behind nothing, but whether a tenant answers it is not
// documented; probed. The result is complete, or there is an error.
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
		return nil, c.fail(&Error{Class: Rejected, Message: "the list may be cut, so it is not complete"})
	}
	return page.Results.hits, nil
}

// literal writes a value as OData does: texts in apostrophes, those inside
// doubled.
func literal(key Key, value string) string {
	if key.number() {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", "''") + "'"
}

// escape is for a query, with blanks as %20: + may be taken as it is.
func escape(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }
