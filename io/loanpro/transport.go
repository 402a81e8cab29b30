package loanpro

import (
	"net"
	"net/http"
	"time"
)

const (
	// idleConnection is how long an unused connection is kept: many networks
	// drop one after a few minutes without telling either end.
	idleConnection = 30 * time.Second
	// Those of http.DefaultTransport's dialer.
	dialTimeout = 30 * time.Second
	keepAlive   = 30 * time.Second
)

// newHTTP returns an HTTP client that keeps one connection per worker and
// follows no redirect: a redirected POST loses its body, and another host must
// not see the token.
//
// A dead connection must be dropped within one timeout. Over HTTP/1.1 the
// timeout of a request closes it. Over HTTP/2 the timeout ends only the
// request, and the next one would use the same connection, so HTTP/2
// connections are pinged.
func newHTTP(config Config) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = config.Workers
	transport.MaxConnsPerHost = config.Workers
	transport.IdleConnTimeout = idleConnection
	transport.DialContext = (&net.Dialer{Timeout: min(dialTimeout, config.Timeout), KeepAlive: keepAlive}).DialContext
	transport.TLSHandshakeTimeout = min(transport.TLSHandshakeTimeout, config.Timeout)
	// Both together are shorter than a timeout, so a retry gets a new
	// connection.
	transport.HTTP2 = &http.HTTP2Config{SendPingTimeout: config.Timeout / 4, PingTimeout: config.Timeout / 4}
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
