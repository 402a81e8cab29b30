package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

const searchLoans = apiPath + "/Loans/Autopal.Search()"

func TestAuthorization(t *testing.T) {
	s := fromFiles(t, someLoans, someCustomers)
	for name, c := range map[string]struct {
		header, value string
		want          int
		says          string
	}{
		"accepted":          {"Authorization", "Bearer " + DefaultToken, 200, `"d"`},
		"without Bearer":    {"Authorization", DefaultToken, 401, "401-CN0001"},
		"lower case":        {"Authorization", "Bearer " + strings.ToLower(DefaultToken), 401, "Unauthorized"},
		"without token":     {"Authorization", "", 401, "Unauthorized"},
		"another tenant":    {"Autopal-Instance-Id", "5200001", 409, "Invalid instance id"},
		"without tenant":    {"Autopal-Instance-Id", "", 409, "Invalid instance id"},
		"not JSON":          {"Content-Type", "text/plain", 409, "application/json"},
		"JSON with charset": {"Content-Type", "application/json; charset=utf-8", 200, `"d"`},
	} {
		w := call(s, http.MethodPost, searchLoans, "", func(r *http.Request) { r.Header.Set(c.header, c.value) })
		if w.Code != c.want || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
		if got := w.Header().Get("Content-Type"); got != "application/json" {
			t.Errorf("%s: Content-Type %q", name, got)
		}
	}
}

func TestReads(t *testing.T) {
	s := fromFiles(t, someLoans, someCustomers)
	for _, c := range []struct {
		path string
		want int
		says string
	}{
		{"/odata.svc/Loans(12)", 200, `"displayId":"L0002123"`},
		{"/odata.svc/Loans(id=12)", 200, `"__deferred":{"uri":"Loans(id=12)/Customers"}`},
		{"/odata.svc/Loans(12)?$expand=Collateral,Customers", 200, `"loanRole":"loan.customerRole.secondary"`},
		{"/odata.svc/Loans(16)", 200, `"temporaryAccount":1,"deleted":1`},
		{"/odata.svc/Loans(99)", 409, `{"error":{"message":{"lang":"en-US","value":"Resource not found for the segment 'Loans'"}}}`},
		{"/odata.svc/Loans(-1)", 409, "Resource not found"},
		{"/odata.svc/Loans(99999999999999999999)", 409, "Resource not found"},
		{"/odata.svc/Customers(751)", 200, `"lastName":"Adams"`},
		{"/odata.svc/Customers(751)?$expand=Loans", 200, `"displayId":"L000212"`},
		{"/odata.svc/Customers(1)", 409, "segment 'Customers'"},
		{"/odata.svc/Loans", 410, `{"error":{"message":"Access to retrieve all entities has been deprecated.","type":"ODataException","code":410}}`},
		{"/odata.svc/Payments(1)", 409, "No route found"},
		{"/Loans(12)", 409, "No route found"},
		{"/Loans/Autopal.Search()", 409, "No route found"}, // a search is a POST
	} {
		w := call(s, http.MethodGet, apiPath+c.path, "")
		if w.Code != c.want || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("GET %s: %d %s", c.path, w.Code, w.Body)
		}
	}
	if w := call(s, http.MethodPost, "/Loans/Autopal.Search()", ""); w.Code != 409 || !strings.Contains(w.Body.String(), "No route found") {
		t.Errorf("search outside the base path: %d %s", w.Code, w.Body)
	}
	if got := s.Counters().Refused; got != 0 {
		t.Errorf("%d reads and searches were refused", got)
	}
}

func TestRefusals(t *testing.T) {
	var log bytes.Buffer
	s := made(t, Options{Loans: 5, Log: slog.New(slog.NewTextHandler(&log, nil))})
	calls := [][2]string{
		{"PUT", "/odata.svc/Loans(1000)"}, {"DELETE", "/odata.svc/Customers(700)"}, {"PATCH", "/odata.svc/Loans(1000)"},
		{"POST", "/odata.svc/Loans"}, {"POST", "/Loans/Autopal.Search"}, {"PUT", "/Loans/Autopal.Search()"},
	}
	for _, c := range calls {
		w := call(s, c[0], apiPath+c[1], "", func(r *http.Request) { r.Header.Del("Authorization") })
		body := w.Body.String()
		if w.Code != 405 || !strings.Contains(body, "searches and reads only") || !strings.Contains(body, c[0]+" "+apiPath+c[1]) {
			t.Errorf("%s %s: %d %s", c[0], c[1], w.Code, body)
		}
		if !strings.Contains(log.String(), "level=ERROR") || !strings.Contains(log.String(), "method="+c[0]+" path="+apiPath+c[1]) {
			t.Errorf("%s %s is not in the log: %s", c[0], c[1], &log)
		}
	}
	if got := s.Counters(); got.Refused != len(calls) || got.ByStatus["405"] != len(calls) {
		t.Errorf("counters %+v", got)
	}
}

func TestLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := made(t, Options{Loans: 5, Limit: 3})
		ask := func() *httptest.ResponseRecorder { return call(s, http.MethodPost, searchLoans, "") }
		var codes []int
		for range 5 {
			codes = append(codes, ask().Code)
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(499 * time.Millisecond) // 999 ms after the first
		codes = append(codes, ask().Code)
		time.Sleep(time.Millisecond)
		codes = append(codes, ask().Code, ask().Code)
		if diff := cmp.Diff([]int{200, 200, 200, 429, 429, 429, 200, 429}, codes); diff != "" {
			t.Error(diff)
		}
		if w := ask(); w.Header().Get("Retry-After") != "1" || !json.Valid(w.Body.Bytes()) {
			t.Errorf("Retry-After %q, body %s", w.Header().Get("Retry-After"), w.Body)
		}
	})
}

func TestCounters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := made(t, Options{Loans: 5, Latency: time.Second})
		var asked sync.WaitGroup
		for range 3 {
			asked.Go(func() { call(s, http.MethodPost, searchLoans, "") })
		}
		synctest.Wait()
		if got := s.Counters(); got.InFlight != 3 || len(got.ByStatus) != 0 {
			t.Errorf("during: %+v", got)
		}
		asked.Wait()
		for range 2 {
			asked.Go(func() { call(s, http.MethodGet, apiPath+"/nowhere", "") })
		}
		asked.Wait()
		want := Counters{Requests: 5, PeakPerSecond: 3, PeakInFlight: 3, Searches: 3, ByStatus: map[string]int{"200": 3, "409": 2}}
		if diff := cmp.Diff(want, s.Counters()); diff != "" {
			t.Error(diff)
		}
	})
}

// TestPeakSlides checks that the busiest second can begin anywhere.
func TestPeakSlides(t *testing.T) {
	var m meter
	start := time.Now()
	for _, at := range []time.Duration{0, 900, 950, 1000, 1899, 1900} {
		m.arrived(start.Add(at * time.Millisecond))
	}
	if got := m.read().PeakPerSecond; got != 4 { // 900 to 1899
		t.Errorf("peak %d", got)
	}
}

func TestServedOverHTTP(t *testing.T) {
	defer goleak.VerifyNone(t)
	s := made(t, Options{Loans: 5})
	base, err := s.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer http.DefaultClient.CloseIdleConnections()
	if _, err := s.Start("127.0.0.1:0"); err == nil {
		t.Error("served twice")
	}
	if !strings.HasPrefix(base, "http://127.0.0.1:") || !strings.HasSuffix(base, "/api/public/api/1") {
		t.Errorf("base URL %s", base)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/Loans/Autopal.Search()", nil)
	if err != nil {
		t.Fatal(err)
	}
	authorized(s, r)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != 200 {
		t.Errorf("status %d", response.StatusCode)
	}
	if got := countersOverHTTP(t, base); got.Requests != 1 || got.ByStatus["200"] != 1 || got.InFlight != 0 {
		t.Errorf("counters %+v", got)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := http.Get(base); err == nil {
		t.Error("served after Close")
	}
	if err := s.Close(); err != nil {
		t.Error("closed twice:", err)
	}
}

func countersOverHTTP(t *testing.T, base string) Counters {
	t.Helper()
	response, err := http.Get(strings.TrimSuffix(base, apiPath) + "/sandbox/counters")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var out Counters
	if err := json.NewDecoder(response.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestCloseWakesAnswers checks that Close waits neither for a latency nor for a
// body that never comes, and leaves no pending answer.
func TestCloseWakesAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, client := piped(t, Options{Loans: 5, Latency: time.Hour})
		body, feed := io.Pipe()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://pipe"+apiPath, body)
		if err != nil {
			t.Fatal(err)
		}
		var asked sync.WaitGroup
		asked.Go(func() { look(client, r) })
		synctest.Wait()
		if got := s.Counters(); got.InFlight != 1 {
			t.Errorf("before Close: %+v", got)
		}
		start := time.Now()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if got := s.Counters(); got.InFlight != 0 || len(got.ByStatus) != 0 || time.Since(start) != 0 {
			t.Errorf("after %s: %+v", time.Since(start), got)
		}
		feed.Close()
		asked.Wait()
		client.CloseIdleConnections()
	})
}

func TestServesThisMachineOnly(t *testing.T) {
	s := made(t, Options{Loans: 5})
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:80", "example.com:80", "127.0.0.1"} {
		if _, err := s.Start(addr); err == nil {
			t.Errorf("served on %s", addr)
			s.Close()
		}
	}
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	if _, err := s.Start(busy.Addr().String()); err == nil || !strings.Contains(err.Error(), busy.Addr().String()) {
		t.Errorf("on a port in use: %v", err)
	}
}

func TestOptionsRefused(t *testing.T) {
	for _, o := range []Options{{Loans: -1}, {Loans: 1_000_001}, {Limit: -1}, {Latency: -1}, {People: -1}, {Present: 1.1}, {Dir: t.TempDir(), Loans: -1}} {
		if _, err := New(o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}
