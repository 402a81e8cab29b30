package sandbox

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestStatus checks that searches and reads get the status, with which body, and
// for how long.
func TestStatus(t *testing.T) {
	const page = "<!DOCTYPE html>"
	for status, says := range map[int]string{
		302: page, 404: page, 406: page, 407: page, 418: page, 502: page, 599: page,
		400: `{"error":{"message":"Bad request"`,
		401: `{"code":"401-CN0001"`,
		403: `{"message":"You do not have access`,
		409: `{"error":{"message":"The request cannot be carried out"`,
		410: `{"error":{"message":"Access to retrieve all entities`,
		429: `{"message":"Too many requests"`,
		500: `{"error":{"message":"Internal server error"`,
		503: `{"message":"Service Unavailable"`,
	} {
		s := someTenant(t, Shape{}, Faults{Status: status, StatusFrom: 2, StatusRequests: 3, RetryAfter503: retrySeconds})
		answers := []seen{s.post(loans, ""), s.post(loans, ""), s.get("odata.svc/Loans(11)"), s.post(customers, ""), s.get("odata.svc/Loans(11)")}
		for i, got := range answers {
			if calm := i == 0 || i == 4; calm != (got.status == 200) || got.err != nil {
				t.Errorf("%d, request %d: %d %v", status, i+1, got.status, got.err)
				continue
			} else if calm {
				continue
			}
			if got.status != status || !strings.HasPrefix(got.body, says) {
				t.Errorf("%d, request %d: %d %s", status, i+1, got.status, got.body)
			}
			if isPage := says == page; isPage == json.Valid([]byte(got.body)) || isPage != (got.header.Get("Content-Type") == "text/html") {
				t.Errorf("%d: %s %s", status, got.header, got.body)
			}
			for name, want := range map[string]bool{"Location": status == 302, "Proxy-Authenticate": status == 407, "Retry-After": status == 429 || status == 503} {
				if got := got.header.Get(name); (got != "") != want {
					t.Errorf("%d: %s %q", status, name, got)
				}
			}
		}
		if got := s.Counters(); got.ByFault["status"] != 3 || got.Searches != 1 {
			t.Errorf("%d: counters %+v", status, got)
		}
	}
}

func TestRedirectionLeadsOut(t *testing.T) {
	s := someTenant(t, Shape{}, Faults{Status: 302})
	if got := s.post(loans, "").header.Get("Location"); !strings.HasPrefix(got, "/") || strings.HasPrefix(got, apiPath) {
		t.Errorf("to %q", got)
	}
}

func TestStatusFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := made(t, Options{Loans: 5, Faults: Faults{Status: 404, StatusFrom: 2, StatusFor: 5 * time.Second}})
		got := codes(s, 1)
		time.Sleep(time.Hour)
		got = append(got, codes(s, 2)...)
		time.Sleep(5*time.Second - 1)
		got = append(got, codes(s, 1)...)
		time.Sleep(time.Nanosecond)
		if diff := cmp.Diff([]int{200, 404, 404, 404, 200, 200}, append(got, codes(s, 2)...)); diff != "" {
			t.Error(diff)
		}
	})
}
