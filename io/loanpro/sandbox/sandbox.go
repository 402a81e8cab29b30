package sandbox

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net"
	"slices"
	"sync"
	"time"

	"loanmap/io/loanpro/sandbox/people"
)

const (
	// DefaultToken is a token of the newer kind: case and the signs +, / and =
	// are part of it. It decodes to words and gives access to nothing else.
	DefaultToken = "kv2_bG9hbm1hcCBzYW5kYm94IHRva2VuLCB3b3J0aCBub3RoaW5nID8/Pz4+Pj8/Pg=="

	// DefaultTenantID has the form of a LoanPro tenant ID but belongs to none.
	DefaultTenantID = "5200000"
)

const (
	defaultLoans = 2_000
	apiPath      = "/api/public/api/1"
)

// Loan is the truth about one loan, whatever a search shows of it.
type Loan = people.Loan

// Customer is the truth about one person or company.
type Customer = people.Customer

// PersonRow is a line of a noisy export about one person or company, with the
// truth.
type PersonRow = people.Row

// Options says which tenant to make and how it behaves.
type Options struct {
	Loans    int           // how many loans to make, 1 to 1,000,000; 0 means 2,000
	People   int           // how many people to make in addition to those with loans, 0 to 1,000,000
	Present  float64       // share of all people who are customers; those with loans always are; 0 means 1
	Distinct bool          // people who live together have different surnames, and no person has two records
	Seed     uint64        // the same seed makes the same tenant; 0 means 1
	Dir      string        // read loans.csv and customers.csv from here instead
	Token    string        // "" means DefaultToken
	TenantID string        // "" means DefaultTenantID
	Limit    int           // requests per second before 429; 0 means no limit
	Latency  time.Duration // added to every answer
	Log      *slog.Logger  // gets refused calls at level Error; nil discards them
	Shape    Shape         // how this tenant differs from the plain one
	Faults   Faults        // what goes wrong
}

// Sandbox is one tenant. Several goroutines can use it.
type Sandbox struct {
	options      Options
	tenant       *people.Tenant
	loans        *collection
	customers    *collection
	meter        meter
	limit        *limit
	outage       outage // the tenant is down
	indexOutage  outage // a part of the index is missing
	statusOutage outage // every answer has one status
	cache        cache

	mu     sync.Mutex
	server *server // nil while it does not serve
}

// New makes the tenant, or reads it from options.Dir. An error says which option
// is wrong, or which line of which file.
func New(options Options) (*Sandbox, error) {
	options, err := options.complete()
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	tenant, err := options.tenant()
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	s := &Sandbox{options: options, tenant: tenant, limit: &limit{perSecond: options.Limit}}
	documents := documents{tenant, &s.options.Shape}
	s.loans, s.customers = documents.loanCollection(), documents.customerCollection()
	s.loans.churn = newChurn(&s.options.Faults, s.loans, len(tenant.Loans))
	s.customers.churn = newChurn(&s.options.Faults, s.customers, len(tenant.Customers))
	return s, nil
}

// Check returns why New would refuse the options, except for what is in o.Dir.
func (o Options) Check() error {
	_, err := o.complete()
	return err
}

// complete checks the options and fills in the defaults.
func (o Options) complete() (Options, error) {
	switch {
	case o.config().Check() != nil:
		return o, o.config().Check()
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

func (o Options) config() people.Config {
	return people.Config{Loans: o.Loans, People: o.People, Present: o.Present, Seed: o.Seed, Distinct: o.Distinct}
}

func (o Options) tenant() (*people.Tenant, error) {
	if o.Dir != "" {
		return people.Load(o.Dir)
	}
	return people.Generate(o.config()), nil
}

// Token returns the token that the tenant accepts, without the word Bearer.
func (s *Sandbox) Token() string { return s.options.Token }

// TenantID returns the tenant ID that the tenant accepts.
func (s *Sandbox) TenantID() string { return s.options.TenantID }

// Loans yields the truth about every loan, in the order of system IDs.
func (s *Sandbox) Loans() iter.Seq[Loan] {
	return func(yield func(Loan) bool) {
		for _, loan := range s.tenant.Loans {
			loan.Customers = slices.Clone(loan.Customers)
			if !yield(loan) {
				return
			}
		}
	}
}

// Customers yields the truth about every customer, in the order of system IDs.
func (s *Sandbox) Customers() iter.Seq[Customer] { return slices.Values(s.tenant.Customers) }

// PersonRows yields n rows of a noisy export. They are about people in the tenant
// and people it does not know. No person comes twice before all came once. The
// same tenant and seed give the same rows.
func (s *Sandbox) PersonRows(n int, seed uint64) iter.Seq[PersonRow] { return s.tenant.Rows(n, seed) }

// Export writes the tenant as loans.csv and customers.csv into dir, which it
// makes if needed. Options.Dir reads them back. Files of these names are
// replaced. Only the user can read them.
func (s *Sandbox) Export(dir string) error { return s.tenant.Export(dir) }

// ExportRows writes n of PersonRows, with the seed of the tenant, as rows.csv
// into dir, which must exist. A file of that name is replaced. Only the user can
// read it.
func (s *Sandbox) ExportRows(dir string, n int) error {
	return s.tenant.ExportRows(dir, n, s.options.Seed)
}

// Start serves the tenant in the background until Close. addr is host:port of
// this machine. Port 0 picks a free one. Start returns the whole base URL for a
// client. It fails when the tenant is already served.
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

// checkLoopback rejects addresses that other machines could reach.
func checkLoopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("%w: give host:port, such as 127.0.0.1:0", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return errors.New("other machines could reach this address: the sandbox serves on 127.0.0.1 only")
	}
	return nil
}

// Close stops serving, aborts pending answers, and returns when all goroutines
// have ended. It does nothing when the tenant is not served.
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
