// Package sandbox is a LoanPro tenant to try things on: made-up loans and
// customers behind the searches and reads of LoanPro's API, over real HTTP on
// this machine. It answers as LoanPro's documents say or, where they are
// silent, as the search server behind it would. It refuses, loudly, every call
// that is neither a search nor a read, and serves nobody but this machine.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	// DefaultToken is a token of the newer kind: case and the signs +, / and =
	// belong to it. It decodes to words and opens nothing.
	DefaultToken = "kv2_bG9hbm1hcCBzYW5kYm94IHRva2VuLCB3b3J0aCBub3RoaW5nID8/Pz4+Pj8/Pg=="

	// DefaultTenantID looks like a tenant of LoanPro's and is none.
	DefaultTenantID = "5200000"
)

const (
	maxLoans     = 1_000_000
	defaultLoans = 2_000
	apiPath      = "/api/public/api/1"
)

// Options says which tenant to make up and how it behaves.
type Options struct {
	Loans    int           // how many loans to make up, 1 to 1,000,000; 0 means 2,000
	People   int           // how many people to make up beside those with loans, 0 to 1,000,000
	Present  float64       // share of all people who are in the tenant, as all with loans are; 0 means 1
	Seed     uint64        // the same seed makes the same tenant; 0 means 1
	Dir      string        // read loans.csv and customers.csv from here instead
	Token    string        // "" means DefaultToken
	TenantID string        // "" means DefaultTenantID
	Limit    int           // requests a second before 429; 0 means no limit
	Latency  time.Duration // added to every answer
	Log      *slog.Logger  // hears of refused calls at level Error; nil discards
	Shape    Shape         // how this tenant differs from the plain one
	Faults   Faults        // what goes wrong
}

// Sandbox is one made-up tenant. It can be asked from several goroutines.
type Sandbox struct {
	options       Options
	tenant        *tenant
	loans         *index
	customers     *index
	hidden        hits // loans no search sees
	loanShelf     *shelf
	customerShelf *shelf
	census        func() *census // made when rows are first asked for
	meter         meter
	limit         *limit
	outage        outage // the tenant is down
	forgotten     outage // a part of the index is gone
	alike         outage // everything gets one status
	cache         cache

	mu     sync.Mutex
	server *server // nil while nothing is served
}

// New makes the tenant up, or reads it from options.Dir. Errors say which
// option is wrong, or which line of which file.
func New(options Options) (*Sandbox, error) {
	options, err := options.complete()
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	t, err := options.tenant()
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	return &Sandbox{
		options:       options,
		tenant:        t,
		loans:         t.loanIndex(&options.Shape).shaped(&options.Shape),
		customers:     t.customerIndex().shaped(&options.Shape),
		hidden:        options.Shape.hiddenLoans(t),
		loanShelf:     t.loanShelf(&options.Shape),
		customerShelf: t.customerShelf(&options.Shape),
		census:        sync.OnceValue(func() *census { return newCensus(t) }),
		limit:         &limit{perSecond: options.Limit},
	}, nil
}

// complete checks the options and fills in what was not said.
func (o Options) complete() (Options, error) {
	switch {
	case o.Loans < 0 || o.Loans > maxLoans:
		return o, fmt.Errorf("%d loans: ask for 1 to %d", o.Loans, maxLoans)
	case o.People < 0 || o.People > maxLoans:
		return o, fmt.Errorf("%d people: ask for 0 to %d", o.People, maxLoans)
	case !(o.Present >= 0 && o.Present <= 1):
		return o, fmt.Errorf("%v of the people present: give a share from 0 to 1", o.Present)
	case o.Limit < 0:
		return o, fmt.Errorf("a limit of %d requests a second: give 0 for none", o.Limit)
	case o.Latency < 0:
		return o, fmt.Errorf("a latency of %s: give 0 for none", o.Latency)
	}
	if o.Loans == 0 {
		o.Loans = defaultLoans
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	if o.Present == 0 {
		o.Present = 1
	}
	if o.Token == "" {
		o.Token = DefaultToken
	}
	if o.TenantID == "" {
		o.TenantID = DefaultTenantID
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Faults.Seed == 0 {
		o.Faults.Seed = o.Seed
	}
	return o.completeSwitches()
}

func (o Options) completeSwitches() (_ Options, err error) {
	if o.Shape, err = o.Shape.complete(); err != nil {
		return o, err
	}
	o.Faults, err = o.Faults.complete()
	return o, err
}

func (o Options) tenant() (*tenant, error) {
	if o.Dir != "" {
		return load(o.Dir)
	}
	return makeUp(o), nil
}

// Token returns the token the tenant accepts, without the word Bearer.
func (s *Sandbox) Token() string { return s.options.Token }

// TenantID returns the tenant ID it goes by.
func (s *Sandbox) TenantID() string { return s.options.TenantID }

// Loans yields the truth about every loan, in the order of system IDs.
func (s *Sandbox) Loans() iter.Seq[Loan] {
	return func(yield func(Loan) bool) {
		for _, loan := range s.tenant.loans {
			if !yield(loan) {
				return
			}
		}
	}
}

// Customers yields the truth about every customer, in the order of system IDs.
func (s *Sandbox) Customers() iter.Seq[Customer] {
	return func(yield func(Customer) bool) {
		for _, customer := range s.tenant.customers {
			if !yield(customer) {
				return
			}
		}
	}
}

// Start serves the tenant in the background until Close. addr is host:port and
// must be of this machine; port 0 picks a free one. It returns the whole base
// URL a client needs. It fails when the tenant is already served.
func (s *Sandbox) Start(addr string) (baseURL string, err error) {
	if err := checkLoopback(addr); err != nil {
		return "", fmt.Errorf("sandbox: serve on %q: %w", addr, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server != nil {
		return "", errors.New("sandbox: already serving: close it first")
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return "", fmt.Errorf("sandbox: serve on %q: %w", addr, err)
	}
	s.server = serve(listener, s, s.options.Log)
	return "http://" + listener.Addr().String() + apiPath, nil
}

// checkLoopback refuses addresses that others could reach.
func checkLoopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("%w: give host:port, such as 127.0.0.1:0", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return errors.New("not an address of this machine alone: the sandbox serves on 127.0.0.1 only")
	}
	return nil
}

// Close stops serving, breaking off what is under way, and returns when all
// goroutines have ended. Closing what is not served does nothing.
func (s *Sandbox) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		return nil
	}
	err := s.server.close()
	s.server = nil
	if err != nil {
		return fmt.Errorf("sandbox: stop serving: %w", err)
	}
	return nil
}

// server is a running HTTP server that can be joined.
type server struct {
	http        *http.Server
	cancel      context.CancelFunc
	connections sync.WaitGroup
	ended       chan error // what serving ended with
}

func serve(listener net.Listener, h http.Handler, log *slog.Logger) *server {
	ctx, cancel := context.WithCancel(context.Background())
	s := &server{cancel: cancel, ended: make(chan error, 1)}
	s.http = &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ConnState:         s.count,
		ConnContext:       withConnection,
	}
	go func() { s.ended <- s.http.Serve(listener) }()
	return s
}

// count follows connections, each of which has a goroutine.
func (s *server) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.connections.Add(1)
	case http.StateClosed, http.StateHijacked:
		s.connections.Done()
	default: // it stays open
	}
}

func (s *server) close() error {
	s.cancel() // wakes the answers that wait for their latency
	closed := s.http.Close()
	ended := <-s.ended
	s.connections.Wait()
	if errors.Is(ended, http.ErrServerClosed) {
		ended = nil
	}
	return errors.Join(closed, ended)
}
