package loanpro

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"loanmap/io/pace"
)

func TestMain(m *testing.M) {
	debug.SetGCPercent(400) // most tests decode many pages and keep none
	goleak.VerifyTestMain(m)
}

const (
	// secret is a token with all characters that careless code would change.
	secret = "kv2_c0FuQVJZ+/zQ8x=="
	// asked is a display ID that must not appear in any text of ours.
	asked    = "CANARY-L000212"
	basePath = "/api/public/api/1"
)

func testConfig(base string) Config {
	return Config{
		BaseURL: base, TenantID: "5200001", Token: mustToken(secret), Pace: pace.NewLocal(1e6), Workers: 4,
		Timeout: 30 * time.Second, Agent: "loanmap/test", Log: slog.New(slog.DiscardHandler),
	}
}

func mustToken(pasted string) Token {
	token, err := NewToken(pasted)
	if err != nil {
		panic(err)
	}
	return token
}

func newClient(t testing.TB, config Config) *Client {
	t.Helper()
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// onLoopback returns a client of a tenant that answers with handler.
func onLoopback(t testing.TB, handler http.Handler) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return newClient(t, testConfig(server.URL+basePath))
}

// inBubble runs test with a client of a tenant that answers with handler, in a
// synctest bubble: real HTTP, over connections in memory.
func inBubble(t *testing.T, handler http.Handler, test func(t *testing.T, c *Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		test(t, inMemory(t, testConfig("http://localhost"+basePath), handler))
	})
}

func inMemory(t *testing.T, config Config, handler http.Handler) *Client {
	t.Helper()
	network := newMemory()
	server := &http.Server{Handler: handler}
	go func() { _ = server.Serve(network) }()
	t.Cleanup(func() { _ = server.Close() })
	c := newClient(t, config)
	c.http.Transport.(*http.Transport).DialContext = network.dial
	return c
}

// memory is a listener for connections within the process.
type memory struct {
	incoming chan net.Conn
	closed   chan struct{}
	close    sync.Once
}

func newMemory() *memory { return &memory{incoming: make(chan net.Conn), closed: make(chan struct{})} }

func (m *memory) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case m.incoming <- far:
		return near, nil
	case <-m.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (m *memory) Accept() (net.Conn, error) {
	select {
	case conn := <-m.incoming:
		return conn, nil
	case <-m.closed:
		return nil, net.ErrClosed
	}
}

func (m *memory) Close() error {
	m.close.Do(func() { close(m.closed) })
	return nil
}

func (m *memory) Addr() net.Addr { return &net.UnixAddr{Name: "memory"} }

// respond answers with status and body, and with headers given as name, value,
// ….
func respond(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// sequence answers the n-th request with the n-th answer, and repeats the last
// one.
type sequence struct {
	answers []http.HandlerFunc
	count   atomic.Int64
}

func inTurn(answers ...http.HandlerFunc) *sequence { return &sequence{answers: answers} }

func (s *sequence) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := int(s.count.Add(1))
	s.answers[min(n, len(s.answers))-1](w, r)
}

// respondNever reads the request and does not answer.
func respondNever(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// respondPartly sends the beginning of an answer and then nothing.
func respondPartly(beginning string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, beginning)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
}

// disconnect closes the connection without an answer.
func disconnect(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// respondTruncated sends less than its Content-Length.
func respondTruncated(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, `{"d":{"results":[`)
}

// hitsOf returns a page with loans of these system IDs and a summary, which is
// JSON.
func hitsOf(summary string, ids ...int) string {
	hits := make([]string, len(ids))
	for i, id := range ids {
		hits[i] = fmt.Sprintf(`{"id":%d,"displayId":"L%d"}`, id, id)
	}
	return fmt.Sprintf(`{"d":{"results":[%s],"summary":%s}}`, strings.Join(hits, ","), summary)
}

// foundLoan answers with one loan.
var foundLoan = respond(http.StatusOK, hitsOf(`{"start":0,"pageSize":100,"total":1}`, 1))

func loansOf(ids ...int) []Hit {
	loans := make([]Hit, len(ids))
	for i, id := range ids {
		loans[i] = Hit{ID: int64(id), DisplayID: fmt.Sprintf("L%d", id)}
	}
	return loans
}

// anyStrategy is for tests that do not depend on the strategy. Its pages have
// 100 rows.
var anyStrategy = newStrategy(DisplayID, wordsForm, unwrapped, 50, paging{100, 100})

// fetchFirstPage asks for the first page of loans, as every probe does first.
func fetchFirstPage(ctx context.Context, c *Client) error {
	_, err := (&prober{client: c, key: DisplayID}).firstPage(ctx)
	return err
}

func ask(t *testing.T, c *Client) ([]Hit, error) {
	t.Helper()
	return c.Find(t.Context(), anyStrategy, Texts(asked))
}

// rewritten is a tenant to which each text of a query_string is rewritten.
func rewritten(tenant http.Handler, rewrite func(query string) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var query any
		if json.Unmarshal(body, &query) == nil {
			rewriteLines(query, rewrite)
			body, _ = json.Marshal(query)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		tenant.ServeHTTP(w, r)
	}
}

// rewriteLines changes each text of a query_string in query.
func rewriteLines(query any, rewrite func(string) string) {
	if list, ok := query.([]any); ok {
		for _, inner := range list {
			rewriteLines(inner, rewrite)
		}
	}
	object, _ := query.(map[string]any)
	for name, inner := range object {
		if line, ok := object["query"].(string); ok && name == "query" && object["fields"] != nil {
			object["query"] = rewrite(line)
		}
		rewriteLines(inner, rewrite)
	}
}

// readHits returns the hits of an answer, whether or not they match a question.
func readHits(t *testing.T, c *Client) ([]Hit, error) {
	t.Helper()
	return c.readConsistent(t.Context(), anyStrategy, []byte(matchAll))
}
