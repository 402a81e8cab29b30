package pace

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

const (
	// answerTimeout is how long the server may take to answer. It also bounds how
	// long an interrupted run still waits for it.
	answerTimeout = 2 * time.Second
	// connections is the most that one run opens: one waits for a slot, the others
	// tell of refusals.
	connections = 4
)

// Config says which pace to share, and how.
type Config struct {
	// URL is where the server is: redis://USER:PASSWORD@HOST:PORT/DATABASE, or rediss://
	// for TLS. It is a secret.
	URL string
	// BaseURL and TenantID say which tenant is asked. The server gets a hash of them.
	BaseURL, TenantID string
	// Rate is the ceiling of this run, in requests per second. While the run is there,
	// it is the ceiling of the others, too.
	Rate float64
	// Guest says that the ceiling of the run is not that of the others, and that the
	// run is not listed: it sends only a few requests.
	Guest bool
	// Patience is how long to wait for a server that does not answer; 0 means 3 minutes.
	Patience time.Duration
	// Log gets a warning when the server stops answering, and a line when it answers
	// again. Nil discards them.
	Log *slog.Logger
}

// Server is the server that keeps the pace of a tenant. It is safe for concurrent use.
type Server struct {
	client *redis.Client
	keys   []string // of the state, and of the runs
	host   string
	secret string // the password
}

// Connect returns the server of config, and sends nothing. Errors do not hold the URL.
func Connect(config Config) (*Server, error) {
	options, err := optionsOf(config.URL)
	if err != nil {
		return nil, err
	}
	logging.Disable() // it logs errors, and what it gets from servers
	key := "loanmap:pace:{" + tenantHash(config.BaseURL, config.TenantID) + "}"
	return &Server{redis.NewClient(options), []string{key, key + ":runs"}, options.Addr, options.Password}, nil
}

var errURL = errors.New("the URL of the pace server is invalid: it must look like redis://USER:PASSWORD@HOST:6379/0, or rediss:// for TLS")

// optionsOf reads the URL of a server. What is wrong with one is not said in detail,
// since any piece of it may be the password.
func optionsOf(text string) (*redis.Options, error) {
	parsed, err := url.Parse(strings.TrimSpace(text))
	if err != nil || parsed.Scheme != "redis" && parsed.Scheme != "rediss" || parsed.Hostname() == "" ||
		parsed.RawQuery != "" || parsed.ForceQuery || parsed.Fragment != "" {
		return nil, errURL
	}
	options, err := redis.ParseURL(parsed.String())
	if err != nil || options.DB < 0 {
		return nil, errURL
	}
	options.PoolSize, options.PipelinePoolSize = connections, -1
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout = answerTimeout, answerTimeout, answerTimeout
	options.PoolTimeout = answerTimeout
	options.MaxRetries, options.DialerRetries = -1, 1 // a slot is not reserved twice
	options.DisableIdentity = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return options, nil
}

// tenantHash identifies a tenant. Spellings of one URL have one hash.
func tenantHash(base, tenant string) string {
	base = strings.TrimRight(strings.TrimSpace(base), "/")
	if parsed, err := url.Parse(base); err == nil {
		port := map[string]string{"https": "443", "http": "80"}[parsed.Scheme]
		host := net.JoinHostPort(strings.ToLower(parsed.Hostname()), cmp.Or(parsed.Port(), port))
		base = parsed.Scheme + "://" + host + parsed.Path
	}
	sum := sha256.Sum256([]byte(base + "\n" + tenant))
	return hex.EncodeToString(sum[:16])
}

// Host returns the host and port of the server.
func (s *Server) Host() string { return s.host }

// Close closes the connections.
func (s *Server) Close() { _ = s.client.Close() }

// run has the server run the script for a run of that name and ceiling.
func (s *Server) run(ctx context.Context, what, name string, rate float64, more ...any) (*redis.Cmd, error) {
	reply := script.Run(ctx, s.client, s.keys, append([]any{what, name, rate}, more...)...)
	if err := reply.Err(); err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, s.failed(err)
	}
	return reply, nil
}

// numbers is run for a reply of at least n numbers.
func (s *Server) numbers(ctx context.Context, n int, what, name string, rate float64, more ...any) ([]int64, error) {
	reply, err := s.run(ctx, what, name, rate, more...)
	if err != nil {
		return nil, err
	}
	got, err := reply.Int64Slice()
	if err != nil || len(got) < n {
		return nil, s.failed(errUnknownReply)
	}
	return got, nil
}

var errUnknownReply = errors.New("its answer is not understood")

// failed returns the error of a call. Of an error that the server sent it keeps the
// code alone: servers quote what they do not understand, the password included.
func (s *Server) failed(err error) *Error {
	failed := &Error{host: s.host}
	if sent, ok := errors.AsType[redis.Error](err); ok {
		failed.code, _, _ = strings.Cut(sent.Error(), " ")
		if strings.Trim(failed.code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			failed.code = "ERR"
		}
		return failed
	}
	failed.cause = s.plain(err)
	return failed
}

// plain says what went wrong in words that are known to hold no secret.
func (s *Server) plain(err error) string {
	var network *net.OpError
	certificate, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case errors.Is(err, errUnknownReply):
		return err.Error()
	case untrusted:
		return "its certificate is not trusted: " + certificate.Err.Error()
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return "no answer within " + answerTimeout.String()
	case errors.As(err, &network) && network.Err != nil && !strings.Contains(network.Err.Error(), cmp.Or(s.secret, "\x00")):
		return network.Err.Error()
	}
	return "the connection failed"
}

func isTimeout(err error) bool {
	failed, ok := errors.AsType[net.Error](err)
	return ok && failed.Timeout()
}
