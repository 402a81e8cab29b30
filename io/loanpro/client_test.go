package loanpro

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"loanmap/io/pace"
)

func TestNewTakesBaseURL(t *testing.T) {
	tests := []struct{ name, base, host string }{
		{"the default", DefaultBaseURL, "loanpro.simnang.com"},
		{"a host of one's own", "https://lender.simnang.com/api/public/api/1", "lender.simnang.com"},
		{"a trailing slash", DefaultBaseURL + "/", "loanpro.simnang.com"},
		{"white space around", " " + DefaultBaseURL + "/\n", "loanpro.simnang.com"},
		{"https in capitals", "HTTPS://lender.simnang.com/api", "lender.simnang.com"},
		{"a port", "https://lender.simnang.com:8443/api", "lender.simnang.com:8443"},
		{"no path", "https://lender.simnang.com", "lender.simnang.com"},
		{"http on 127.0.0.1", "http://127.0.0.1:8080/api", "127.0.0.1:8080"},
		{"http on any loopback address", "http://127.8.9.10/api", "127.8.9.10"},
		{"http on localhost", "http://localhost:8080/api", "localhost:8080"},
		{"http on [::1]", "http://[::1]:8080/api", "[::1]:8080"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := newClient(t, testConfig(test.base)).Host(); got != test.host {
				t.Errorf("asks %q, want %q", got, test.host)
			}
		})
	}
}

func TestNewRefusesBaseURL(t *testing.T) {
	tests := []struct{ name, base, hint string }{
		{"nothing", "", DefaultBaseURL},
		{"a word", "loanpro", DefaultBaseURL},
		{"no scheme", "loanpro.simnang.com/api/public/api/1", DefaultBaseURL},
		{"no scheme but a port", "loanpro.simnang.com:443/api", DefaultBaseURL},
		{"no scheme but slashes", "//loanpro.simnang.com/api", "https://"},
		{"no host", "https:///api/public/api/1", DefaultBaseURL},
		{"a port without a host", "https://:443/api", DefaultBaseURL},
		{"a scheme alone", "https://", DefaultBaseURL},
		{"an invalid port", "https://someone:hunter2@loanpro.simnang.com:http/api", DefaultBaseURL},
		{"another scheme", "ftp://loanpro.simnang.com/api", "https://"},
		{"http", "http://loanpro.simnang.com/api", "https://"},
		{"http on a private address", "http://10.0.0.1/api", "https://"},
		{"http on every address", "http://0.0.0.0/api", "https://"},
		{"http on a name that begins like loopback", "http://localhost.example.com/api", "https://"},
		{"http on a name that begins like an address", "http://127.0.0.1.example.com/api", "https://"},
		{"a user", "https://someone@loanpro.simnang.com/api", DefaultBaseURL},
		{"a password", "https://someone:hunter2@loanpro.simnang.com/api", DefaultBaseURL},
		{"loopback as the user of another host", "http://localhost:hunter2@example.com/api", DefaultBaseURL},
		{"a query", DefaultBaseURL + "?token=hunter2", DefaultBaseURL},
		{"an empty query", DefaultBaseURL + "?", DefaultBaseURL},
		{"a fragment", DefaultBaseURL + "#hunter2", DefaultBaseURL},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := New(testConfig(test.base))
			if err == nil {
				t.Fatal("took it, want an error")
			}
			if text := err.Error(); strings.Contains(text, "hunter2") || !strings.Contains(text, test.hint) {
				t.Errorf("got %q, want it to say %q and not what was given", text, test.hint)
			}
		})
	}
}

func TestNewChecksTheRest(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Config)
		want   string // in the error; empty: no error
	}{
		{"all as it should be", func(*Config) {}, ""},
		{"no log", func(c *Config) { c.Log = nil }, ""},
		{"no agent", func(c *Config) { c.Agent = "" }, ""},
		{"a slow rate", func(c *Config) { c.Pace = pace.NewLocal(0.01) }, ""},
		{"one worker", func(c *Config) { c.Workers = 1 }, ""},
		{"a tenant that is no number", func(c *Config) { c.TenantID = "demo-1" }, ""},
		{"no tenant", func(c *Config) { c.TenantID = "" }, "tenant"},
		{"a blank in the tenant", func(c *Config) { c.TenantID = "52 1" }, "tenant"},
		{"a newline in the tenant", func(c *Config) { c.TenantID = "521\r\nX-Evil: 1" }, "tenant"},
		{"a tenant that is not ASCII", func(c *Config) { c.TenantID = "52\u00a01" }, "tenant"},
		{"no token", func(c *Config) { c.Token = Token{} }, "token"},
		{"no pace", func(c *Config) { c.Pace = nil }, "rate"},
		{"no rate", func(c *Config) { c.Pace = pace.NewLocal(0) }, "rate"},
		{"a negative rate", func(c *Config) { c.Pace = pace.NewLocal(-5) }, "rate"},
		{"a rate that is no number", func(c *Config) { c.Pace = pace.NewLocal(math.NaN()) }, "rate"},
		{"no workers", func(c *Config) { c.Workers = 0 }, "workers"},
		{"negative workers", func(c *Config) { c.Workers = -1 }, "workers"},
		{"no timeout", func(c *Config) { c.Timeout = 0 }, "timeout"},
		{"a negative timeout", func(c *Config) { c.Timeout = -time.Second }, "timeout"},
		{"a negative patience", func(c *Config) { c.Patience = -time.Second }, "patience"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			config := testConfig(DefaultBaseURL)
			test.change(&config)
			_, err := New(config)
			if got := fmt.Sprint(err); !strings.Contains(got, test.want) || (err == nil) != (test.want == "") {
				t.Errorf("got %v, want an error about %q", err, test.want)
			}
		})
	}
}

// heard is a request as the server received it.
type heard struct {
	Method, Target, Body string
	Header               http.Header
}

func hear(t *testing.T, ask func(*Client) error) heard {
	t.Helper()
	var got heard
	c := onLoopback(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("reading the request: %v", err)
		}
		got = heard{r.Method, r.RequestURI, string(body), r.Header}
		foundLoan(w, r)
	}))
	if err := ask(c); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestRequestsOnTheWire(t *testing.T) {
	tests := []struct {
		name string
		ask  func(*Client) error
		want heard
	}{
		{
			"a probe first asks for loans of any kind",
			func(c *Client) error { return fetchFirstPage(t.Context(), c) },
			heard{"POST", basePath + "/Loans/Autopal.Search()?$top=500&$start=0&$orderby=id%20asc&$expand=Customers", `{"query":{"match_all":{}}}`, nil},
		},
		{
			"display IDs are asked for together, a hundred loans a page, with their customers",
			func(c *Client) error {
				_, err := c.Find(t.Context(), anyStrategy, Texts(`L "1"`, "L-2"))
				return err
			},
			heard{"POST", basePath + "/Loans/Autopal.Search()?$top=100&$start=0&$orderby=id%20asc&$expand=Customers",
				`{"query":{"bool":{"should":[{"match":{"displayId":{"operator":"and","query":"L \"1\""}}},` +
					`{"match":{"displayId":{"operator":"and","query":"L-2"}}}]}}}`, nil},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := hear(t, test.ask)
			if diff := cmp.Diff(wireHeader(), withoutLength(got.Header)); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
			got.Header = nil
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
		})
	}
}

// wireHeader returns all headers that may be sent.
func wireHeader() http.Header {
	return http.Header{
		"Authorization":       {"Bearer " + secret},
		"Autopal-Instance-Id": {"5200001"},
		"Content-Type":        {"application/json"},
		"Accept":              {"application/json"},
		"Accept-Encoding":     {"gzip"},
		"Cache-Control":       {"no-cache"},
		"User-Agent":          {"loanmap/test"},
	}
}

func withoutLength(header http.Header) http.Header {
	header.Del("Content-Length")
	return header
}

func TestBasePathIsKept(t *testing.T) {
	for _, path := range []string{"", "/", "/api/public/api/1", "/api/public/api/1/", "/api/public/api/1//", "/a%2Fb"} {
		t.Run("base path "+path, func(t *testing.T) {
			var target string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				target, _, _ = strings.Cut(r.RequestURI, "?")
				foundLoan(w, r)
			}))
			defer server.Close()
			if err := fetchFirstPage(t.Context(), newClient(t, testConfig(server.URL+path))); err != nil {
				t.Fatal(err)
			}
			if want := strings.TrimRight(path, "/") + "/Loans/Autopal.Search()"; target != want {
				t.Errorf("asked %q, want %q", target, want)
			}
		})
	}
}

// A redirect must not carry the token elsewhere, nor turn the search into a GET.
func TestRedirectsAreNotFollowed(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			var elsewhere atomic.Int64
			other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
			defer other.Close()
			here := inTurn(respond(status, "", "Location", other.URL+"/"))
			_, err := ask(t, onLoopback(t, here))
			wantError(t, err, Rejected, status)
			if here.count.Load() != 1 || elsewhere.Load() != 0 {
				t.Errorf("asked %d times, and elsewhere %d times; want 1 and 0", here.count.Load(), elsewhere.Load())
			}
		})
	}
}

// Answers of all kinds are read to their end, since otherwise connections are
// lost. Idle connections are kept for every worker.
func TestConnectionsAreReused(t *testing.T) {
	const workers, rounds = 6, 40
	var opened atomic.Int64
	server := httptest.NewUnstartedServer(inTurn(
		foundLoan, respond(http.StatusNotFound, strings.Repeat("<p>", 100_000)), respond(http.StatusConflict, "{}"), foundLoan))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	config := testConfig(server.URL + basePath)
	config.Workers = workers
	c := newClient(t, config)
	askTogether(t, c, 3*workers, rounds)
	for range rounds {
		askTogether(t, c, workers, 1)
	}
	// A connection that is dialled while another becomes idle may be one too many.
	if got := opened.Load(); got < 1 || got > 2*workers {
		t.Errorf("opened %d connections for %d workers", got, workers)
	}
}

// askTogether has callers at once make requests each; errors are ignored.
func askTogether(t *testing.T, c *Client, callers, requests int) {
	t.Helper()
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for range requests {
				_, _ = c.Find(t.Context(), anyStrategy, Texts(asked))
			}
		})
	}
	all.Wait()
}

// There are never more requests in flight than workers, and waiting for a slot
// does not count towards the timeout.
func TestRequestsAtOnceAreBounded(t *testing.T) {
	const workers, callers = 3, 20
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int64
		config := testConfig("http://localhost" + basePath)
		config.Workers, config.Timeout = workers, 2*time.Second
		c := inMemory(t, config, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			most.Store(max(most.Load(), now.Add(1)))
			time.Sleep(time.Second)
			now.Add(-1)
			foundLoan(w, r)
		}))
		askTogether(t, c, callers, 1)
		if got := c.Stats(); most.Load() != workers || got.Retries != 0 || got.RoundTrip != time.Second {
			t.Errorf("%d at once, %+v", most.Load(), got)
		}
	})
}

var errStop = errors.New("stopped for a reason")

// wantAlone checks that err is want, not wrapped.
func wantAlone(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) || err.Error() != want.Error() {
		t.Errorf("got %v, want %v alone", err, want)
	}
}

// The bubble ends only when every goroutine has ended, and its clock reveals
// any wait that the end of the context does not cut short.
func TestEndOfContextEndsTheRequest(t *testing.T) {
	tests := []struct {
		name   string
		answer http.HandlerFunc
	}{
		{"while it waits for an answer", respondNever},
		{"in the middle of an answer", respondPartly(`{"d":{"results":[`)},
		{"in the middle of a refusal's reasons", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusConflict)
			respondPartly(`{"message":"`)(w, r)
		}},
		{"between two attempts", disconnect},
		{"in a pause", respond(http.StatusTooManyRequests, "", "Retry-After", "200")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, test.answer, func(t *testing.T, c *Client) {
				c.config.Timeout = time.Hour
				ctx, cancel := context.WithCancelCause(t.Context())
				defer time.AfterFunc(100*time.Millisecond, func() { cancel(errStop) }).Stop()
				start := time.Now()
				loans, err := c.Find(ctx, anyStrategy, Texts(asked))
				wantAlone(t, err, errStop)
				if loans != nil {
					t.Errorf("got %v with the error", loans)
				}
				if took := time.Since(start); took != 100*time.Millisecond {
					t.Errorf("returned after %s, want at the end of the context", took)
				}
			})
		})
	}
}

func TestEndedContextAsksNothing(t *testing.T) {
	tenant := inTurn(foundLoan)
	inBubble(t, tenant, func(t *testing.T, c *Client) {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errStop)
		for range 50 {
			_, err := c.Find(ctx, anyStrategy, Texts(asked))
			wantAlone(t, err, errStop)
		}
		if got := c.Stats(); got != (Stats{}) || tenant.count.Load() != 0 {
			t.Errorf("asked nevertheless: %+v", got)
		}
	})
}

// The caller's deadline is not a timeout of an attempt, and causes no retry.
func TestCallersDeadlineIsFinal(t *testing.T) {
	tenant := inTurn(respondNever)
	inBubble(t, tenant, func(t *testing.T, c *Client) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Find(ctx, anyStrategy, Texts(asked))
		wantAlone(t, err, context.DeadlineExceeded)
		if tenant.count.Load() != 1 {
			t.Errorf("asked %d times, want 1", tenant.count.Load())
		}
	})
}

// Cancelled in mid-request over a real socket: goleak sees what stays behind.
func TestEndOfContextOnLoopback(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	c := onLoopback(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cancel(errStop)
		respondNever(w, r)
	}))
	_, err := c.Find(ctx, anyStrategy, Texts(asked))
	wantAlone(t, err, errStop)
}

// If the last attempt fails because the context ended, the error is the
// context's.
func TestEndOfContextInTheLastAttempt(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	last := func(w http.ResponseWriter, r *http.Request) {
		cancel(errStop)
		respondNever(w, r)
	}
	inBubble(t, inTurn(disconnect, disconnect, disconnect, disconnect, last), func(t *testing.T, c *Client) {
		_, err := c.Find(ctx, anyStrategy, Texts(asked))
		wantAlone(t, err, errStop)
	})
}

func TestStatsAddUp(t *testing.T) {
	bodies := []string{`{"message":"slow down"}`, "<html>", hitsOf(`{"total":3,"pageSize":2}`, 1, 2), hitsOf(`{"total":3,"pageSize":2}`, 3)}
	tenant := inTurn(respond(429, bodies[0]), respond(500, bodies[1]), respond(200, bodies[2]), respond(200, bodies[3]))
	inBubble(t, tenant, func(t *testing.T, c *Client) {
		if _, err := ask(t, c); err != nil {
			t.Fatal(err)
		}
		query := `{"query":{"bool":{"must":{"match":{"displayId":{"operator":"and","query":"` + asked + `"}}}}}}`
		want := Stats{
			Requests: 4, Retries: 2, Throttled: 1,
			Sent: int64(4 * len(query)), Received: int64(len(strings.Join(bodies, ""))),
		}
		if diff := cmp.Diff(want, c.Stats()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestStatsAddUpOverWorkers(t *testing.T) {
	const callers, requests = 8, 25
	c := onLoopback(t, foundLoan)
	askTogether(t, c, callers, requests)
	got := c.Stats()
	if got.Requests != callers*requests || got.Sent%got.Requests != 0 || got.Received%got.Requests != 0 || got.Retries != 0 {
		t.Errorf("got %+v for %d equal requests", got, callers*requests)
	}
}

func TestEveryAttemptIsLogged(t *testing.T) {
	var log bytes.Buffer
	inBubble(t, inTurn(respond(500, ""), foundLoan), func(t *testing.T, c *Client) {
		c.config.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		if _, err := ask(t, c); err != nil {
			t.Fatal(err)
		}
	})
	for _, want := range []string{"status=500", "status=200", `msg="trying again"`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %s in\n%s", want, log.String())
		}
	}
}

// Closing leaves a client that can be used again, and no connection open.
func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := inMemory(t, testConfig("http://localhost"), foundLoan)
		for range 2 {
			if err := fetchFirstPage(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			c.Close()
		}
	})
}
