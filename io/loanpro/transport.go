package loanpro

import (
	"net"
	"net/http"
	"time"
)

const (
	// idleConnection is how long a connection is kept that is not used: many a
	// network forgets one after a few minutes, and tells neither end.
	idleConnection = 30 * time.Second
	// Those of http.DefaultTransport's dialer.
	dialTimeout = 30 * time.Second
	keepAlive   = 30 * time.Second
)

// newHTTP keeps a connection open for every worker, and follows no redirect: a
// redirected POST loses its body, and another host must not see the token.
//
// A connection that no longer answers is given up within one timeout. Over
// HTTP/1.1 the request's own does that. Over HTTP/2 it ends the request alone,
// and the next one would use the same dead connection, so that it is pinged.
func newHTTP(config Config) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = config.Workers
	transport.MaxConnsPerHost = config.Workers
	transport.IdleConnTimeout = idleConnection
	transport.DialContext = (&net.Dialer{Timeout: min(dialTimeout, config.Timeout), KeepAlive: keepAlive}).DialContext
	transport.TLSHandshakeTimeout = min(transport.TLSHandshakeTimeout, config.Timeout)
	// Together less than a timeout, so that a retry is sure of a fresh one.
	transport.HTTP2 = &http.HTTP2Config{SendPingTimeout: config.Timeout / 4, PingTimeout: config.Timeout / 4}
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
