package sandbox

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// caller is a client of a tenant over TCP. It follows no redirection.
type caller struct {
	*Sandbox
	t    testing.TB
	base string
	http *http.Client
}

// calling serves a tenant for as long as the test runs.
func calling(t testing.TB, options Options) *caller {
	t.Helper()
	s := made(t, options)
	base, err := s.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{
		Transport:     &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	t.Cleanup(func() {
		client.CloseIdleConnections()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &caller{s, t, base, client}
}

// someTenant is the tenant of the test files.
func someTenant(t testing.TB, shape Shape, faults Faults) *caller {
	t.Helper()
	return calling(t, Options{Dir: folder(t, someLoans, someCustomers), Shape: shape, Faults: faults})
}

func (c *caller) request(method, target, body string) *http.Request {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.base+"/"+target, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	authorized(c.Sandbox, r)
	return r
}

func (c *caller) post(target, body string) seen {
	c.t.Helper()
	return look(c.http, c.request(http.MethodPost, target, body))
}

func (c *caller) get(target string) seen {
	c.t.Helper()
	return look(c.http, c.request(http.MethodGet, target, ""))
}

// search returns the rows of a search, which must succeed.
func (c *caller) search(target, query string) rows {
	c.t.Helper()
	if query != "" {
		query = `{"query":` + query + `}`
	}
	got := c.post(target, query)
	var out rows
	if err := json.Unmarshal([]byte(got.body), &out); err != nil || got.status != 200 {
		c.t.Fatalf("%s %s: %d %v %v in %.200s", target, query, got.status, got.err, err, got.body)
	}
	return out
}
