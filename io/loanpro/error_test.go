package loanpro

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAdviceNamesWhatToCheck(t *testing.T) {
	hello := func(ctx context.Context, c *Client) error { return fetchFirstPage(ctx, c) }
	search := func(ctx context.Context, c *Client) error {
		_, err := c.Find(ctx, anyStrategy, Texts(asked))
		return err
	}
	afterSuccess := func(ctx context.Context, c *Client) error {
		if err := fetchFirstPage(ctx, c); err != nil {
			return err
		}
		return search(ctx, c)
	}
	const token, tenantID, baseURL, host = "LOANPRO_API_TOKEN", "LOANPRO_TENANT_ID", "LOANPRO_BASE_URL", "localhost"
	tests := []struct {
		name     string
		answers  []http.HandlerFunc
		call     func(context.Context, *Client) error
		want     []string
		unwanted []string
	}{
		{"401 at the start", turns(respond(401, "")), hello, []string{token, tenantID}, []string{baseURL}},
		{"401 later", turns(foundLoan, respond(401, "")), afterSuccess, []string{token, tenantID}, []string{baseURL}},
		{"403", turns(respond(403, "")), hello, []string{token, "role"}, []string{tenantID, baseURL}},
		{"403 later", turns(foundLoan, respond(403, "")), afterSuccess, []string{token, "role"}, []string{tenantID, baseURL}},
		{"409 at the start", turns(respond(409, "")), hello, []string{tenantID, baseURL}, []string{token}},
		{"404 at the start", turns(respond(404, "<html>")), hello, []string{baseURL, DefaultBaseURL}, []string{token, tenantID}},
		{"a redirect at the start", turns(respond(302, "")), hello, []string{baseURL, DefaultBaseURL}, []string{token, tenantID}},
		{"HTML at the start", turns(respond(200, "<html>")), hello, []string{baseURL, host}, []string{token, tenantID}},
		{"no answer at the start", turns(respondNever), hello, []string{baseURL, "network", host}, []string{token, tenantID}},
		{"429 from the start", turns(respond(429, "")), hello, []string{baseURL, host}, []string{token, tenantID}},
		{"500 from the start", turns(respond(500, "")), hello, []string{baseURL, host}, []string{token, tenantID}},
		{"404 later, to this request alone", turns(foundLoan, respond(404, ""), foundLoan, respond(404, "")), afterSuccess, []string{"run the same command again"}, []string{token, tenantID, baseURL}},
		{"404 later, to all", turns(foundLoan, respond(404, "")), afterSuccess, []string{"again", "nothing was written"}, []string{token, tenantID, baseURL}},
		{"403 later, to this request alone", turns(foundLoan, respond(403, ""), foundLoan, respond(403, "")), afterSuccess, []string{"run the same command again"}, []string{token, "role", tenantID, baseURL}},
		{"500 later, to this request alone", turns(foundLoan, respond(500, ""), respond(500, ""), respond(500, ""), respond(500, ""), respond(500, ""), foundLoan),
			afterSuccess, []string{"run the same command again"}, []string{token, tenantID, baseURL}},
		{"500 later, to all", turns(foundLoan, respond(500, "")), afterSuccess, []string{"again", "nothing was written"}, []string{token, tenantID, baseURL}},
		{"429 without end later", turns(foundLoan, respond(429, "")), afterSuccess, []string{"again", "nothing was written"}, []string{token, tenantID, baseURL}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, inTurn(test.answers...), func(t *testing.T, c *Client) {
				e, ok := errors.AsType[*Error](test.call(t.Context(), c))
				if !ok {
					t.Fatal("want an *Error")
				}
				advice := e.Advice()
				for _, want := range test.want {
					if !strings.Contains(advice, want) {
						t.Errorf("no %q in %q", want, advice)
					}
				}
				for _, unwanted := range test.unwanted {
					if strings.Contains(advice, unwanted) {
						t.Errorf("%q in %q", unwanted, advice)
					}
				}
			})
		})
	}
}

func turns(answers ...http.HandlerFunc) []http.HandlerFunc { return answers }

func TestAdviceIsNeverEmpty(t *testing.T) {
	for _, class := range []Class{Rejected, unavailable, Refused, down, TooManyHits, Partial} {
		for _, status := range []int{0, 200, 204, 302, 400, 401, 403, 404, 409, 410, 429, 500, 503} {
			for _, first := range []bool{true, false} {
				e := &Error{Class: class, Status: status, first: first, host: "localhost"}
				if strings.TrimSpace(e.Advice()) == "" {
					t.Errorf("no advice for %+v", e)
				}
			}
		}
	}
}

func TestErrorText(t *testing.T) {
	tests := []struct {
		name string
		err  Error
		want string
	}{
		{"a status and a message", Error{Status: 409, Message: "No route found"}, "asking LoanPro at h: 409 Conflict: No route found"},
		{"a message alone", Error{Message: "no answer within 30s"}, "asking LoanPro at h: no answer within 30s"},
		{"a cause alone", Error{Err: io.ErrUnexpectedEOF}, "asking LoanPro at h: unexpected EOF"},
		{"a message and a cause", Error{Message: "no answer for 3m0s", Err: io.EOF}, "asking LoanPro at h: no answer for 3m0s: EOF"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.err.host = "h"
			if got := test.err.Error(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// Brief has no words of LoanPro's.
func TestBrief(t *testing.T) {
	const theirs = `{"message":"their words"}`
	tests := []struct {
		name    string
		answers []http.HandlerFunc
		want    string
	}{
		{"a status", turns(respond(409, theirs)), "asking LoanPro at localhost: 409 Conflict"},
		{"a status without a text", turns(respond(599, theirs)), "asking LoanPro at localhost: 599"},
		{"an error inside 200", turns(respond(200, theirs)), "asking LoanPro at localhost: 200 OK"},
		{"no answer in time", turns(respondNever), "asking LoanPro at localhost: no answer within 30s"},
		{"no connection", turns(disconnect), "asking LoanPro at localhost: no answer"},
		{"a partial answer", turns(respond(200, `{"timed_out":true,"d":{"results":[]}}`)),
			"asking LoanPro at localhost: 200 OK: the search says that its answer is incomplete"},
		{"a cut answer", turns(respond(200, `{"d":`)), "asking LoanPro at localhost: 200 OK: the answer is incomplete, or not from LoanPro"},
		{"a long wait", turns(respond(429, theirs, "Retry-After", "7200")), "asking LoanPro at localhost: 429 Too Many Requests: it asks to wait for 2h0m0s"},
		{"an outage", turns(foundLoan, respond(404, theirs)), "asking LoanPro at localhost: 404 Not Found: no request has succeeded for 3m0s"},
		{"an outage without answers", turns(foundLoan, disconnect), "asking LoanPro at localhost: no request has succeeded for 3m0s"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tenant := inTurn(test.answers...)
			inBubble(t, tenant, func(t *testing.T, c *Client) {
				if len(test.answers) > 1 {
					if err := fetchFirstPage(t.Context(), c); err != nil {
						t.Fatal(err)
					}
				}
				_, err := readHits(t, c)
				e, ok := errors.AsType[*Error](err)
				if !ok || e.Brief() != test.want {
					t.Errorf("got %q, want %q", e.Brief(), test.want)
				}
			})
		})
	}
	crowded := &Error{Class: TooManyHits, host: "h", Message: "too many records resemble what was asked"}
	if got := crowded.Brief(); got != "asking LoanPro at h: too many records resemble what was asked" {
		t.Errorf("got %q", got)
	}
}

func TestErrorKeepsItsCause(t *testing.T) {
	inBubble(t, http.HandlerFunc(respondTruncated), func(t *testing.T, c *Client) {
		if _, err := ask(t, c); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("got %v, want it to wrap %v", err, io.ErrUnexpectedEOF)
		}
	})
}

// An error names the host, so that a wrong one is noticed, and nothing else of
// the URL.
func TestErrorNamesTheHostAlone(t *testing.T) {
	server := httptest.NewServer(respond(404, ""))
	defer server.Close()
	_, err := ask(t, newClient(t, testConfig(server.URL+"/some/path")))
	if err == nil || !strings.Contains(err.Error(), strings.TrimPrefix(server.URL, "http://")) || strings.Contains(err.Error(), "path") {
		t.Errorf("got %v", err)
	}
}
