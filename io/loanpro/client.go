package loanpro

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// DefaultBaseURL is the base of all calls for tenants on LoanPro's shared host
// (LoanPro docs, filtering and paginating responses). Clients with a dedicated
// host use https://NAME.simnang.com with the same path.
const DefaultBaseURL = "https://loanpro.simnang.com/api/public/api/1"

// The bounds of an answer, as sent and as unpacked. A page of 500 loans has about
// a megabyte.
const (
	maxSent     = 16 << 20 // bytes
	maxUnpacked = 32 << 20 // bytes
)

// Config says which tenant to ask and how.
type Config struct {
	// BaseURL is the whole base including its path: https, or http on loopback.
	BaseURL string
	// TenantID is sent as the header Autopal-Instance-Id.
	TenantID string
	Token    Token
	// Pace decides when requests leave. There is no default: a client without a
	// ceiling would be a mistake.
	Pace Pace
	// Workers is the number of requests that may be in flight at once.
	Workers int
	// Timeout bounds one attempt, from sending to the last byte.
	Timeout time.Duration
	// Patience is how long the client waits for a LoanPro that does not answer,
	// or whose index does not show all of its records; 0 means 3 minutes.
	Patience time.Duration
	// Agent is sent as User-Agent.
	Agent string
	// Log gets a debug line per answer and an info line per pause (debug if
	// shorter than a second). No line holds a token, a body or a value of a
	// row. Nil discards them.
	Log *slog.Logger
}

// Client asks one tenant of LoanPro. It is safe for concurrent use. It reads at
// most 16 MiB of an answer as sent, and 32 MiB as unpacked.
type Client struct {
	config          Config
	base            *url.URL
	http            *http.Client
	budget          *rate.Limiter // what retries spend from
	health          health
	slots           chan struct{} // a token for each request in flight
	bounds          bounds        // tests set smaller ones
	stats           counters
	baselines       *baselines
	lateGaps        atomic.Int64 // incomplete answers that were discovered later
	incomplete      atomic.Int64 // searches that wait for the index to be whole
	encodingWarning sync.Once    // warns once of answers that are not UTF-8
}

// New returns a client for config. It checks the configuration and sends
// nothing; errors say which part is wrong and never hold the token.
func New(config Config) (*Client, error) {
	base, err := parseBase(config.BaseURL)
	if err != nil {
		return nil, err
	}
	switch {
	case config.TenantID == "" || strings.ContainsFunc(config.TenantID, notVisible):
		return nil, errors.New("the tenant ID is empty or contains a blank")
	case config.Token == Token{}:
		return nil, errors.New("the token is empty")
	case config.Pace == nil, !(config.Pace.Ceiling() > 0), config.Workers < 1, config.Timeout <= 0:
		return nil, errors.New("rate, workers and timeout must be above zero")
	case config.Patience < 0:
		return nil, errors.New("patience must not be below zero")
	}
	config.Patience = cmp.Or(config.Patience, defaultPatience)
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	c := &Client{
		config: config, base: base, http: newHTTP(config), bounds: bounds{maxSent, maxUnpacked},
		budget: newRetryBudget(config.Pace.Ceiling()), slots: make(chan struct{}, config.Workers), baselines: newBaselines(),
	}
	c.health.start(time.Now(), config.Patience)
	return c, nil
}

func notVisible(r rune) bool { return r <= ' ' || r > '~' }

func parseBase(text string) (*url.URL, error) {
	base, err := url.Parse(strings.TrimRight(strings.TrimSpace(text), "/"))
	switch {
	case err != nil || base.Hostname() == "":
		return nil, errors.New("the base URL is invalid: it must look like " + DefaultBaseURL)
	case base.User != nil || base.RawQuery != "" || base.ForceQuery || base.Fragment != "":
		return nil, errors.New("the base URL must not contain a user, query or fragment: it must look like " + DefaultBaseURL)
	case base.Scheme == "https", base.Scheme == "http" && isLoopback(base.Hostname()):
		return base, nil
	}
	return nil, errors.New("the base URL must begin with https://: a token is not sent in the clear")
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// Host returns the host of the tenant, with its port if it has one.
func (c *Client) Host() string { return c.base.Host }

// Derive returns a 32-byte key for purpose. Only a holder of the token can
// derive it, each purpose has its own, and none reveals the token.
func (c *Client) Derive(purpose string) []byte {
	mac := hmac.New(sha256.New, []byte(*c.config.Token.secret))
	mac.Write([]byte("loanmap " + purpose))
	return mac.Sum(nil)
}

// Hostname returns the host of the tenant, without a port.
func (c *Client) Hostname() string { return c.base.Hostname() }

// TenantID returns the ID of the tenant.
func (c *Client) TenantID() string { return c.config.TenantID }

// Close closes idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// request is a search if it has a body, and a read (GET) if not.
type request struct {
	path string // below the base, with its query
	body []byte
	// records is the kind of record asked for: Loans or Customers.
	records string
	// rejectRepeats: an error answer that is repeated byte for byte is
	// Rejected, if LoanPro has answered another request in between. Probes set
	// it: a tenant that does not understand a query should not be asked
	// maxFailures times.
	rejectRepeats bool
}

func (r request) method() string {
	if r.body == nil {
		return http.MethodGet
	}
	return http.MethodPost
}

// unsent is a request that the pace did not let leave. It says nothing about LoanPro.
type unsent struct{ error }

// send makes one attempt: it waits for a slot and for the pace, sends req, and
// reads the whole answer. The timeout starts when the request leaves.
func (c *Client) send(ctx context.Context, req request) (*reply, error) {
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if err := c.config.Pace.Wait(ctx); err != nil {
		return nil, unsent{err}
	}
	ctx, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	out, err := c.compose(ctx, req)
	if err != nil {
		return nil, err
	}
	c.stats.requests.Add(1)
	c.stats.sent.Add(int64(len(req.body)))
	sent := time.Now()
	resp, err := c.http.Do(out)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := c.bounds.read(resp)
	took := time.Since(sent)
	c.stats.received.Add(int64(len(answer)))
	c.stats.answers.Add(1)
	c.stats.took.Add(int64(took))
	path, _, _ := strings.Cut(req.path, "?")
	c.config.Log.Debug("request", "event", "request", "path", path, "status", resp.StatusCode,
		"bytes", len(answer), "took", took.Round(time.Millisecond))
	large := errors.Is(err, errTooLarge)
	if large {
		answer, err = nil, nil
	}
	return &reply{sent: sent, status: resp.StatusCode, header: resp.Header, body: answer, tooLarge: large}, err
}

func (c *Client) compose(ctx context.Context, req request) (*http.Request, error) {
	out, err := http.NewRequestWithContext(ctx, req.method(), c.base.String()+req.path, bytes.NewReader(req.body))
	if err != nil {
		return nil, err
	}
	out.Header.Set("Authorization", "Bearer "+*c.config.Token.secret)
	out.Header.Set("Autopal-Instance-Id", c.config.TenantID)
	out.Header.Set("Accept", "application/json")
	out.Header.Set("Accept-Encoding", "gzip")   // set here, so that unpacking is bounded by bounds
	out.Header.Set("Cache-Control", "no-cache") // a cache on the way must not answer
	out.Header.Set("User-Agent", c.config.Agent)
	if req.body != nil {
		out.Header.Set("Content-Type", "application/json")
	}
	return out, nil
}

// reply is an answer as received.
type reply struct {
	sent     time.Time
	status   int
	header   http.Header
	body     []byte
	tooLarge bool // exceeds the bounds; body is empty
}
