package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// served starts a tenant and returns a function that searches it over TCP.
func served(t testing.TB, options Options) (*Sandbox, func(ctx context.Context) seen) {
	t.Helper()
	s := made(t, options)
	base, err := s.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(func() {
		client.CloseIdleConnections()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, func(ctx context.Context) seen {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/Loans/Autopal.Search()?$top=50", strings.NewReader(`{"query":{"match_all":{}}}`))
		if err != nil {
			return seen{err: err}
		}
		authorized(s, r)
		return look(client, r)
	}
}

// seen is what a client sees of an answer.
type seen struct {
	status int
	header http.Header
	body   string
	err    error // of the request or of reading the body
}

func look(client *http.Client, r *http.Request) seen {
	response, err := client.Do(r)
	if err != nil {
		return seen{err: err}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return seen{response.StatusCode, response.Header, string(body), err}
}

// brief names what was seen.
func (o seen) brief() string {
	switch {
	case o.err != nil && o.status == 0 && errors.Is(o.err, syscall.ECONNRESET):
		return "reset"
	case o.err != nil && o.status == 0:
		return "no answer"
	case errors.Is(o.err, syscall.ECONNRESET), errors.Is(o.err, io.ErrUnexpectedEOF):
		return "reset inside"
	case o.status == 200 && strings.HasPrefix(o.header.Get("Content-Type"), "text/html"):
		return "HTML"
	case o.status == 200 && !json.Valid([]byte(o.body)):
		return "cut"
	case o.status == 200 && !strings.Contains(o.body, `"results"`):
		return "error in 200"
	}
	return strconv.Itoa(o.status)
}

func TestEachFault(t *testing.T) {
	for name, c := range map[string]struct {
		faults Faults
		want   string
	}{
		"429":        {Faults{TooMany: 1}, "429"},
		"500":        {Faults{Internal: 1}, "500"},
		"502":        {Faults{BadGateway: 1}, "502"},
		"503":        {Faults{Unavailable: 1}, "503"},
		"reset":      {Faults{Reset: 1}, "reset"},
		"reset-body": {Faults{ResetBody: 1}, "reset inside"},
		"cut":        {Faults{Cut: 1}, "cut"},
		"html":       {Faults{HTML: 1}, "HTML"},
		"error-200":  {Faults{ErrorIn200: 1}, "error in 200"},
		"hang":       {Faults{Hang: 1, HangFor: time.Millisecond}, "200"},
		"401":        {Faults{AuthAfter: 1}, "401"},
		"down":       {Faults{DownAfter: 1}, "reset"},
	} {
		t.Run(name, func(t *testing.T) {
			s, ask := served(t, Options{Loans: 50, Faults: c.faults})
			for range 20 { // on one connection while it lasts
				if got := ask(t.Context()); got.brief() != c.want {
					t.Errorf("%s: %d %v %.100s", got.brief(), got.status, got.err, got.body)
				}
			}
			if diff := cmp.Diff(map[string]int{name: 20}, s.Counters().ByFault); diff != "" {
				t.Error(diff)
			}
			if status, err := strconv.Atoi(c.want); err == nil && s.Counters().ByStatus[c.want] != 20 {
				t.Errorf("%d is counted %d times", status, s.Counters().ByStatus[c.want])
			}
		})
	}
}

// TestCutAnswersFit checks that only the body shows that an answer is cut.
func TestCutAnswersFit(t *testing.T) {
	_, ask := served(t, Options{Loans: 50, Faults: Faults{Cut: 1}})
	lengths := map[int]bool{}
	for range 10 {
		got := ask(t.Context())
		if got.err != nil || got.header.Get("Content-Length") != strconv.Itoa(len(got.body)) || got.header.Get("Content-Type") != "application/json" {
			t.Errorf("%v %v, %d bytes", got.err, got.header, len(got.body))
		}
		lengths[len(got.body)] = true
	}
	if len(lengths) < 5 {
		t.Errorf("ten are cut at %d places", len(lengths))
	}
}

func TestDocumentedErrorsInTurn(t *testing.T) {
	s := made(t, Options{Loans: 5, Faults: Faults{ErrorIn200: 1}})
	for i, want := range []string{
		`{"error":{"message":"Access to`, `{"error":{"message":{"lang":"en-US"`, `{"d":{"error":{"type":`,
		`{"code":"401-CN0001"`, `{"message":`, `{"error":{"message":"Access to`,
	} {
		if w := call(s, http.MethodPost, searchLoans, ""); w.Code != 200 || !strings.HasPrefix(w.Body.String(), want) {
			t.Errorf("answer %d: %d %s", i+1, w.Code, w.Body)
		}
	}
}

// TestShares checks how often each fault strikes, and that this depends only on
// seed and number.
func TestShares(t *testing.T) {
	f := Faults{Seed: 3, TooMany: 0.03, Internal: 0.05, Reset: 0.1, Cut: 0.2, Hang: 0.01}
	const draws = 100_000
	counts := map[fault]float64{}
	others := 0
	for n := 1; n <= draws; n++ {
		struck := f.strike(n)
		counts[struck]++
		if struck != f.strike(n) {
			t.Fatal("the same number is struck differently")
		}
		if other := (&Faults{Seed: 4, TooMany: 0.03, Internal: 0.05, Reset: 0.1, Cut: 0.2, Hang: 0.01}); other.strike(n) != struck {
			others++
		}
	}
	for _, c := range append(f.chances(), chance{"", 0.61}) {
		if spread := 5 * math.Sqrt(draws*c.share*(1-c.share)); math.Abs(counts[c.fault]-draws*c.share) > spread {
			t.Errorf("%q struck %v times", c.fault, counts[c.fault])
		}
	}
	if others < draws/4 {
		t.Errorf("another seed strikes %d differently", others)
	}
}

// TestRunsRepeat sends the same requests to two tenants. The same seed gives the
// same failures, another seed different ones.
func TestRunsRepeat(t *testing.T) {
	run := func(seed uint64) []string {
		_, ask := served(t, Options{Loans: 20, Seed: seed, Faults: Faults{
			TooMany: 0.1, Internal: 0.1, BadGateway: 0.1, Unavailable: 0.1, Reset: 0.1, ResetBody: 0.1, Cut: 0.1, HTML: 0.1, ErrorIn200: 0.1,
		}})
		var out []string
		for range 200 {
			out = append(out, ask(t.Context()).brief())
		}
		return out
	}
	first := run(1)
	if diff := cmp.Diff(first, run(1)); diff != "" {
		t.Error(diff)
	}
	if slices.Equal(first, run(2)) {
		t.Error("another seed makes no difference")
	}
	kinds := map[string]bool{}
	for _, one := range first {
		kinds[one] = true
	}
	if len(kinds) != 10 {
		t.Errorf("kinds of answers: %v", slices.Sorted(maps.Keys(kinds)))
	}
}
