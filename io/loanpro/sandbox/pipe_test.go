package sandbox

import (
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
)

// pipeListener serves connections inside the process, for tests with synctest.
type pipeListener struct {
	connections chan net.Conn
	closed      chan struct{}
	close       sync.Once
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.connections:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.close.Do(func() { close(l.closed) })
	return nil
}

func (*pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (l *pipeListener) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case l.connections <- theirs:
		return ours, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// piped serves a tenant without a network. It must be called inside a bubble of
// synctest. The test must close the tenant.
func piped(t testing.TB, options Options) (*Sandbox, *http.Client) {
	t.Helper()
	s := made(t, options)
	listener := &pipeListener{connections: make(chan net.Conn), closed: make(chan struct{})}
	s.server = serve(listener, s, s.options.Log)
	return s, &http.Client{Transport: &http.Transport{DialContext: listener.dial}}
}

// pipedSearch asks for loans over piped.
func pipedSearch(ctx context.Context, s *Sandbox, client *http.Client) seen {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://pipe"+searchLoans, http.NoBody)
	if err != nil {
		return seen{err: err}
	}
	authorized(s, r)
	return look(client, r)
}

// authorized sets the headers of a good request.
func authorized(s *Sandbox, r *http.Request) {
	r.Header.Set("Authorization", "Bearer "+s.Token())
	r.Header.Set("Autopal-Instance-Id", s.TenantID())
	r.Header.Set("Content-Type", "application/json")
}
